import { openSocket } from '../signaling/socket.ts';
import type { OpenTransport } from '../transport/transport.ts';

import type { Ports } from './ports.ts';
import { rehearse } from './rehearsal.ts';

/** The real world: one line to the server this page came from, WebRTC, the clock, the browser's randomness. */
export function openWorld(): Ports {
  let openTransport: OpenTransport | null = null;
  return {
    signaling: openSocket(location.origin),
    transports: () =>
      openTransport ?? import('../transport/simple-peer.ts').then((module) => (openTransport = module.openSimplePeer)),
    clock: {
      now: () => Date.now(),
      after: (ms, then) => {
        const timer = setTimeout(then, ms);
        return () => {
          clearTimeout(timer);
        };
      },
    },
    random: (length) => crypto.getRandomValues(new Uint8Array(length)),
  };
}

/** When the page has time, long before it must be quick. */
const REHEARSE_AFTER_MS = 400;

let warm = false;

/** Gets ready ahead of time what a chat will need. */
export function warmUp(world: Ports): void {
  // A load that failed is tried again when a chat connects.
  void Promise.resolve(world.transports()).catch(() => undefined);
  if (warm) return;
  warm = true;
  world.clock.after(REHEARSE_AFTER_MS, () => {
    rehearse(world.random);
  });
}
