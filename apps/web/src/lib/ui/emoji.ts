import type { Language } from '#lib/words/words.svelte.ts';

/** An emoji as the picker shows it. */
export interface Emoji {
  sign: string;
  /** In the language it was loaded in. */
  name: string;
  group: Group;
  /** Name and words to find it by, as `searchable` writes them. */
  words: string;
  /** The sign in five skin tones, from light to dark; empty where it has none. */
  tones: readonly string[];
}

/** The categories, in order. */
export const GROUPS = [
  'smileys',
  'people',
  'nature',
  'food',
  'travel',
  'activities',
  'objects',
  'symbols',
  'flags',
] as const;
export type Group = (typeof GROUPS)[number];

/** None, or one of five from light to dark. */
export const TONES = [0, 1, 2, 3, 4, 5] as const;
export type Tone = (typeof TONES)[number];

/** One chunk each. There are no names in Arabic and Turkish; the signs are the same. */
const load: Readonly<Record<Language, () => Promise<{ default: readonly EmojiRow[] }>>> = {
  en: () => import('emojibase-data/en/data.json?emoji'),
  de: () => import('emojibase-data/de/data.json?emoji'),
  fr: () => import('emojibase-data/fr/data.json?emoji'),
  es: () => import('emojibase-data/es/data.json?emoji'),
  it: () => import('emojibase-data/it/data.json?emoji'),
  pt: () => import('emojibase-data/pt/data.json?emoji'),
  nl: () => import('emojibase-data/nl/data.json?emoji'),
  pl: () => import('emojibase-data/pl/data.json?emoji'),
  uk: () => import('emojibase-data/uk/data.json?emoji'),
  tr: () => import('emojibase-data/en/data.json?emoji'),
  ar: () => import('emojibase-data/en/data.json?emoji'),
  hi: () => import('emojibase-data/hi/data.json?emoji'),
  ja: () => import('emojibase-data/ja/data.json?emoji'),
  zh: () => import('emojibase-data/zh/data.json?emoji'),
};

/** Every emoji there is, with names in a language. Rejects when they cannot be loaded. */
export async function loadEmoji(language: Language): Promise<readonly Emoji[]> {
  return (await load[language]()).default.map(([group, sign, name, words, ...tones]) => ({
    ...{ sign, name, tones, words: searchable(`${name} ${words}`) },
    // Emojibase counts the parts of emoji as its third group; they are not among the rows.
    group: GROUPS[group > 2 ? group - 1 : group] ?? 'symbols',
  }));
}

/** An emoji in a skin tone, or as it is if it has none. */
export const inTone = ({ sign, tones }: Emoji, tone: Tone): string => (tone === 0 ? sign : (tones[tone - 1] ?? sign));

/**
 * The emoji that all words of `wanted` are said of, at least their beginnings, at most `most`; first those that are called
 * so, or begin so. A sign finds itself.
 */
export function search(all: readonly Emoji[], wanted: string, most: number): readonly Emoji[] {
  const query = searchable(wanted).trim();
  if (query === '') return [];
  const starts = query.split(' ');
  return all
    .filter(({ sign, words }) => sign === wanted.trim() || starts.every((start) => hasWord(` ${words}`, start)))
    .map((emoji) => ({ emoji, rank: rankOf(searchable(emoji.name), query) }))
    .sort((a, b) => a.rank - b.rank)
    .slice(0, most)
    .map(({ emoji }) => emoji);
}

function rankOf(name: string, query: string): number {
  if (name === query) return 0;
  return name.startsWith(`${query} `) ? 1 : name.startsWith(query) ? 2 : 3;
}

/** Japanese and Chinese put no spaces between words. */
const hasWord = (words: string, start: string): boolean =>
  words.includes(/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u.test(start) ? start : ` ${start}`);

/** Without what people leave out when they look for something: capitals, accents, punctuation. */
const searchable = (text: string): string =>
  text
    .toLowerCase()
    .normalize('NFKD')
    .replaceAll(/(?<=\p{Script=Latin})\p{M}+/gu, '')
    .replaceAll(/[\s:,.()“”’'-]+/gu, ' ');

/** Used last, the latest first, as long as the page lives. */
export function remember(recent: readonly Emoji[], used: Emoji): readonly Emoji[] {
  return [used, ...recent.filter(({ sign }) => sign !== used.sign)].slice(0, MOST_RECENT);
}

const MOST_RECENT = 16;
