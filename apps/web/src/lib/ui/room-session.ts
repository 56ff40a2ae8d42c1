import type { Draft } from '#lib/chat/draft.ts';
import type { Item, Reaction, Ref } from '#lib/chat/message.ts';

/** What became of a text: 'not-yours' is said of an edit of what cannot be changed (any more). */
export type SendOutcome = 'ok' | 'too-long' | 'too-many' | 'empty' | 'not-yours';

/** What the room needs of a session: all that it shows, and all that a person can do in it. */
export interface RoomSession {
  /** The name of the person here; '' when it gave none. */
  readonly nickname: string;
  /** Null when the other side gave no name. */
  readonly peerName: string | null;
  /** What the log shows, in order. */
  readonly messages: readonly Item[];
  /** How many items stand before the place where some were left out; null: none were. */
  readonly leftOutAt: number | null;
  readonly peerTyping: boolean;
  /** Messages of the other side that were not read yet. */
  readonly unread: number;
  /** Null until there is something to compare. */
  readonly sas: { emoji: readonly { symbol: string; name: string }[]; digits: string } | null;
  /** Whether each side is told what the other has seen. */
  readonly tellsSeen: boolean;
  readonly muted: boolean;
  send: (text: string, quote: Ref | null) => SendOutcome;
  edit: (id: number, text: string) => SendOutcome;
  unsend: (id: number) => void;
  react: (to: Ref, reaction: Reaction | null) => void;
  noteCopySaved: () => void;
  setTellsSeen: (on: boolean) => void;
  setMuted: (on: boolean) => void;
  /** What was being written when the room was shown last. */
  readonly draft: Draft;
  setDraft: (draft: Draft) => void;
  /** The person is writing. */
  type: () => void;
  markRead: () => void;
  leave: () => void;
}
