import { ml_kem768 } from '@noble/post-quantum/ml-kem.js';

/** Sizes of ML-KEM-768 (FIPS 203 §8), in bytes. */
export const KEM_PUBLIC_KEY_BYTES = 1184;
export const KEM_CIPHERTEXT_BYTES = 1088;
/** Random bytes for a key pair (d ‖ z) and for an encapsulation (m). */
export const KEM_SEED_BYTES = 64;
export const KEM_COIN_BYTES = 32;

/** An ML-KEM-768 key pair from 64 random bytes (FIPS 203 §7.1). */
export function kemKeyPair(seed: Uint8Array): { publicKey: Uint8Array; secretKey: Uint8Array } {
  return ml_kem768.keygen(seed);
}

/**
 * A ciphertext (1088 bytes) and the 32-byte secret it carries, from 32 random bytes; or null for a public key of the
 * wrong length or with a coefficient that is not below the modulus (FIPS 203 §7.2, both input checks).
 */
export function encapsulate(
  publicKey: Uint8Array,
  coin: Uint8Array,
): { ciphertext: Uint8Array; sharedSecret: Uint8Array } | null {
  if (publicKey.length !== KEM_PUBLIC_KEY_BYTES) return null;
  try {
    const { cipherText, sharedSecret } = ml_kem768.encapsulate(publicKey, coin);
    return { ciphertext: cipherText, sharedSecret };
  } catch {
    return null;
  }
}

/**
 * The 32-byte secret in a ciphertext of 1088 bytes. A ciphertext made for another key gives an unrelated secret and no
 * error (FIPS 203 §6.3, implicit rejection); the first sealed box then fails to open.
 */
export function decapsulate(ciphertext: Uint8Array, secretKey: Uint8Array): Uint8Array {
  return ml_kem768.decapsulate(ciphertext, secretKey);
}
