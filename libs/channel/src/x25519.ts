import { x25519 } from '@noble/curves/ed25519.js';

/** The 32-byte X25519 public key of 32 random bytes (RFC 7748 §6.1). */
export function publicKeyOf(secretKey: Uint8Array): Uint8Array {
  return x25519.getPublicKey(secretKey);
}

/**
 * The 32-byte shared secret, or null for a public key that a fair peer never sends: wrong length, not canonical (RFC 7748
 * would accept p and beyond, and a set top bit), or of low order, where the output would be all zero whatever the secret.
 */
export function agree(secretKey: Uint8Array, publicKey: Uint8Array): Uint8Array | null {
  if (!isCanonical(publicKey)) return null;
  try {
    const shared = x25519.getSharedSecret(secretKey, publicKey);
    return shared.some((byte) => byte !== 0) ? shared : null;
  } catch {
    return null; // the library refuses low order before it touches the secret
  }
}

// p = 2^255 - 19 is ed ff … ff 7f in little-endian bytes.
function isCanonical(u: Uint8Array): boolean {
  if (u.length !== 32) return false;
  const [lowest = 0, highest = 0] = [u[0], u[31]];
  const middleIsFull = u.subarray(1, 31).every((byte) => byte === 0xff);
  return highest < 0x7f || (highest === 0x7f && (!middleIsFull || lowest < 0xed));
}
