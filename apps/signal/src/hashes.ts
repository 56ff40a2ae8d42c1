import { hash, timingSafeEqual } from 'node:crypto';

/** SHA-256 of a token's bytes. Token and hash are 32 bytes each, in canonical base64url. docs/protocol.md §2. */
export function hashOf(token: string): string {
  return hash('sha256', Buffer.from(token, 'base64url'), 'base64url');
}

/** Whether two hashes (base64url, of any length) are the same, in a time that does not tell how far they agree. */
export function sameHash(one: string, other: string): boolean {
  const a = Buffer.from(one, 'base64url');
  const b = Buffer.from(other, 'base64url');
  return a.length === b.length && timingSafeEqual(a, b);
}
