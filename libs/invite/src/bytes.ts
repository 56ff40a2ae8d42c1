/** Fresh random bytes: `length` of them, from the operating system's generator. The only source of randomness in the libs. */
export type Random = (length: number) => Uint8Array;

/** All parts, one after the other, in a new array. */
export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** The bytes of an ASCII text: labels and protocol names, never what a person wrote. Throws RangeError beyond ASCII. */
export function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => {
    const code = character.charCodeAt(0);
    if (code > 0x7f) throw new RangeError('not ASCII');
    return code;
  });
}

/** A number in 2 bytes, big-endian. Throws RangeError unless it is an integer from 0 to 2^16 - 1. */
export function u16(value: number): Uint8Array {
  return bigEndian(BigInt(value), 2);
}

/** A number in 4 bytes, big-endian. Throws RangeError unless it is an integer from 0 to 2^32 - 1. */
export function u32(value: number): Uint8Array {
  return bigEndian(BigInt(value), 4);
}

/** A number in 8 bytes, big-endian. Throws RangeError unless it is from 0 to 2^64 - 1. */
export function u64(value: bigint): Uint8Array {
  return bigEndian(value, 8);
}

/** Reads all of `bytes` (at most 6) as one big-endian number. */
export function readNumber(bytes: Uint8Array): number {
  return bytes.reduce((value, byte) => value * 256 + byte, 0);
}

/** Reads all of `bytes` as one big-endian number of any size. */
export function readBigInt(bytes: Uint8Array): bigint {
  return bytes.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);
}

/** Whether both hold the same bytes, in a time that depends on the length alone. */
export function equal(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i++) difference |= (a[i] ?? 0) ^ (b[i] ?? 0);
  return difference === 0;
}

/** Overwrites secrets with zeros, in place. Copies that the JavaScript engine made on its own are out of reach. */
export function erase(...secrets: readonly Uint8Array[]): void {
  for (const secret of secrets) secret.fill(0);
}

function bigEndian(value: bigint, length: number): Uint8Array {
  if (value < 0n || value >> BigInt(8 * length) !== 0n) throw new RangeError(`does not fit ${length} bytes`);
  return Uint8Array.from({ length }, (_, i) => Number((value >> BigInt(8 * (length - 1 - i))) & 0xffn));
}
