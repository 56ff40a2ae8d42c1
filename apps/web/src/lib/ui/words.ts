import type { GuestState, SharedState, State } from '#lib/session/state.ts';
import { m, region } from '#lib/words/words.svelte.ts';

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
      return asking();
    case 'host-away':
      return hostAway();
    case 'knocking':
      return state.hostAway ? hostAway() : knocking();
  }
}

/** The words from the press on **Ask to join** on, while the rest of the page is still loading too. */
export function asking(): Waiting {
  return { heading: null, status: m().door_asking(), sentence: m().door_asking_note(), canCancel: true };
}

/** The words while a page that was loaded again finds out where it was. */
export function comingBack(): Waiting {
  return {
    heading: m().door_coming_back(),
    status: m().door_coming_back_status(),
    sentence: m().door_coming_back_note(),
    canCancel: false,
  };
}

function knocking(): Waiting {
  return { heading: null, status: m().door_knocking(), sentence: m().door_knocking_note(), canCancel: true };
}

function hostAway(): Waiting {
  return {
    heading: m().door_host_away(),
    status: m().door_host_away_status(),
    sentence: m().door_host_away_note(),
    canCancel: true,
  };
}

/** How the two browsers are connected, in the words of the chat's status. */
export function connectionWords(state: InsideState): string {
  switch (state.phase) {
    case 'connecting':
      return m().common_connecting();
    case 'reconnecting':
      return m().common_reconnecting();
    case 'chatting':
      return state.path === null ? m().common_connecting() : m()[paths[state.path]]();
  }
}

const paths = {
  direct: 'common_path_direct',
  relay: 'common_path_relay',
  'relay-tcp': 'common_path_relay_tcp',
  'relay-tls': 'common_path_relay_tls',
} as const;

/**
 * The counter below a text: "3,812 / 4,000", or null while there is plenty of room (below nine tenths).
 * Both in bytes of UTF-8.
 */
export function counterWords(bytes: number, maxBytes: number): string | null {
  if (bytes < maxBytes * 0.9) return null;
  const thousands = new Intl.NumberFormat(region());
  return `${thousands.format(bytes)} / ${thousands.format(maxBytes)}`;
}

/** When asking again makes sense, after a wait in milliseconds: "Try again in about 10 minutes." */
export function tryAgainWords(ms: number): string {
  return ms <= 30_000
    ? m().end_try_again_half_minute()
    : m().end_try_again_minutes({ minutes: Math.ceil(ms / 60_000) });
}

/** Digits to read aloud, in groups of five: "0123456789" → "01234 56789". */
export function groupDigits(digits: string): string {
  return (digits.match(/.{1,5}/g) ?? []).join(' ');
}
