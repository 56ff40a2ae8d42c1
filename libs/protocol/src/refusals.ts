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
  /** Too many requests of this kind from this socket or this address. */
  'slow-down',
  /** This address has as many sockets or invites as one address may have. */
  'crowded',
  /** The server, or this socket, has as much as it may have. */
  'full',
  'unavailable',
] as const;

export type Refusal = (typeof refusals)[number];

export interface Refused {
  ok: false;
  refusal: Refusal;
  /** When asking again makes sense, in milliseconds from now; absent if time alone changes nothing. */
  retryAfterMs?: number;
}

/** The answer to every request. A socket that is not let in gets the refusal as the `data` of `connect_error`. */
export type Reply<T> = { ok: true; value: T } | Refused;
