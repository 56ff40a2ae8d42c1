import { describe, expect, it } from 'vitest';

import { dayWords, restOfDayMs } from './days.ts';

const at = (...[year, month, day, hour = 12]: [number, number, number, number?]): number =>
  new Date(year, month - 1, day, hour).getTime();
const NOW = at(2026, 11, 23, 0);

describe('a day', () => {
  it('is called today from midnight on, and yesterday before', () => {
    expect(dayWords(NOW, NOW, 'en')).toBe('Today');
    expect(dayWords(NOW - 1, NOW, 'en')).toBe('Yesterday');
    expect(dayWords(at(2026, 11, 22, 0), NOW, 'de')).toBe('Gestern');
  });

  it('is told by its name and date when it is longer ago', () => {
    expect(dayWords(at(2026, 11, 20), NOW, 'en')).toBe('Friday, November 20');
    expect(dayWords(at(2026, 11, 20), NOW, 'de')).toBe('Freitag, 20. November');
  });

  it('is told with its year when that is another one, or a clock went back', () => {
    expect(dayWords(at(2025, 12, 31), NOW, 'en')).toContain('2025');
    expect(dayWords(at(2026, 11, 24), NOW, 'en')).toBe('Tuesday, November 24');
  });

  it('ends at midnight', () => {
    expect(restOfDayMs(at(2026, 11, 23, 23))).toBe(60 * 60 * 1000);
  });
});
