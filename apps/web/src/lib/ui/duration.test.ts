import { describe, expect, it } from 'vitest';

import { inUnits, timeLeft } from './duration.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

describe('what is left of a time', () => {
  it('is told in the largest unit of which there are two, rounded down', () => {
    expect(timeLeft(7 * 24 * HOUR_MS - 1)).toBe('6 days');
    expect(timeLeft(47.9 * HOUR_MS)).toBe('47 hours');
    expect(timeLeft(HOUR_MS)).toBe('60 minutes');
    expect(timeLeft(2 * MINUTE_MS)).toBe('2 minutes');
    expect(timeLeft(90_000)).toBe('90 seconds');
    expect(timeLeft(1999)).toBe('1 second');
  });

  it('is never less than nothing', () => {
    expect(timeLeft(-5000)).toBe('0 seconds');
  });
});

it('numbers of units agree with them', () => {
  expect(inUnits(1, 'hour')).toBe('1 hour');
  expect(inUnits(24, 'hour')).toBe('24 hours');
});
