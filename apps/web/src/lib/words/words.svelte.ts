import type * as first from '#words/first/messages/en.js';
import type * as later from '#words/later/messages/en.js';

type First = typeof first;
type Later = typeof later;
type Compiled = First & Later;
type Takes<Sentence> = Sentence extends (inputs: infer Inputs) => unknown ? Inputs : never;

/** Every sentence a person can see, as functions. Made of apps/web/messages by scripts/words.js. */
export type Words = {
  readonly [Key in keyof Compiled]: object extends Takes<Compiled[Key]>
    ? () => string
    : (inputs: { readonly [Name in keyof Takes<Compiled[Key]>]: string | number }) => string;
};

/** The keys of the sentences that take nothing. */
export type Plain = { [Key in keyof Words]: Words[Key] extends () => string ? Key : never }[keyof Words];

/** The languages, by their BCP 47 tags, each in its own name. */
export const LANGUAGES = {
  en: 'English',
  de: 'Deutsch',
  fr: 'Français',
  es: 'Español',
  it: 'Italiano',
  pt: 'Português',
  nl: 'Nederlands',
  pl: 'Polski',
  uk: 'Українська',
  tr: 'Türkçe',
  ar: 'العربية',
  hi: 'हिन्दी',
  ja: '日本語',
  zh: '简体中文',
} as const;

export type Language = keyof typeof LANGUAGES;

/** What the first pages say: one chunk for each language, loaded when it is used. */
const loadFirst: Readonly<Record<Language, () => Promise<First>>> = {
  en: () => import('#words/first/messages/en.js'),
  de: () => import('#words/first/messages/de.js'),
  fr: () => import('#words/first/messages/fr.js'),
  es: () => import('#words/first/messages/es.js'),
  it: () => import('#words/first/messages/it.js'),
  pt: () => import('#words/first/messages/pt.js'),
  nl: () => import('#words/first/messages/nl.js'),
  pl: () => import('#words/first/messages/pl.js'),
  uk: () => import('#words/first/messages/uk.js'),
  tr: () => import('#words/first/messages/tr.js'),
  ar: () => import('#words/first/messages/ar.js'),
  hi: () => import('#words/first/messages/hi.js'),
  ja: () => import('#words/first/messages/ja.js'),
  zh: () => import('#words/first/messages/zh.js'),
};

/** What is said only later, in the room and by the doctor: one chunk more for each. */
const loadLater: Readonly<Record<Language, () => Promise<Later>>> = {
  en: () => import('#words/later/messages/en.js'),
  de: () => import('#words/later/messages/de.js'),
  fr: () => import('#words/later/messages/fr.js'),
  es: () => import('#words/later/messages/es.js'),
  it: () => import('#words/later/messages/it.js'),
  pt: () => import('#words/later/messages/pt.js'),
  nl: () => import('#words/later/messages/nl.js'),
  pl: () => import('#words/later/messages/pl.js'),
  uk: () => import('#words/later/messages/uk.js'),
  tr: () => import('#words/later/messages/tr.js'),
  ar: () => import('#words/later/messages/ar.js'),
  hi: () => import('#words/later/messages/hi.js'),
  ja: () => import('#words/later/messages/ja.js'),
  zh: () => import('#words/later/messages/zh.js'),
};

/** A language as far as it is loaded. */
interface Spoken {
  language: Language;
  words: Words;
  ofAll: boolean;
}

let inForce: Spoken | null = $state.raw(null);
const spoken: Partial<Record<Language, Spoken>> = {};
/** What was asked for last. */
let wanted: Language = 'en';
let ofAll = false;

/**
 * The words of the language in force. Reactive: to be called where they are shown. Throws before `speak` was done; the words
 * of the room and the doctor are there once `speakOfAll` was.
 */
export function m(): Words {
  if (inForce === null) throw new Error('No language was loaded.');
  return inForce.words;
}

/** The language in force. Reactive. */
export const locale = (): Language => inForce?.language ?? 'en';

/**
 * The language in force for `Intl`, with the region that the browser names for it, because en-GB and en-US write the same
 * hour differently. Reactive.
 */
export const region = (): string => regionOf(locale(), navigator.languages);

/** The first of a browser's languages that is this one, region and all: 'en' of ['de-AT', 'en-GB'] is 'en-GB'. */
export function regionOf(language: Language, tags: readonly string[]): string {
  return tags.find((tag) => primaryOf(tag) === language) ?? language;
}

/** Right-to-left or left-to-right. */
export const direction = (language: Language): 'rtl' | 'ltr' => (language === 'ar' ? 'rtl' : 'ltr');

/**
 * Loads a language and makes it the one in force, unless another was asked for meanwhile. Rejects when it cannot be loaded;
 * then nothing has changed.
 */
export async function speak(language: Language): Promise<void> {
  wanted = language;
  try {
    const [first, later] = await Promise.all([loadFirst[language](), ofAll ? loadLater[language]() : null]);
    if (spoken[language]?.ofAll !== true) {
      // What takes nothing may be called with nothing. What is not there yet, nobody has to say yet.
      const words = { ...first, ...later } as unknown as Words;
      spoken[language] = { language, words, ofAll: later !== null };
    }
    if (wanted === language) inForce = spoken[language] ?? null;
  } catch (failure) {
    if (wanted === language) wanted = locale();
    throw failure;
  }
}

/** Loads what is said only later too, from now on in every language. Rejects when it cannot be loaded; to be called again then. */
export async function speakOfAll(): Promise<void> {
  ofAll = true;
  await speak(wanted);
}

/** The first of a browser's languages that there are words in; English when there is none. */
export function languageFor(tags: readonly string[]): Language {
  for (const tag of tags) {
    const primary = primaryOf(tag);
    if (isLanguage(primary)) return primary;
  }
  return 'en';
}

/** Whether there are words in it. */
export function isLanguage(text: string): text is Language {
  return Object.hasOwn(LANGUAGES, text);
}

const primaryOf = (tag: string): string => tag.toLowerCase().split('-')[0] ?? '';
