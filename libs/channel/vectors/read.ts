// How tests read the vectors.

import type { Random } from '@porchlight/invite';

/** A plain Uint8Array, because that is what browsers have. */
export const unhex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'));
export const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** A source of randomness that gives these values in this order, and throws when asked for another length or too often. */
export function draws(...values: Uint8Array[]): Random {
  const left = values.map((value) => value.slice());
  return (length) => {
    const next = left.shift();
    if (next?.length !== length) throw new Error(`nobody expected a draw of ${length} bytes here`);
    return next;
  };
}

/** The same bytes with one bit changed. */
export function flip(bytes: Uint8Array, bit: number): Uint8Array {
  const changed = bytes.slice();
  changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return changed;
}
