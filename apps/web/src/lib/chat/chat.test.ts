import { describe, expect, it } from 'vitest';

import {
  acknowledged,
  compose,
  emptyChat,
  heard,
  leaving,
  MAX_UNDELIVERED,
  muted,
  sent,
  shown,
  shownOfPeer,
  unsent,
  waiting,
  type Chat,
} from './chat.ts';

function write(chat: Chat, ...texts: string[]): Chat {
  for (const text of texts) {
    const composed = compose(chat, text, 0);
    if (!composed.ok) throw new Error(composed.problem);
    chat = composed.chat;
  }
  return chat;
}
/** About to leave, and gone. */
const take = (chat: Chat, id: number): Chat => sent(leaving(chat, id), id);
const deliveries = (chat: Chat | null) => chat?.messages.map(({ delivery }) => delivery);

describe('writing', () => {
  it('refuses nothing, too much and too many', () => {
    expect(compose(emptyChat, ' \n ', 0)).toEqual({ ok: false, problem: 'empty' });
    expect(compose(emptyChat, 'a'.repeat(4000), 0).ok).toBe(true);
    expect(compose(emptyChat, 'a'.repeat(4001), 0)).toEqual({ ok: false, problem: 'too-long' });
    expect(compose(emptyChat, 'é'.repeat(2001), 0)).toEqual({ ok: false, problem: 'too-long' });
    const full = write(emptyChat, ...Array.from({ length: MAX_UNDELIVERED }, () => 'x'));
    expect(compose(full, 'one more', 0)).toEqual({ ok: false, problem: 'too-many' });
    const relieved = acknowledged(take(full, 1), 1);
    expect(relieved !== null && compose(relieved, 'one more', 0).ok).toBe(true);
  });
});

describe('delivery', () => {
  it('is sending, then sent, then delivered', () => {
    const written = write(emptyChat, 'a', 'b');
    expect(deliveries(written)).toEqual(['sending', 'sending']);
    const taken = take(written, 1);
    expect(deliveries(taken)).toEqual(['sent', 'sending']);
    expect(deliveries(acknowledged(taken, 1))).toEqual(['delivered', 'sending']);
  });

  it('goes back to sending when the transport is lost, unless acknowledged', () => {
    const chat = acknowledged(take(take(write(emptyChat, 'a', 'b', 'c'), 1), 2), 1);
    const lost = chat === null ? null : unsent(chat);
    expect(deliveries(lost)).toEqual(['delivered', 'sending', 'sending']);
    expect(lost === null ? [] : waiting(lost).map(({ text }) => text)).toEqual(['b', 'c']);
  });

  it('cannot be claimed for a message that was never written, or never left', () => {
    expect(acknowledged(take(write(emptyChat, 'a'), 1), 2)).toBeNull();
    expect(acknowledged(write(emptyChat, 'a'), 1)).toBeNull();
    expect(acknowledged(emptyChat, 0)).toEqual(emptyChat);
  });
});

describe('hearing', () => {
  it('closes at another text under a number that had one', () => {
    const chat = heard(emptyChat, 1, 'first', 0) ?? emptyChat;
    expect(heard(chat, 1, 'first', 1)).toBe(chat);
    expect(heard(chat, 1, 'second', 1)).toBeNull();
  });

  it('takes each message once, in order, and refuses a hole', () => {
    const first = heard(emptyChat, 1, 'one', 0);
    expect(first?.messages).toHaveLength(1);
    expect(first === null ? null : heard(first, 1, 'one', 0)).toBe(first);
    expect(heard(emptyChat, 2, 'two', 0)).toBeNull();
    expect(heard(emptyChat, 0, 'zero', 0)).toBeNull();
  });

  it('shows on behind a text that was left out, and acknowledges nothing from there on', () => {
    const one = heard(emptyChat, 1, 'one', 0) ?? emptyChat;
    const three = heard(muted(one), 3, 'three', 0) ?? emptyChat;
    expect(three.messages.map(({ text }) => text)).toEqual(['one', 'three']);
    expect(three.leftOut).toEqual({ id: 2, place: 1 });
    expect(shown(three)).toBe(1);
    expect(muted(three).leftOut).toEqual({ id: 2, place: 1 });
    expect(heard(three, 2, 'two', 0)).toBe(three);
  });

  it('counts what is shown, and neither own messages nor texts that were left out', () => {
    const one = heard(write(emptyChat, 'mine'), 1, 'one', 0) ?? emptyChat;
    const three = heard(muted(one), 3, 'three', 0) ?? emptyChat;
    expect(shownOfPeer(muted(write(three, 'mine again')))).toBe(2);
  });
});
