import type { Random } from '@porchlight/invite';

import type { Signaling } from '../signaling/signaling.ts';
import type { OpenTransport } from '../transport/transport.ts';

export interface Clock {
  /** ms since epoch */
  now(): number;
  /** Calls once after `ms`; returns the way to cancel. */
  after(ms: number, then: () => void): () => void;
}

/** The world outside, as a session sees it: everything that differs in a test. */
export interface Ports {
  signaling: Signaling;
  /** What opens transports: loaded long before it is needed, and then there at once. */
  transports: () => OpenTransport | Promise<OpenTransport>;
  clock: Clock;
  /** Calls whenever the network or the page may have been away and is back; returns the way to stop that. */
  wakes: (then: () => void) => () => void;
  random: Random;
}
