import { expect, it } from 'vitest';

import { sendAway } from './drain.ts';

/** Sends so many away; says after how many ms each of them went. */
async function leaving(count: number, withinMs: number): Promise<number[]> {
  const all = Array.from({ length: count }, (_, index) => index);
  const at: number[] = [];
  let now = 0;
  await sendAway(
    all,
    withinMs,
    (one) => {
      expect(one).toBe(at.length);
      at.push(now);
    },
    (ms) => Promise.resolve((now += ms)),
  );
  return at;
}

it.each([0, 1, 99])('sends %i people away at once', async (count) => {
  expect(await leaving(count, 5_000)).toEqual(Array<number>(count).fill(0));
});

it('sends many away evenly over the first part of its time, each once', async () => {
  const at = await leaving(10_000, 5_000);
  expect(at).toHaveLength(10_000);
  expect(at.at(-1)).toBeLessThan(3_000);
  expect(at.at(-1)).toBeGreaterThan(2_800);
  const perSecond = [0, 1, 2].map((second) => at.filter((ms) => Math.floor(ms / 1_000) === second).length);
  for (const people of perSecond) expect(people).toBeCloseTo(3_333, -2);
});

it('sends many away at once when there is no time', async () => {
  expect(await leaving(1_000, 0)).toEqual(Array<number>(1_000).fill(0));
});
