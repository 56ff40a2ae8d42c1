import { describe, expect, it } from 'vitest';

import { around, following, MOST_DRAWN, reachesNewest, topOf } from './log-window.ts';

describe('the window of the log', () => {
  it('ends with the newest item, and begins with the first as long as all have room', () => {
    expect(topOf(null, 0)).toBe(0);
    expect(topOf(null, MOST_DRAWN)).toBe(0);
    expect(topOf(null, MOST_DRAWN + 1)).toBe(1);
    expect(reachesNewest(topOf(null, 10_000), 10_000)).toBe(true);
  });

  it('stays where it is held while items come', () => {
    const held = 300;
    expect(topOf(held, held + MOST_DRAWN)).toBe(held);
    expect(reachesNewest(held, held + MOST_DRAWN)).toBe(true);
    expect(topOf(held, held + MOST_DRAWN + 1)).toBe(held);
    expect(reachesNewest(held, held + MOST_DRAWN + 1)).toBe(false);
  });

  it('stays while what is in sight is far from its ends', () => {
    expect(following(1000, { first: 1060, last: 1080 }, 10_000)).toBe(1000);
  });

  it('stays at the first and at the newest item, behind which there is nothing', () => {
    expect(following(0, { first: 0, last: 12 }, 10_000)).toBe(0);
    expect(following(topOf(null, 10_000), { first: 9988, last: 9999 }, 10_000)).toBe(topOf(null, 10_000));
    expect(following(0, { first: 0, last: 2 }, 3)).toBe(0);
  });

  it('goes along in both directions, with what is in sight in its middle', () => {
    const earlier = following(1000, { first: 1020, last: 1040 }, 10_000);
    expect(earlier).toBe(1030 - MOST_DRAWN / 2);
    const later = following(1000, { first: 1100, last: 1130 }, 10_000);
    expect(later).toBe(1115 - MOST_DRAWN / 2);
  });

  it('comes to rest, however much is in sight', () => {
    for (const last of [1001, 1060, 1149]) {
      const top = following(1000, { first: 1000, last }, 10_000);
      expect(following(top, { first: 1000, last }, 10_000)).toBe(top);
    }
  });

  it('never reaches beyond the chat', () => {
    expect(around(0, 10_000)).toBe(0);
    expect(around(9_999, 10_000)).toBe(10_000 - MOST_DRAWN);
    expect(around(5, 10)).toBe(0);
  });
});
