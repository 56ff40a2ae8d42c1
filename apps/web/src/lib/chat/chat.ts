import { MAX_TEXT_BYTES, textBytes } from './text.ts';

export { MAX_TEXT_BYTES, textBytes } from './text.ts';

/** So many messages may be on their way at once. docs/protocol.md §5 */
export const MAX_UNDELIVERED = 100;

export interface Message {
  /** Counts from 1, for each side alone. */
  id: number;
  from: 'me' | 'peer';
  text: string;
  /** When this browser wrote or received it, ms since epoch. */
  at: number;
  /** sending: no way out yet · sent: handed to the transport · delivered: the other browser acknowledged it. */
  delivery: 'sending' | 'sent' | 'delivered';
}

export interface Chat {
  messages: readonly Message[];
  nextId: number;
  /** Highest id heard from the peer; everything up to it is here or was left out. */
  heard: number;
  /** The first text of the peer that was left out, and how many messages stood before it. */
  leftOut: { id: number; place: number } | null;
  /** Highest own id that may have been handed to a transport. */
  highestSent: number;
  /** Highest own id the peer acknowledged. */
  delivered: number;
  /** How many messages of the peer, of those that are shown, were read. */
  read: number;
}

export const emptyChat: Chat = {
  messages: [],
  nextId: 1,
  heard: 0,
  leftOut: null,
  highestSent: 0,
  delivered: 0,
  read: 0,
};

export type Composed =
  { ok: true; chat: Chat; message: Message } | { ok: false; problem: 'empty' | 'too-long' | 'too-many' };

/** Writes a message; it is `sending` until the transport takes it. */
export function compose(chat: Chat, text: string, now: number): Composed {
  if (text.trim() === '') return { ok: false, problem: 'empty' };
  if (textBytes(text) > MAX_TEXT_BYTES) return { ok: false, problem: 'too-long' };
  if (chat.nextId - 1 - chat.delivered >= MAX_UNDELIVERED) return { ok: false, problem: 'too-many' };
  const message: Message = { id: chat.nextId, from: 'me', text, at: now, delivery: 'sending' };
  return { ok: true, chat: { ...chat, messages: [...chat.messages, message], nextId: chat.nextId + 1 }, message };
}

/** Messages up to `id` are about to leave. Decided, and kept, before the first of them does. */
export const leaving = (chat: Chat, id: number): Chat => ({ ...chat, highestSent: Math.max(chat.highestSent, id) });

/** The transport took the message. */
export const sent = (chat: Chat, id: number): Chat =>
  mapUndelivered(chat, (message) => (message.id === id ? 'sent' : message.delivery));

/** The transport is gone: what was not acknowledged waits for the next one. */
export const unsent = (chat: Chat): Chat => mapUndelivered(chat, () => 'sending');

/** What waits for a way out, in order. */
export function waiting(chat: Chat): Message[] {
  const found: Message[] = [];
  for (const [, message] of undelivered(chat)) if (message.delivery === 'sending') found.unshift(message);
  return found;
}

/**
 * A text as it arrived. One that came before changes nothing. Null means what no honest peer makes: a hole in the numbers,
 * or another text under a number that had one, which a browser might send that lost its last writes with the power.
 */
export function heard(chat: Chat, id: number, text: string, now: number): Chat | null {
  if (id === 0 || id > chat.heard + 1) return null;
  if (id <= chat.heard) return isAnother(chat, id, text) ? null : chat;
  const message: Message = { id, from: 'peer', text, at: now, delivery: 'delivered' };
  return { ...chat, messages: [...chat.messages, message], heard: id };
}

/** Whether a text that is shown under this number is a different one. */
function isAnother({ messages }: Chat, id: number, text: string): boolean {
  const known = messages.findLast((message) => message.from === 'peer' && message.id === id);
  return known !== undefined && known.text !== text;
}

/** The next text arrived and is left out, because it was too many. */
export const muted = (chat: Chat): Chat => ({
  ...chat,
  heard: chat.heard + 1,
  leftOut: chat.leftOut ?? { id: chat.heard + 1, place: chat.messages.length },
});

/** How many messages of the peer are shown. Own ones are all kept, so that these are the rest. */
export const shownOfPeer = ({ messages, nextId }: Chat): number => messages.length - (nextId - 1);

/** Everything that is shown was read. */
export const read = (chat: Chat): Chat => ({ ...chat, read: shownOfPeer(chat) });

/** Up to this id of the peer everything is shown, so this may be acknowledged and nothing beyond. */
export const shown = (chat: Chat): number => (chat.leftOut === null ? chat.heard : chat.leftOut.id - 1);

/** The peer has everything up to `id`. Null for an id that never left. */
export function acknowledged(chat: Chat, id: number): Chat | null {
  if (id > chat.highestSent) return null;
  if (id <= chat.delivered) return chat;
  return {
    ...mapUndelivered(chat, (message) => (message.id <= id ? 'delivered' : message.delivery)),
    delivered: id,
  };
}

function mapUndelivered(chat: Chat, delivery: (message: Message) => Message['delivery']): Chat {
  const messages = [...chat.messages];
  for (const [place, message] of undelivered(chat)) messages[place] = { ...message, delivery: delivery(message) };
  return { ...chat, messages };
}

/** Own messages that were not acknowledged, with their places, the newest first: they stand at the end of however many. */
function* undelivered({ messages, nextId, delivered }: Chat): Generator<[place: number, message: Message]> {
  let wanted = nextId - 1 - delivered;
  for (let place = messages.length - 1; wanted > 0 && place >= 0; place -= 1) {
    const message = messages[place];
    if (message?.from !== 'me') continue;
    yield [place, message];
    wanted -= 1;
  }
}
