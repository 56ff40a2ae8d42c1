import { describe, expect, it } from 'vitest';

import { timeOfDay, whenComing } from './clock.ts';

const LONDON = { locale: 'en-GB', timeZone: 'Europe/London' };
const NOON = Date.UTC(2026, 10, 22, 12, 0);
const HOUR_MS = 3_600_000;

describe('the clock', () => {
  it('says the time of day in the zone of the person', () => {
    expect(timeOfDay(NOON, LONDON)).toBe('12:00');
    expect(timeOfDay(NOON, { locale: 'en-GB', timeZone: 'Asia/Tokyo' })).toBe('21:00');
  });

  it('says only the time for later today', () => {
    expect(whenComing(NOON + 6 * HOUR_MS, NOON, LONDON)).toBe('18:00');
  });

  it('adds the day when it is another one, though less than 24 hours away', () => {
    expect(whenComing(NOON + 13 * HOUR_MS, NOON, LONDON)).toMatch(/^Mon,? 23 Nov, 0?1:00$/);
  });

  it('says the day as the language does', () => {
    const berlin = { locale: 'de', timeZone: 'Europe/Berlin' };
    expect(whenComing(NOON + 24 * HOUR_MS, NOON, berlin)).toBe('Mo., 23. Nov., 13:00');
  });

  it('adds the day for the same weekday next week', () => {
    expect(whenComing(NOON + 7 * 24 * HOUR_MS, NOON, LONDON)).toContain('29');
  });
});
