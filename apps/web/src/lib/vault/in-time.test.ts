import { expect, it } from 'vitest';

import { inTime } from './in-time.ts';

/** A timer whose time is what the test says. */
function manualTimer() {
  const waiting = new Set<() => void>();
  return {
    waiting,
    after: (_ms: number, then: () => void) => {
      waiting.add(then);
      return () => waiting.delete(then);
    },
    /** Whatever is due comes once, however late. */
    fire: () => {
      for (const then of [...waiting]) {
        waiting.delete(then);
        then();
      }
    },
  };
}

it('gives what is answered, and waits for nothing any more', async () => {
  const timer = manualTimer();
  expect(await inTime(Promise.resolve('read'), 5_000, timer)).toBe('read');
  expect(timer.waiting.size).toBe(0);
});

it('passes a failure on', async () => {
  await expect(inTime(Promise.reject(new Error('the disk is full')), 5_000, manualTimer())).rejects.toThrow('is full');
});

it('gives up after the time in which the page was awake', async () => {
  const timer = manualTimer();
  const given = inTime(new Promise(() => undefined), 5_000, timer);
  const story: string[] = [];
  given.catch((error: unknown) => story.push(String(error)));
  // The page stood still for any time at each of these.
  for (let step = 1; step <= 9; step += 1) timer.fire();
  await new Promise((settled) => setTimeout(settled));
  expect(story).toEqual([]);
  timer.fire();
  await expect(given).rejects.toThrow('no answer in time');
});
