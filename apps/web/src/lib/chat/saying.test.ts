import { FrameType } from '@porchlight/channel';
import { describe, expect, it } from 'vitest';

import { REACTIONS } from './message.ts';
import { decodeSaying, encodeSaying, isSaying, type Saying } from './saying.ts';

const utf8 = (text: string): number[] => [...new TextEncoder().encode(text)];
const decode = (type: number, id: number, ...bytes: number[]) => decodeSaying(type, id, Uint8Array.from(bytes));

/** What one side says, and what the other makes of it: `me` and `peer` change places. */
const turned = (saying: Saying): Saying =>
  'to' in saying ? { ...saying, to: { ...saying.to, from: saying.to.from === 'me' ? 'peer' : 'me' } } : saying;

describe('a saying', () => {
  it.each<Saying>([
    { type: 'text', text: 'שלום 👋' },
    { type: 'reply', to: { from: 'me', id: 1 }, text: 'I meant this' },
    { type: 'reply', to: { from: 'peer', id: 4_000_000_000 }, text: 'you meant this' },
    { type: 'edit', id: 8, text: 'x'.repeat(4000) },
    { type: 'unsend', id: 8 },
    { type: 'unsend', id: 9 },
    { type: 'reaction', to: { from: 'peer', id: 3 }, reaction: null },
    ...REACTIONS.map((reaction) => ({ type: 'reaction', to: { from: 'me', id: 3 }, reaction }) as const),
    { type: 'copy-saved' },
  ])('arrives as it was said: %j', (saying) => {
    const { type, body } = encodeSaying(saying);
    expect(isSaying(type)).toBe(true);
    expect(decodeSaying(type, 9, body)).toEqual(turned(saying));
  });

  it.each<[what: string, type: number, id: number, body: number[]]>([
    ['a number of no saying', FrameType.text, 0, utf8('hello')],
    ['no text', FrameType.text, 1, []],
    ['a reply without text', FrameType.reply, 9, [0, 0, 0, 0, 1]],
    ['a reply cut short', FrameType.reply, 9, [0, 0, 0]],
    ['nothing at all', FrameType.reply, 9, []],
    ['a reply to number 0', FrameType.reply, 9, [1, 0, 0, 0, 0, 97]],
    ['a reply to itself', FrameType.reply, 9, [0, 0, 0, 0, 9, 97]],
    ['a reply to what comes later', FrameType.reply, 9, [0, 0, 0, 1, 0, 97]],
    ['a reply to a third side', FrameType.reply, 9, [2, 0, 0, 0, 1, 97]],
    ['a reply that is not UTF-8', FrameType.reply, 9, [0, 0, 0, 0, 1, 0xc0, 0x80]],
    ['a reply of 4,001 bytes', FrameType.reply, 9, [0, 0, 0, 0, 1, ...utf8('x'.repeat(4001))]],
    ['an edit without text', FrameType.edit, 9, [0, 0, 0, 1]],
    ['an edit of itself', FrameType.edit, 9, [0, 0, 0, 9, 97]],
    ['an edit of number 0', FrameType.edit, 9, [0, 0, 0, 0, 97]],
    ['an edit that is not UTF-8', FrameType.edit, 9, [0, 0, 0, 1, 0xff]],
    ['an unsend of what comes later', FrameType.unsend, 9, [0, 0, 0, 10]],
    ['an unsend of number 0', FrameType.unsend, 9, [0, 0, 0, 0]],
    ['an unsend cut short', FrameType.unsend, 9, [0, 0, 1]],
    ['an unsend with more in it', FrameType.unsend, 9, [0, 0, 0, 1, 0]],
    ['a reaction without code', FrameType.reaction, 9, [0, 0, 0, 0, 1]],
    ['a reaction with more in it', FrameType.reaction, 9, [0, 0, 0, 0, 1, 1, 1]],
    ['a ninth reaction', FrameType.reaction, 9, [0, 0, 0, 0, 1, 9]],
    ['a reaction of a third side', FrameType.reaction, 9, [255, 0, 0, 0, 1, 1]],
    ['a reaction to itself', FrameType.reaction, 9, [0, 0, 0, 0, 9, 1]],
    ['a saved copy with something in it', FrameType.copySaved, 9, [0]],
    ['a type that is no saying', FrameType.ack, 9, []],
  ])('that is %s is refused', (_what, type, id, body) => {
    expect(decode(type, id, ...body)).toBeNull();
  });

  it('names what the hearer said with a number that only the chat can judge', () => {
    expect(decode(FrameType.reaction, 9, 1, 0, 0, 1, 0, 1)).toEqual({
      type: 'reaction',
      to: { from: 'me', id: 256 },
      reaction: '👍',
    });
  });
});
