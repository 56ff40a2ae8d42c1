/** What a message can be answered with. A closed set: on the wire goes the place in it, from 1 on. docs/protocol.md §4.2 */
export const REACTIONS = ['👍', '❤️', '😂', '😮', '😢', '🙏', '🎉', '🔥'] as const;
export type Reaction = (typeof REACTIONS)[number];

/** Names a message: who wrote it, and its id among all that this side said. */
export interface Ref {
  from: 'me' | 'peer';
  /** Counts from 1, for each side alone. */
  id: number;
}

export interface Message extends Ref {
  kind: 'message';
  /** '' when it was taken back. */
  text: string;
  /** When this browser wrote or received it, ms since epoch. */
  at: number;
  /**
   * sending: no way out yet · sent: handed to the transport · delivered: the other browser acknowledged it · seen: it was in
   * front of the other person. A message of the other side is always `delivered`.
   */
  delivery: 'sending' | 'sent' | 'delivered' | 'seen';
  /** The message it replies to, which may have been taken back since. */
  quote: Ref | null;
  edited: boolean;
  unsent: boolean;
  /** At most one of each side. */
  reactions: { me: Reaction | null; peer: Reaction | null };
}

/** One side saved a copy of the chat. */
export interface CopySaved extends Ref {
  kind: 'copy-saved';
  /** When this browser did so or was told, ms since epoch. */
  at: number;
}

/** What the log shows, in order. */
export type Item = Message | CopySaved;
