import type { GuestState, SharedState, State } from '#lib/session/state.ts';

/** A session after **Let in** and before its end. */
export type InsideState = Exclude<SharedState, { phase: 'ended' }>;

/** Whether a session is in the room: admitted and not ended. */
export function isInside(state: State): state is InsideState {
  return state.phase === 'connecting' || state.phase === 'chatting' || state.phase === 'reconnecting';
}

/** Whether a session is a guest's that was not let in yet. */
export function isOutside(state: State): state is GuestState {
  return state.role === 'guest' && state.phase !== 'ended' && !isInside(state);
}

/** What a guest who asked is shown instead of the form. `heading`: null keeps the one of the invitation. */
export interface Waiting {
  heading: string | null;
  status: string;
  sentence: string;
  canCancel: boolean;
}

/** The words for a guest before it is let in; null while nothing was asked yet. */
export function waitingWords(state: GuestState): Waiting | null {
  switch (state.phase) {
    case 'idle':
      return null;
    case 'claiming':
    case 'handshaking':
      return asking;
    case 'host-away':
      return hostAway;
    case 'knocking':
      return state.hostAway ? hostAway : knocking;
  }
}

/** The words from the press on **Ask to join** on, while the rest of the page is still loading too. */
export const asking: Waiting = {
  heading: null,
  status: 'Asking to join…',
  sentence: 'Your browser and the host’s are proving to each other that they share this link.',
  canCancel: true,
};

/** The words while a page that was loaded again finds out where it was. */
export const comingBack: Waiting = {
  heading: 'Coming back…',
  status: 'One moment…',
  sentence: 'This page was loaded again and goes on where it was.',
  canCancel: false,
};

const knocking: Waiting = {
  heading: null,
  status: 'Waiting to be let in',
  sentence: 'The host sees your name now. Keep this page open; the chat begins here as soon as you are let in.',
  canCancel: true,
};

const hostAway: Waiting = {
  heading: 'The host is away',
  status: 'Waiting for the host',
  sentence: 'Keep this page open: it goes on waiting, and continues by itself when the host is back.',
  canCancel: true,
};

/** How the two browsers are connected, in the words of the chat's status. */
export function connectionWords(state: InsideState): string {
  switch (state.phase) {
    case 'connecting':
      return 'Connecting…';
    case 'reconnecting':
      return 'Reconnecting…';
    case 'chatting':
      return state.path === null ? 'Connecting…' : paths[state.path];
  }
}

const paths = {
  direct: 'Connected directly',
  relay: 'Connected through a relay',
  'relay-tcp': 'Connected through a relay (TCP)',
  'relay-tls': 'Connected through a relay (TLS)',
} as const;

/**
 * The counter below a text: "3,812 / 4,000", or null while there is plenty of room (below nine tenths).
 * Both in bytes of UTF-8.
 */
export function counterWords(bytes: number, maxBytes: number): string | null {
  return bytes < maxBytes * 0.9 ? null : `${thousands.format(bytes)} / ${thousands.format(maxBytes)}`;
}

const thousands = new Intl.NumberFormat('en');

/** When asking again makes sense, after a wait in milliseconds: "in half a minute", "in about 10 minutes". */
export function waitWords(ms: number): string {
  if (ms <= 30_000) return 'in half a minute';
  const minutes = Math.ceil(ms / 60_000);
  return minutes === 1 ? 'in a minute' : `in about ${minutes} minutes`;
}

/** Digits to read aloud, in groups of five: "0123456789" → "01234 56789". */
export function groupDigits(digits: string): string {
  return (digits.match(/.{1,5}/g) ?? []).join(' ');
}
