import { concat, readNumber, u16 } from '@porchlight/invite';

/** `head ‖ length u16 ‖ body ‖ zeros` up to the first of `sizes` that holds it; RangeError if none does. docs/protocol.md §3 and §4. */
export function pad(head: Uint8Array, body: Uint8Array, sizes: readonly number[]): Uint8Array {
  const content = concat(head, u16(body.length), body);
  const size = sizes.find((size) => size >= content.length);
  if (size === undefined) throw new RangeError('body too long');
  return concat(content, new Uint8Array(size - content.length));
}

/** The body out of a padded text whose head has `headBytes`, or null if the length does not fit or a padding byte is not zero. */
export function unpad(plaintext: Uint8Array, headBytes: number): Uint8Array | null {
  const bodyAt = headBytes + 2;
  const bodyEnd = bodyAt + readNumber(plaintext.subarray(headBytes, bodyAt));
  if (bodyEnd > plaintext.length || plaintext.subarray(bodyEnd).some((byte) => byte !== 0)) return null;
  return plaintext.slice(bodyAt, bodyEnd);
}
