import { openSocket } from '../signaling/socket.ts';
import type { OpenTransport } from '../transport/transport.ts';
import { browserTimer } from '../vault/in-time.ts';

import type { Ports } from './ports.ts';
import { rehearse } from './rehearsal.ts';

/** The real world: one line to the server, WebRTC, the clock, the browser's randomness. */
export function openWorld(): Ports {
  let openTransport: OpenTransport | null = null;
  const signaling = openSocket(import.meta.env.SIGNAL_ORIGIN ?? location.origin);
  // First of all, so that the line is on its way again when a session asks.
  wakes(signaling.wake);
  reloadWhenBroughtBack();
  return {
    signaling,
    transports: () =>
      openTransport ?? import('../transport/simple-peer.ts').then((module) => (openTransport = module.openSimplePeer)),
    clock: { now: () => Date.now(), ...browserTimer },
    wakes,
    random: (length) => crypto.getRandomValues(new Uint8Array(length)),
  };
}

/** The browser's words for it: the network came, went or changed; the page is seen, shown or thawed again. */
function wakes(then: () => void): () => void {
  const stopped = new AbortController();
  const { signal } = stopped;
  const woke = ({ type }: { type: string }): void => {
    if (type !== 'visibilitychange' || document.visibilityState === 'visible') then();
  };
  for (const name of ['online', 'offline', 'pageshow']) window.addEventListener(name, woke, { signal });
  for (const name of ['visibilitychange', 'resume']) document.addEventListener(name, woke, { signal });
  return () => {
    stopped.abort();
  };
}

/**
 * Calls `then` when the page may be gone in a moment: it is about to be closed or loaded again, or was hidden, after which a
 * phone may throw it away. Not every browser says each of these.
 */
export function beforeGoing(then: () => void): void {
  window.addEventListener('beforeunload', then);
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden') then();
  });
}

/** A page out of the back/forward cache said goodbye, and its lines were cut: it begins like one that was reloaded. */
function reloadWhenBroughtBack(): void {
  window.addEventListener('pageshow', ({ persisted }) => {
    if (persisted) location.reload();
  });
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
