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
  /** Highest id heard from the peer; everything up to it is here. */
  heard: number;
  /** Highest own id the peer acknowledged. */
  delivered: number;
}

export const emptyChat: Chat = { messages: [], nextId: 1, heard: 0, delivered: 0 };

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

/** The transport took the message. */
export const sent = (chat: Chat, id: number): Chat =>
  mapOwn(chat, (message) => (message.id === id && message.delivery === 'sending' ? 'sent' : message.delivery));

/** The transport is gone: what was not acknowledged waits for the next one. */
export const unsent = (chat: Chat): Chat =>
  mapOwn(chat, (message) => (message.delivery === 'sent' ? 'sending' : message.delivery));

/** What a new transport must carry first, in order. */
export const undelivered = (chat: Chat): Message[] =>
  chat.messages.filter((message) => message.from === 'me' && message.delivery !== 'delivered');

/** A text arrived. One that is here already changes nothing; null means a hole in the numbers, which no honest peer makes. */
export function heard(chat: Chat, id: number, text: string, now: number): Chat | null {
  if (id === 0 || id > chat.heard + 1) return null;
  if (id <= chat.heard) return chat;
  const message: Message = { id, from: 'peer', text, at: now, delivery: 'delivered' };
  return { ...chat, messages: [...chat.messages, message], heard: id };
}

/** The peer has everything up to `id`. Null for an id that was never written. */
export function acknowledged(chat: Chat, id: number): Chat | null {
  if (id >= chat.nextId) return null;
  if (id <= chat.delivered) return chat;
  return {
    ...mapOwn(chat, (message) => (message.id <= id ? 'delivered' : message.delivery)),
    delivered: id,
  };
}

function mapOwn(chat: Chat, delivery: (message: Message) => Message['delivery']): Chat {
  const messages = chat.messages.map((message) => {
    if (message.from !== 'me') return message;
    const next = delivery(message);
    return next === message.delivery ? message : { ...message, delivery: next };
  });
  return { ...chat, messages };
}
