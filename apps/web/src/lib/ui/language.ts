import { direction, isLanguage, languageFor, locale, speak, type Language } from '#lib/words/words.svelte.ts';

/** In localStorage: the language the person chose; absent until then. */
const ITEM = 'porchlight.language';

/**
 * Speaks the language that the person chose, or else the first of the browser's languages that there is; English when its
 * words cannot be loaded. False: no words can be loaded at all.
 */
export async function beginToSpeak(): Promise<boolean> {
  const wanted = chosen() ?? languageFor(navigator.languages);
  return (await turnTo(wanted)) || (await turnTo('en'));
}

/** Changes the language and keeps the choice in this browser. False: its words could not be loaded, nothing has changed. */
export async function choose(language: Language): Promise<boolean> {
  const changed = await turnTo(language);
  if (changed) keep(language);
  return changed;
}

async function turnTo(language: Language): Promise<boolean> {
  try {
    await speak(language);
  } catch {
    return false;
  }
  // Not the one that was asked for when another was chosen meanwhile.
  document.documentElement.lang = locale();
  document.documentElement.dir = direction(locale());
  return true;
}

function chosen(): Language | null {
  try {
    const text = localStorage.getItem(ITEM) ?? '';
    return isLanguage(text) ? text : null;
  } catch {
    return null;
  }
}

function keep(language: Language): void {
  try {
    localStorage.setItem(ITEM, language);
  } catch {
    // A browser that keeps nothing asks its own languages again next time.
  }
}
