import { speakOfAll } from '#lib/words/words.svelte.ts';

/** What the doctor says is there before it begins, in the language that the layout found. */
export const load = async ({ parent }: { parent: () => Promise<unknown> }): Promise<void> => {
  await parent();
  await speakOfAll();
};
