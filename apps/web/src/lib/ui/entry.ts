import type { State } from '#lib/session/state.ts';
import { m } from '#lib/words/words.svelte.ts';

/** One line in the host's list of invites and chats. */
export interface Entry {
  key: string;
  /** Its label; without one the guest's name, before that the end of its link, which tells several apart. */
  title: string;
  /** The guest's name where the title is a label. */
  guest: string | null;
  /** Where it stands, in a few words. */
  words: string;
  /** Messages not yet seen. */
  unread: number;
  /** Someone waits for an answer. */
  urgent: boolean;
  /** It makes no sound and shows no notification. */
  muted: boolean;
}

/** What the list needs to know of a session. */
export interface Listed {
  readonly key: string;
  readonly state: State;
  readonly peerName: string | null;
  readonly link: string | null;
  readonly label: string;
  readonly unread: number;
  readonly muted: boolean;
}

/** How a session stands in the list. */
export function entryOf({ key, state, peerName, link, label, unread, muted }: Listed): Entry {
  const urgent = state.phase === 'knocked';
  const guest = urgent ? state.nickname : peerName;
  const unlabelled = guest ?? (link === null ? m().host_entry() : m().host_entry_by_link({ end: link.slice(-4) }));
  return {
    key,
    title: label === '' ? unlabelled : label,
    guest: label === '' ? null : guest,
    words: unread > 0 ? m().host_new_messages({ count: unread }) : standing(state.phase),
    unread,
    urgent,
    muted,
  };
}

/** Who waits for an answer first, then what was not read; apart from that the order stays. */
export function byUrgency(entries: readonly Entry[]): Entry[] {
  const rank = ({ urgent, unread }: Entry): number => (urgent ? 0 : unread > 0 ? 1 : 2);
  return [...entries].sort((one, other) => rank(one) - rank(other));
}

function standing(phase: State['phase']): string {
  switch (phase) {
    case 'opening':
      return m().host_entry_opening();
    case 'waiting':
      return m().host_entry_waiting();
    case 'handshaking':
      return m().host_entry_at_the_door();
    case 'knocked':
      return m().host_entry_knocked();
    case 'connecting':
      return m().host_entry_connecting();
    case 'chatting':
      return m().host_entry_chatting();
    case 'reconnecting':
      return m().host_entry_reconnecting();
    case 'ended':
      return m().host_entry_ended();
    // The rest are phases of guests, and a host's list holds no guest.
    case 'idle':
    case 'claiming':
    case 'host-away':
    case 'knocking':
      return m().host_entry();
  }
}
