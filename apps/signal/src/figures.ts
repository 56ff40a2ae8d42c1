import type { Reply } from '@porchlight/protocol';

import type { Invite } from './invites.ts';
import type { Store } from './store/store.ts';

/** What a server counts of what happens on it. Takes nothing that says who was there. */
export interface Figures {
  /** Says where to look up what is there now. Called once. */
  watch: (there: { sockets: () => number; invites: () => InviteCounts }) => void;
  /** An invite went from one state to another. */
  stepped: (was: Invite['state'] | 'unknown', is: Invite['state'] | 'forgotten') => void;
  /** A packet was answered. `request` is what it was called by whoever sent it, so it may be anything. */
  answered: (request: string, reply: Reply<unknown>) => void;
  /** A connection was refused without a word: its page is a stranger, or there are too many from its address or in all. */
  turnedAway: (why: 'origin' | 'crowd') => void;
  /** A box of so many bytes was passed on to the other side. */
  relayed: (bytes: number) => void;
  /** Does what is asked of the store, and measures it. */
  timed: <T>(operation: StoreOperation, work: () => Promise<T>) => Promise<T>;
}

/** Invites by state. */
export type InviteCounts = Readonly<Record<Invite['state'], number>>;

/** What is asked of a store. */
export type StoreOperation = 'update' | 'due' | 'ping';

/** Counts nothing. */
export const noFigures: Figures = {
  watch: () => undefined,
  stepped: () => undefined,
  answered: () => undefined,
  turnedAway: () => undefined,
  relayed: () => undefined,
  timed: (_, work) => work(),
};

/** The same store, measured. */
export function measured<S extends Store>(store: S, { timed }: Figures): S {
  return {
    ...store,
    update: (inviteId, decide, opener) => timed('update', () => store.update(inviteId, decide, opener)),
    due: (now) => timed('due', () => store.due(now)),
    ping: () => timed('ping', () => store.ping()),
  };
}
