import type { Item, Message } from '#lib/chat/message.ts';

/** A text as it is compared, and of each of its characters where it came from in the text. */
interface Folded {
  text: string;
  from: readonly number[];
}

/** Each text is folded once, as long as it is the same message. */
const known = new WeakMap<Message, string>();

/** The places of all items with these words in them, in order; upper and lower case and accents do not matter. */
export function placesOf(items: readonly Item[], words: string): number[] {
  const wanted = folded(words.trim()).text;
  if (wanted === '') return [];
  return items.flatMap((item, place) =>
    item.kind === 'message' && !item.unsent && foldedOnce(item).includes(wanted) ? [place] : [],
  );
}

/** Where in a text these words stand, the first `most` times: from where to where, in UTF-16 code units. */
export function occurrencesOf(text: string, words: string, most = Infinity): [start: number, end: number][] {
  const wanted = folded(words.trim()).text;
  const found: [number, number][] = [];
  if (wanted === '') return found;
  const { text: hay, from } = folded(text);
  for (let at = hay.indexOf(wanted); at >= 0 && found.length < most; at = hay.indexOf(wanted, at + wanted.length)) {
    found.push([from[at] ?? 0, from[at + wanted.length] ?? text.length]);
  }
  return found;
}

function foldedOnce(message: Message): string {
  const before = known.get(message);
  if (before !== undefined) return before;
  const { text } = folded(message.text);
  known.set(message, text);
  return text;
}

/** Accents of Latin, Greek and Cyrillic letters. Marks of other scripts are letters to their readers. */
const ACCENTS = /[\u0300-\u036f]/g;

function folded(text: string): Folded {
  let out = '';
  const from: number[] = [];
  let at = 0;
  for (const character of text) {
    const plain = character.normalize('NFD').replace(ACCENTS, '').toLowerCase();
    from.push(...Array<number>(plain.length).fill(at));
    out += plain;
    at += character.length;
  }
  return { text: out, from };
}
