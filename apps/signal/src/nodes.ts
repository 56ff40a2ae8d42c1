import type { Notice } from './invites.ts';

/** What goes from one process to another: news for somebody there, or that the socket of a place is to be closed. */
export type Letter = Notice | { close: string };

/** This process among those that share one store. A place is a socket of one of them: what an invite knows of its two sides. */
export interface Nodes {
  /** The name of a socket's place, unlike any other node's. */
  placeOf: (socketId: string) => string;
  /** The socket of a place at this node; undefined of one elsewhere. */
  here: (place: string) => string | undefined;
  /** The socket of a place, wherever it is. */
  socketOf: (place: string) => string;
  /** Whether the node of this place has died, and with it the socket. */
  isGone: (place: string) => boolean;
}

/** A process that shares its store with nobody. */
export const alone: Nodes = {
  placeOf: (socketId) => socketId,
  here: (place) => place,
  socketOf: (place) => place,
  isGone: () => false,
};
