/** One of several messages that a long text becomes. */
export interface Part {
  text: string;
  /** Where in the long text it begins. */
  from: number;
}

/**
 * A long text as messages of at most `maxBytes` bytes of UTF-8 each: cut between paragraphs, else between lines, else
 * between words, else between what a person sees as characters; only what is longer than a message by itself is cut inside.
 * Spaces at the cuts are left out. Takes time in proportion to the length of the text.
 */
export function partsOf(text: string, maxBytes: number): readonly Part[] {
  const parts: Part[] = [];
  for (let from = skipSpace(text, 0); from < text.length;) {
    const end = cutBehind(text, from, maxBytes);
    parts.push({ text: text.slice(from, end).trimEnd(), from });
    from = skipSpace(text, end);
  }
  return parts;
}

function skipSpace(text: string, from: number): number {
  SPACE.lastIndex = from;
  return from + (SPACE.exec(text)?.[0].length ?? 0);
}

const SPACE = /\s*/y;

/** Places to cut at, the best first, and which share of what fits they must leave in the message to be worth it. */
const CUTS = [
  { place: /\n\s*\n/g, least: 0.5 },
  { place: /\n/g, least: 0.5 },
  { place: /\s/g, least: 0 },
];

function cutBehind(text: string, from: number, maxBytes: number): number {
  const fits = from + lengthThatFits(text, from, maxBytes);
  if (fits === text.length) return fits;
  // One more, because a space there is as good a cut as any.
  const window = text.slice(from, fits + 1);
  for (const { place, least } of CUTS) {
    const length = [...window.matchAll(place)].at(-1)?.index ?? 0;
    if (length > window.length * least) return from + length;
  }
  return characterStart(text, from, fits);
}

/** How many UTF-16 units from `from` on make at most `maxBytes` bytes; no surrogate is left alone. */
function lengthThatFits(text: string, from: number, maxBytes: number): number {
  // A unit takes one byte at least.
  const window = text.slice(from, from + maxBytes + 1);
  let [length, bytes] = [0, 0];
  for (const point of window) {
    bytes += bytesOf(point);
    if (bytes > maxBytes) break;
    length += point.length;
  }
  return length;
}

/** Of a code point in UTF-8; a lone surrogate becomes U+FFFD. */
function bytesOf(point: string): number {
  const code = point.codePointAt(0) ?? 0;
  return code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
}

/** Room for the rest of a character of many code points that begins before a cut. */
const CHARACTER_UNITS = 100;

/** Made when it is first needed, and once: making one takes longer than all it does. */
let segmenter: Intl.Segmenter | undefined;

/** The start of the character that a cut would divide. */
function characterStart(text: string, from: number, cut: number): number {
  segmenter ??= new Intl.Segmenter();
  const start = segmenter.segment(text.slice(from, cut + CHARACTER_UNITS)).containing(cut - from)?.index ?? 0;
  return start > 0 ? from + start : cut;
}
