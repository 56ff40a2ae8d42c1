/** Why the server said no: a closed list, each with one sentence for the person. */
export const refusals = {
  malformed: 'This page and the server do not understand each other. Reload the page.',
  'unknown-request': 'This page and the server do not understand each other. Reload the page.',
  'unknown-invite': 'The server does not know this invitation. Its host may be away, or the link is too old.',
  'wrong-token': 'This link does not belong to that invitation.',
  'not-attached': 'This page is not part of that invitation any more.',
  'host-away': 'The host is not there right now.',
  reserved: 'Someone else opened this link and is asking to come in.',
  used: 'This link was already used.',
  ended: 'The host ended this invitation.',
  expired: 'This link has expired.',
  'try-later': 'This link was tried too often. Wait a few minutes and try again.',
  'stale-seat': 'The guest is not waiting any more.',
  'peer-away': 'The other side is not connected to the server right now.',
  'slow-down': 'Too many requests. Wait a moment and try again.',
  full: 'The server is full. Try again later.',
  unavailable: 'The server cannot answer right now. Try again in a moment.',
} as const;

export type Refusal = keyof typeof refusals;

export interface Refused {
  ok: false;
  refusal: Refusal;
  /** When asking again makes sense, in milliseconds from now. */
  retryAfterMs?: number;
}

/** The answer to every request. */
export type Reply<T> = { ok: true; value: T } | Refused;
