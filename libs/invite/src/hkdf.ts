import { expand as hkdfExpand, extract as hkdfExtract } from '@noble/hashes/hkdf.js';
import { hmac as nobleHmac } from '@noble/hashes/hmac.js';
import { sha256 as nobleSha256 } from '@noble/hashes/sha2.js';

/** SHA-256 (FIPS 180-4): 32 bytes. */
export function sha256(message: Uint8Array): Uint8Array {
  return nobleSha256(message);
}

/** HMAC-SHA-256 (RFC 2104): 32 bytes. */
export function hmac(key: Uint8Array, message: Uint8Array): Uint8Array {
  return nobleHmac(nobleSha256, key, message);
}

/** HKDF-Extract with SHA-256 (RFC 5869 §2.2): a 32-byte pseudo-random key. */
export function extract(salt: Uint8Array, ikm: Uint8Array): Uint8Array {
  return hkdfExtract(nobleSha256, ikm, salt);
}

/** HKDF-Expand with SHA-256 (RFC 5869 §2.3): `length` ≤ 8160 bytes. */
export function expand(prk: Uint8Array, info: Uint8Array, length: number): Uint8Array {
  return hkdfExpand(nobleSha256, prk, info, length);
}
