import { describe, expect, it } from 'vitest';

import { quantile, reportOf } from './report.ts';

describe('a quantile', () => {
  it('is the value that so many are not above', () => {
    const values = Array.from({ length: 20 }, (_, place) => 20 - place);
    expect([0.5, 0.95, 1].map((part) => quantile(values, part))).toEqual([10, 19, 20]);
    expect(quantile([7], 0.5)).toBe(7);
    expect(quantile([], 0.5)).toBeNull();
  });
});

describe('the report', () => {
  const outcome = { written: { host: 3, guest: 4 }, ms: 60_000, violations: ['The host lost one.'], gone: 0 };
  const report = reportOf({
    ...outcome,
    recoveries: [
      { name: 'reload', nextMs: 900, bothMs: 1_100 },
      { name: 'reload', nextMs: 300, bothMs: 400 },
      { name: 'freeze', nextMs: null, bothMs: null },
    ],
  });
  const line = (name: string) =>
    report
      .split('\n')
      .find((one) => one.startsWith(name))
      ?.split(/\s+/);

  it('has a line for every kind of cut and one for all, without those that were overtaken in the figures', () => {
    expect(line('reload')).toEqual(['reload', '2', '2', '300', '900', '900', '400', '1100', '1100']);
    expect(line('freeze')).toEqual(['freeze', '1', '0', ...Array<string>(6).fill('–')]);
    expect(line('all')).toEqual(['all', '3', '2', '300', '900', '900', '400', '1100', '1100']);
  });

  it('says what must not be', () => {
    expect(report).toContain('1 violations');
    expect(report).toContain('VIOLATION: The host lost one.');
  });
});
