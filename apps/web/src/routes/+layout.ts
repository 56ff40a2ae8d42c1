import { beginToSpeak } from '#lib/ui/language.ts';

export const ssr = false;
export const prerender = true;

/** The words are there before anything is shown. */
export const load = async (): Promise<void> => {
  if (await beginToSpeak()) return;
  // Nothing of the page can be shown without words, not even the page that tells of errors.
  document.body.textContent = 'This page could not be loaded. Check your connection and reload it.';
  await new Promise(() => undefined);
};
