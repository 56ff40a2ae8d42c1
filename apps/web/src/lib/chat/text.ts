/** Text is at most this many UTF-8 bytes. docs/protocol.md §4 */
export const MAX_TEXT_BYTES = 4000;

/** A name is at most this many characters (code points). */
const MAX_NAME_CHARACTERS = 32;

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** UTF-8 of what a person wrote; a lone surrogate becomes U+FFFD. */
export const encodeText = (text: string): Uint8Array => encoder.encode(text);

/** UTF-8 bytes that `text` takes on the wire. */
export const textBytes = (text: string): number => encodeText(text).length;

/** The text of a frame, or null if it is empty, too long or not UTF-8. */
export function decodeText(bytes: Uint8Array): string | null {
  if (bytes.length === 0 || bytes.length > MAX_TEXT_BYTES) return null;
  try {
    return decoder.decode(bytes);
  } catch {
    return null;
  }
}

// Controls, separators, private use, lone surrogates, and whatever is drawn as nothing, bidi controls among it: nothing in
// a name may move or hide what stands beside it. Only what joins emoji and chooses their look stays, and U+2800 is blank ink.
// eslint-disable-next-line no-misleading-character-class -- joiners and selectors are listed one by one on purpose
const UNSAFE_IN_NAMES = /(?![\u200D\uFE0E\uFE0F])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cs}\p{DI}\u2800]/gu;

/** Longer ones are cut before anything else is done with them: normalizing costs more than the length. */
const MAX_RAW_NAME = 1000;

const VISIBLE = /[\p{L}\p{N}\p{P}\p{S}]/u;

/** A name as it may be shown: nothing invisible, at most two marks on a letter, one line, ≤ 32 characters. May be empty. */
export function cleanName(name: string): string {
  const plain = name
    .slice(0, MAX_RAW_NAME)
    .normalize('NFC')
    .replace(UNSAFE_IN_NAMES, (unsafe) => (/\s/u.test(unsafe) ? ' ' : ''))
    .replace(/[\s\p{Z}]+/gu, ' ')
    .replace(/(\p{M}\u200D*\p{M}\u200D*)[\p{M}\u200D]+/gu, '$1')
    .trim();
  const short = [...plain].slice(0, MAX_NAME_CHARACTERS).join('').trim();
  return VISIBLE.test(short) ? short : '';
}
