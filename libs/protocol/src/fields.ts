import * as v from 'valibot';

import { LIFETIMES_MS, MAX_BOX_BYTES } from './limits.ts';

// Canonical unpadded base64url: the last character carries 2 (16 bytes) or 4 (32 bytes) significant bits, the rest is zero.
const ID = /^[A-Za-z0-9_-]{21}[AQgw]$/;
const HASH_OR_TOKEN = /^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/;
const BASE64URL = /^(?:[A-Za-z0-9_-]{4})*(?:[A-Za-z0-9_-]{2,3})?$/;

/** 16 bytes in base64url. */
export const inviteId = v.pipe(v.string(), v.length(22), v.regex(ID));

/** 32 bytes in base64url: a secret token. */
export const token = v.pipe(v.string(), v.length(43), v.regex(HASH_OR_TOKEN));

/** 32 bytes in base64url: SHA-256 of a token. The hash of a seat token names the seat. */
export const hash = token;

/** One opaque box, ≤ MAX_BOX_BYTES, in base64url. Loose bits are for the receiver to refuse, who decodes it. */
export const box = v.pipe(
  v.string(),
  v.nonEmpty(),
  v.maxLength(Math.ceil((MAX_BOX_BYTES * 4) / 3)),
  v.regex(BASE64URL),
);

/** Time left in milliseconds, and how much there can be. Not a date, because the clocks of host and server need not agree. */
export const duration = (longestMs: number) => v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(longestMs));

/** How long an invite still opens something. */
export const remainingMs = duration(LIFETIMES_MS[3]);
