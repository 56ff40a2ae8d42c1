import type { Item, Message } from '#lib/chat/message.ts';

/** A text as it is compared, and of each of its characters where it came from in the text. */
interface Folded {
  text: string;
  from: readonly number[];
}

/** Each text is folded once, as long as it is the same message. */
const known = new WeakMap<Message, string>();

/** So long the search goes on before it lets the page do something else, in ms: half of what a frame has. */
const SLICE_MS = 8;

/**
 * Finds all items with these words in them; upper and lower case and accents do not matter. `found` is told their places,
 * in order: at once where that is soon done, else null at once and the places later. Returns what ends the search.
 */
export function find(
  items: readonly Item[],
  words: string,
  found: (places: readonly number[] | null) => void,
): () => void {
  const search = looking(items, words);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const goOn = (): void => {
    const began = performance.now();
    let step = search.next();
    while (step.done !== true && performance.now() - began < SLICE_MS) step = search.next();
    if (step.done === true) found(step.value);
    else timer = setTimeout(goOn);
  };
  goOn();
  if (timer !== undefined) found(null);
  return () => {
    clearTimeout(timer);
  };
}

/** Stops behind each text that had to be folded. */
function* looking(items: readonly Item[], words: string): Generator<undefined, number[]> {
  const wanted = fold(words.trim());
  const places: number[] = [];
  if (wanted === '') return places;
  for (const [place, item] of items.entries()) {
    if (item.kind !== 'message' || item.unsent) continue;
    let text = known.get(item);
    if (text === undefined) {
      text = fold(item.text);
      known.set(item, text);
      yield;
    }
    if (text.includes(wanted)) places.push(place);
  }
  return places;
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

/** Accents of Latin, Greek and Cyrillic letters. Marks of other scripts are letters to their readers. */
const ACCENTS = /[\u0300-\u036f]/g;

/** A text as it is compared. Of a whole text at once this takes a tenth of the time. */
const fold = (text: string): string => text.normalize('NFD').replace(ACCENTS, '').toLowerCase().replaceAll('ς', 'σ');

function folded(text: string): Folded {
  let out = '';
  const from: number[] = [];
  let at = 0;
  for (const character of text) {
    const plain = fold(character);
    from.push(...Array<number>(plain.length).fill(at));
    out += plain;
    at += character.length;
  }
  return { text: out, from };
}
