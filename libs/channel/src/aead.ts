import { chacha20poly1305 } from '@noble/ciphers/chacha.js';

/** Bytes that sealing adds: the Poly1305 tag. */
export const TAG_BYTES = 16;

/** 2^64 - 1. Noise (rev 34 §5.1) reserves this nonce, so it is never used for anything. */
export const RESERVED_COUNTER = 2n ** 64n - 1n;

/** ChaCha20-Poly1305 (RFC 8439) with the counter as nonce: ciphertext ‖ tag. `key` is 32 bytes. */
export function seal(key: Uint8Array, counter: bigint, associated: Uint8Array, plaintext: Uint8Array): Uint8Array {
  return chacha20poly1305(key, nonceOf(counter), associated).encrypt(plaintext);
}

/** The plaintext, or null if key, counter, associated data and ciphertext do not all belong together. */
export function open(
  key: Uint8Array,
  counter: bigint,
  associated: Uint8Array,
  ciphertext: Uint8Array,
): Uint8Array | null {
  try {
    return chacha20poly1305(key, nonceOf(counter), associated).decrypt(ciphertext);
  } catch {
    return null; // the library throws on a wrong tag, and leaves no plaintext behind
  }
}

// Noise rev 34 §12.3: four zero bytes, then the counter little-endian.
function nonceOf(counter: bigint): Uint8Array {
  if (counter < 0n || counter >= RESERVED_COUNTER) throw new RangeError('counter used up');
  const nonce = new Uint8Array(12);
  new DataView(nonce.buffer).setBigUint64(4, counter, true);
  return nonce;
}
