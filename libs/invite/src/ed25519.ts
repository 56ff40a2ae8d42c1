import { Point, getPublicKey, hashes, sign as nobleSign, verify as nobleVerify } from '@noble/ed25519';
import { sha512 } from '@noble/hashes/sha2.js';

/** The 32-byte public key of a 32-byte Ed25519 secret key (the seed of RFC 8032 §5.1.5). */
export function publicKeyOf(secretKey: Uint8Array): Uint8Array {
  useSha512();
  return getPublicKey(secretKey);
}

/** The 64-byte Ed25519 signature (RFC 8032 §5.1.6) of a message with a 32-byte secret key. */
export function sign(message: Uint8Array, secretKey: Uint8Array): Uint8Array {
  useSha512();
  return nobleSign(message, secretKey);
}

/**
 * Whether this is the signature of that message, in the strictest reading of RFC 8032 §5.1.7: never throws, and refuses
 * wrong lengths, high S, and keys or R that are not canonical points of the prime-order group.
 */
export function verify(signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean {
  if (signature.length !== 64 || !isHostKey(publicKey) || !isPrimeOrderPoint(signature.subarray(0, 32))) return false;
  useSha512();
  try {
    // The library multiplies the equation by the cofactor 8. With R and the key both in the prime-order group that
    // changes nothing, so a signature that only ZIP 215 accepts is refused here as OpenSSL refuses it.
    return nobleVerify(signature, message, publicKey, { zip215: false });
  } catch {
    return false;
  }
}

/**
 * Whether 32 bytes can be a host's public key: the canonical encoding of a point of the prime-order group, which is what
 * RFC 8032 key generation makes. Small order, mixed order and non-canonical bytes are refused; never throws.
 */
export function isHostKey(publicKey: Uint8Array): boolean {
  return publicKey.length === 32 && isPrimeOrderPoint(publicKey);
}

function isPrimeOrderPoint(bytes: Uint8Array): boolean {
  try {
    const point = Point.fromBytes(bytes, false); // false: y < p, and no "negative zero" x
    return !point.is0() && point.isTorsionFree();
  } catch {
    return false;
  }
}

// Set on use and not at import, so that a page which only parses links does not carry SHA-512.
function useSha512(): void {
  hashes.sha512 = sha512;
}
