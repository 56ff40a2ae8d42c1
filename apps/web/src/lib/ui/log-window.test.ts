import { describe, expect, it } from 'vitest';

import { earlier, reachesNewest, topOf, MOST_DRAWN } from './log-window.ts';

describe('the window of the log', () => {
  it('ends with the newest message, and begins with the first as long as all have room', () => {
    expect(topOf(null, 0)).toBe(0);
    expect(topOf(null, MOST_DRAWN)).toBe(0);
    expect(topOf(null, MOST_DRAWN + 1)).toBe(1);
    expect(reachesNewest(topOf(null, 5000), 5000)).toBe(true);
  });

  it('stays where it is held while messages come', () => {
    expect(topOf(300, 1300)).toBe(300);
    expect(reachesNewest(300, 1300)).toBe(true);
    expect(topOf(300, 1301)).toBe(300);
    expect(reachesNewest(300, 1301)).toBe(false);
  });

  it('comes to the first message in steps that overlap', () => {
    const tops = [topOf(null, 2600)];
    while (tops[0] !== 0) tops.unshift(earlier(tops[0] ?? 0));
    expect(tops).toEqual([0, 100, 600, 1100, 1600]);
  });
});
