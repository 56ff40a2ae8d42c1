import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { createHealth } from './health.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const health = (ping: () => Promise<void>) => createHealth({ ping, now: Date.now });

it('is ready when the store answers', async () => {
  expect(await health(() => Promise.resolve()).readiness()).toBe('ready');
});

it('is not ready when the store fails', async () => {
  expect(await health(() => Promise.reject(new Error('gone'))).readiness()).toBe('store-away');
});

it('is not ready when the store takes longer than a second', async () => {
  const asked = health(() => new Promise(() => undefined)).readiness();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(await asked).toBe('store-away');
});

it('waits for a store that is slow', async () => {
  const asked = health(() => new Promise((resolve) => setTimeout(resolve, 900))).readiness();
  await vi.advanceTimersByTimeAsync(900);
  expect(await asked).toBe('ready');
});

it('is ready again when the store is back', async () => {
  let isAway = true;
  const { readiness } = health(() => (isAway ? Promise.reject(new Error('gone')) : Promise.resolve()));
  expect(await readiness()).toBe('store-away');
  isAway = false;
  await vi.advanceTimersByTimeAsync(1_000);
  expect(await readiness()).toBe('ready');
});

it('asks the store once a second, however often it is asked', async () => {
  const ping = vi.fn(() => Promise.resolve());
  const { readiness } = health(ping);
  await Promise.all(Array.from({ length: 50 }, readiness));
  await vi.advanceTimersByTimeAsync(999);
  await readiness();
  expect(ping).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(1);
  await readiness();
  expect(ping).toHaveBeenCalledTimes(2);
});

it('takes nobody any more once it drains, whatever the store says', async () => {
  const { readiness, drain } = health(() => Promise.resolve());
  expect(await readiness()).toBe('ready');
  drain();
  expect(await readiness()).toBe('draining');
});
