import { openSocket } from '../signaling/socket.ts';

import type { Ports } from './ports.ts';

/** The real world: one line to the server this page came from, WebRTC, the clock, the browser's randomness. */
export const openWorld = (): Ports => ({
  signaling: openSocket(location.origin),
  transports: () => import('../transport/simple-peer.ts').then((module) => module.openSimplePeer),
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
});
