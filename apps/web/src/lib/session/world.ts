import { openSocket } from '../signaling/socket.ts';
import type { OpenTransport } from '../transport/transport.ts';

import type { Ports } from './ports.ts';

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
