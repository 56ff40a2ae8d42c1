/**
 * Why the server said no: a closed list. What a person is told of it, the page decides, which knows what was asked for
 * (`session/reasons.ts`).
 */
export const refusals = [
  'malformed',
  'unknown-request',
  'unknown-invite',
  'wrong-token',
  'not-attached',
  'host-away',
  'reserved',
  'used',
  'ended',
  'expired',
  /** Too many seats were given out in a short time. */
  'try-later',
  /** The seat is not the one held now. */
  'stale-seat',
  'peer-away',
  'slow-down',
  'full',
  'unavailable',
] as const;

export type Refusal = (typeof refusals)[number];

export interface Refused {
  ok: false;
  refusal: Refusal;
  /** When asking again makes sense, in milliseconds from now. */
  retryAfterMs?: number;
}

/** The answer to every request. */
export type Reply<T> = { ok: true; value: T } | Refused;
