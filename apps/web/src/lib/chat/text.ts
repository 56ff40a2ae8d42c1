/** Text is at most this many UTF-8 bytes. docs/protocol.md §4 */
export const MAX_TEXT_BYTES = 4000;

/** A name is at most this many characters (code points). */
export const MAX_NAME_CHARACTERS = 32;

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

// Controls, line and paragraph separators, bidi marks, embeddings, overrides and isolates, zero-width and tag characters, private use, lone surrogates:
// nothing in a name may move or hide what stands beside it. ZWJ stays, because emoji are joined with it.
const UNSAFE_IN_NAMES =
  /[\p{Cc}\p{Zl}\p{Zp}\p{Co}\p{Cs}\u00AD\u061C\u180E\u200B\u200C\u200E\u200F\u202A-\u202E\u2060-\u206F\uFEFF\uFFF9-\uFFFB\u{E0000}-\u{E007F}]/gu;

/** A name as it may be shown: no control or bidi characters, at most two marks on a letter, one line, ≤ 32 characters. May be empty. */
export function cleanName(name: string): string {
  const plain = name
    .normalize('NFC')
    .replace(/[\s\p{Z}]+/gu, ' ')
    .replace(UNSAFE_IN_NAMES, '')
    .replace(/(\p{M}{2})\p{M}+/gu, '$1')
    .trim();
  return [...plain].slice(0, MAX_NAME_CHARACTERS).join('').trim();
}
