import type { State } from '#lib/session/state.ts';

/** One line in the host's list of invites and chats. */
export interface Entry {
  key: string;
  title: string;
  /** Where it stands, in a few words. */
  words: string;
  /** Messages not yet seen. */
  unread: number;
  /** Someone waits for an answer. */
  urgent: boolean;
}

/** What the list needs to know of a session. */
export interface Listed {
  readonly key: string;
  readonly state: State;
  readonly peerName: string | null;
  readonly link: string | null;
  readonly unread: number;
}

/** How a session stands in the list: by its guest's name, before that by the end of its link, which tells several apart. */
export function entryOf({ key, state, peerName, link, unread }: Listed): Entry {
  const urgent = state.phase === 'knocked';
  const title = urgent ? state.nickname : (peerName ?? (link === null ? 'Invite' : `Invite …${link.slice(-4)}`));
  return { key, title, words: words[state.phase], unread, urgent };
}

const words: Record<State['phase'], string> = {
  opening: 'Being created',
  waiting: 'Not answered yet',
  handshaking: 'Someone is at the door',
  knocked: 'Wants to come in',
  connecting: 'Connecting',
  chatting: 'In the chat',
  reconnecting: 'Reconnecting',
  ended: 'Over',
  // A host's list holds no guest sessions; these words keep the table whole.
  idle: 'Invite',
  claiming: 'Asking',
  'host-away': 'Waiting',
  knocking: 'Waiting',
};
