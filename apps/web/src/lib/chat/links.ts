import { addressOf } from './address.ts';

/** A piece of a text: words, or something that can be opened, both as they were written. */
export interface Piece {
  kind: 'text' | 'link';
  text: string;
}

/** So many links of one text can be opened; beyond that they are words. Nobody opens more, and each one costs the page. */
export const MAX_LINKS = 50;

/**
 * A text in pieces, which joined are the text again. A link is a web address (`https://…`, `http://…`) or the bare name of
 * a site (`example.org/x`), without what belongs to the sentence around it. Each is one that `addressOf` can read.
 * Takes time in proportion to the length of the text.
 */
export function piecesOf(text: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let [done, links] = [0, 0];
  for (const { 0: word, index } of text.matchAll(WORD)) {
    const found = linkIn(word);
    if (found === null) continue;
    const start = index + found.start;
    if (start > done) pieces.push({ kind: 'text', text: text.slice(done, start) });
    done = index + found.end;
    pieces.push({ kind: 'link', text: text.slice(start, done) });
    links += 1;
    if (links === MAX_LINKS) break;
  }
  if (done < text.length) pieces.push({ kind: 'text', text: text.slice(done) });
  return pieces;
}

/** What can be one address: no spaces, and no quotes, brackets and stops that never stand in one. */
const WORD = /[^\s<>"“”„«»「」『』、。，]+/gu;

/** A scheme, and not the end of some other word. */
const SCHEME = /(?<![a-z0-9])https?:\/\//i;

const OPENING = /^[([{'‘*_~|]+/u;

/** A name with dots, and a path or none. No @ before the path: that is an e-mail address. */
const BARE = /^(?:[\p{L}\p{N}][\p{L}\p{N}\p{M}-]{0,62}\.)+(\p{L}[\p{L}\p{M}\d-]{1,62})(?::\d{1,5})?(?:([/?#]).*)?$/u;

/** Without a path or `www.`, only these endings make a name of a site: `notes.txt` and `end.Then` are none. */
const COMMON_ENDINGS = new Set(
  (
    'com org net edu gov mil int info biz name pro eu app dev io ai co me tv cc cloud online site shop store blog xyz wiki ' +
    'club live news tech art page chat games ar at au be bg br ca ch cl cn cz de dk ee es fi fr gr hk hr hu id ie il in ir ' +
    'is it jp kr lt lu lv ma mx my nl no nz pe ph pk pl pt ro rs ru sa se sg si sk th tr tw ua uk us vn za'
  ).split(' '),
);

/** Where in a word a link stands. */
function linkIn(word: string): { start: number; end: number } | null {
  if (!word.includes('.') && !word.includes('://')) return null;
  const scheme = SCHEME.exec(word);
  const start = scheme?.index ?? OPENING.exec(word)?.[0].length ?? 0;
  const rest = word.slice(start);
  const link = rest.slice(0, lengthOf(rest));
  return (scheme !== null || isBare(link)) && addressOf(link) !== null ? { start, end: start + link.length } : null;
}

function isBare(text: string): boolean {
  const [whole, ending, path] = BARE.exec(text) ?? [];
  if (whole === undefined || ending === undefined) return false;
  return path === '/' || /^www\./i.test(text) || COMMON_ENDINGS.has(ending.toLowerCase());
}

const TRAILING = new Set('.,;:!?…\'’"*_~|');
const PAIRS = ['()', '[]', '{}'] as const;

/** The length of a word without the punctuation behind it. A bracket that was opened in it stays. */
function lengthOf(word: string): number {
  const unopened = new Map(PAIRS.map(([opens, closes]) => [closes, count(word, closes) - count(word, opens)]));
  let end = word.length;
  for (; end > 0; end -= 1) {
    const last = word.charAt(end - 1);
    const left = unopened.get(last) ?? 0;
    if (left > 0) unopened.set(last, left - 1);
    else if (!TRAILING.has(last)) break;
  }
  return end;
}

function count(text: string, character: string | undefined): number {
  let found = 0;
  for (const one of text) if (one === character) found += 1;
  return found;
}
