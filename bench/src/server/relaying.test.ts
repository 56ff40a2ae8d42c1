import { describe, expect, it } from 'vitest';

import { onSchedule, percentile } from './relaying.ts';

describe('a timetable', () => {
  it('does what is due at equal distances, and nothing before it is due', async () => {
    const startAt = performance.now();
    const done: { n: number; dueAt: number; at: number }[] = [];
    await onSchedule(20, 1_000, startAt, (n, dueAt) => done.push({ n, dueAt, at: performance.now() }));
    expect(done.map(({ n }) => n)).toEqual(Array.from({ length: 20 }, (_, n) => n));
    expect(done[19]?.dueAt).toBeCloseTo(startAt + 19, 6);
    expect(done.every(({ at, dueAt }) => at >= dueAt)).toBe(true);
  });

  it('catches up at once with what it missed, and lets it be late from when it was due', async () => {
    const late: number[] = [];
    await onSchedule(5, 1_000, performance.now() - 1_000, (_, dueAt) => late.push(performance.now() - dueAt));
    expect(Math.min(...late)).toBeGreaterThan(900);
  });
});

describe('a percentile', () => {
  it('is a value that was measured', () => {
    const values = Array.from({ length: 100 }, (_, n) => 100 - n);
    expect(percentile(values, 50)).toBe(51);
    expect(percentile(values, 99)).toBe(100);
    expect(percentile([7], 99)).toBe(7);
  });
});
