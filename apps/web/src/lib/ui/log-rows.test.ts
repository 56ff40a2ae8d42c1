import { describe, expect, it } from 'vitest';

import type { CopySaved, Item, Message } from '#lib/chat/message.ts';

import { firstUnread, rowsOf } from './log-rows.ts';

const NOON = new Date(2026, 10, 23, 12, 0).getTime();
const SECOND_MS = 1000;
const nowhere = (): boolean => false;

let ids = 0;
function said(from: Message['from'], at: number): Message {
  ids += 1;
  return {
    kind: 'message',
    from,
    id: ids,
    text: 'hello',
    at,
    delivery: 'delivered',
    quote: null,
    edited: false,
    unsent: false,
    reactions: { me: null, peer: null },
  };
}

const groupsOf = (items: readonly Item[], parted: (place: number) => boolean = nowhere): string[] => {
  const groups: string[] = [];
  for (const { item, opens } of rowsOf(items, 0, items.length, parted)) {
    if (opens) groups.push('');
    groups.push(`${groups.pop() ?? ''}${item.from === 'me' ? 'm' : 'p'}`);
  }
  return groups;
};

describe('the rows of the log', () => {
  it('puts together what one person said within one minute', () => {
    const at = [0, 1, 59, 60, 61, 62].map((seconds) => NOON + seconds * SECOND_MS);
    const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = at;
    const items = [said('me', a), said('me', b), said('me', c), said('me', d), said('peer', e), said('me', f)];
    expect(groupsOf(items)).toEqual(['mmm', 'm', 'p', 'm']);
    expect(rowsOf(items, 0, 6, nowhere).map(({ closes }) => closes)).toEqual([false, false, true, true, true, true]);
  });

  it('parts a group where a line stands, and where somebody saved a copy', () => {
    const saved: CopySaved = { kind: 'copy-saved', from: 'me', id: 1000, at: NOON };
    const items = [said('me', NOON), said('me', NOON), saved, said('me', NOON)];
    expect(groupsOf(items)).toEqual(['mm', 'm', 'm']);
    expect(groupsOf(items, (place) => place === 1)).toEqual(['m', 'm', 'm', 'm']);
  });

  it('knows the first item of each day', () => {
    const late = new Date(2026, 10, 23, 23, 59, 59).getTime();
    const items = [said('me', NOON), said('peer', late), said('peer', late + SECOND_MS), said('peer', late + 2000)];
    expect(rowsOf(items, 0, 4, nowhere).map(({ newDay }) => newDay)).toEqual([true, false, true, false]);
  });

  it('knows of the first row it draws what stands above it', () => {
    const items = [said('me', NOON), said('me', NOON), said('me', NOON)];
    const [first] = rowsOf(items, 1, 2, nowhere);
    expect(first).toMatchObject({ place: 1, newDay: false, opens: false, closes: false });
  });

  it('finds the first unread message, between own ones', () => {
    const items = [said('peer', NOON), said('peer', NOON), said('me', NOON), said('peer', NOON), said('me', NOON)];
    expect([0, 1, 2, 3, 4].map((unread) => firstUnread(items, unread))).toEqual([null, 3, 1, 0, null]);
    const takenBack: Item = { ...said('peer', NOON), text: '', unsent: true };
    expect(firstUnread([said('peer', NOON), takenBack, said('me', NOON)], 1)).toBe(0);
  });
});
