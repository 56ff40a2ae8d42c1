import { describe, expect, it } from 'vitest';

import { noDraft } from '#lib/chat/draft.ts';
import type { Item, Message } from '#lib/chat/message.ts';

import { composingOf, draftOf, type Composing } from './composing.ts';

const message = (from: Message['from'], id: number, unsent = false): Message => ({
  kind: 'message',
  from,
  id,
  text: unsent ? '' : 'said',
  at: 1,
  delivery: 'delivered',
  quote: null,
  edited: false,
  unsent,
  reactions: { me: null, peer: null },
});

const items: Item[] = [
  message('me', 1),
  message('peer', 1),
  { kind: 'copy-saved', from: 'me', id: 2, at: 1 },
  message('me', 3, true),
];

describe('what was being written', () => {
  it.each<[string, Composing]>([
    ['a message', { mode: 'write' }],
    ['an answer to the other side', { mode: 'reply', to: message('peer', 1) }],
    ['an answer to oneself', { mode: 'reply', to: message('me', 1) }],
    ['an edit', { mode: 'edit', message: message('me', 1) }],
  ])('is that again: %s', (_what, composing) => {
    expect(composingOf(draftOf(composing, 'words', 'others'), items)).toEqual(composing);
  });

  it('has the words in the box, and those that wait for an edit', () => {
    expect(draftOf({ mode: 'write' }, 'words', 'old')).toEqual({ text: 'words', about: { mode: 'write' } });
    expect(draftOf({ mode: 'edit', message: message('me', 1) }, 'better words', 'next message')).toEqual({
      text: 'next message',
      about: { mode: 'edit', id: 1, text: 'better words' },
    });
  });

  it('is nothing where the box is empty', () => {
    expect(draftOf({ mode: 'write' }, '', 'old')).toBe(noDraft);
  });

  it.each([
    ['was taken back', { mode: 'edit', id: 3, text: 'x' }],
    ['is the other side’s', { mode: 'edit', id: 4, text: 'x' }],
    ['is none', { mode: 'reply', to: { from: 'me', id: 2 } }],
    ['was left out', { mode: 'reply', to: { from: 'peer', id: 9 } }],
  ] as const)('is a new message where what it was about %s', (_what, about) => {
    expect(composingOf({ text: 'words', about }, items)).toEqual({ mode: 'write' });
  });
});
