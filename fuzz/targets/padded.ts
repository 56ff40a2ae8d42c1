import fc from 'fast-check';

import { bytesNear } from '../hostile.ts';

/** `head ‖ length u16 ‖ body ‖ zeros` in one of `sizes`, well padded or not. docs/protocol.md §3.1 and §4.1. */
export function paddedContents(head: Uint8Array, sizes: readonly number[]): fc.Arbitrary<Uint8Array> {
  return fc
    .record({
      size: fc.constantFrom(...sizes),
      head: head.length === 0 ? fc.constant(head) : bytesNear(head),
      length: fc.oneof(fc.nat(64), fc.nat(65_535), fc.constantFrom(...sizes.flatMap((size) => [size - 7, size - 2]))),
      body: fc.uint8Array({ maxLength: 64 }),
      last: fc.constantFrom(0, 0, 0, 1),
    })
    .map(({ size, head: before, length, body, last }) => {
      const plaintext = new Uint8Array(size);
      plaintext.set([...before.subarray(0, head.length), length >> 8, length & 0xff, ...body].slice(0, size));
      plaintext[size - 1] = (plaintext[size - 1] ?? 0) | last;
      return plaintext;
    });
}

/** The body, or the word for what is wrong. */
export function unpadded(plaintext: Uint8Array, headBytes: number): Uint8Array | 'padding' {
  const view = new DataView(plaintext.buffer, plaintext.byteOffset, plaintext.byteLength);
  const end = headBytes + 2 + view.getUint16(headBytes);
  if (end > plaintext.length) return 'padding';
  for (let at = end; at < plaintext.length; at++) if (plaintext[at] !== 0) return 'padding';
  return plaintext.slice(headBytes + 2, end);
}

export const equal = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;
