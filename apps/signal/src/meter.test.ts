import { expect, it } from 'vitest';

import { createMeter } from './meter.ts';

function metered() {
  let now = 5_000;
  const spend = createMeter({ burst: 3, perSecond: 2 }, () => now);
  return { spend, wait: (ms: number) => (now += ms) };
}

it('lets a burst in, then says how long to wait', () => {
  const { spend } = metered();
  expect([spend(), spend(), spend(), spend()]).toEqual([0, 0, 0, 500]);
});

it('lets one in when that time is over, and not a millisecond earlier', () => {
  const { spend, wait } = metered();
  for (let i = 0; i < 3; i++) spend();
  wait(499);
  expect(spend()).toBe(1);
  wait(1);
  expect(spend()).toBe(0);
  expect(spend()).toBe(500);
});

it('never saves up more than the burst, and gains nothing from a clock that steps back', () => {
  const { spend, wait } = metered();
  wait(1_000_000);
  expect([spend(), spend(), spend(), spend()]).toEqual([0, 0, 0, 500]);
  wait(-10_000);
  expect(spend()).toBe(500);
});
