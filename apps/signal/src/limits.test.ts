import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { allowancesFor, createLimits, inMemory, type Deed } from './limits.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const three = { times: 3, seconds: 10 };
const allowances = { create: three, 'wrong-token': three, astray: three, ice: three, doctor: three };
const deeds = Object.keys(allowances) as Deed[];

it.each(deeds)('lets %s happen as often as allowed, then says how long to wait', async (deed) => {
  const { spend } = createLimits(allowances, inMemory);
  expect([await spend(deed, 'a'), await spend(deed, 'a'), await spend(deed, 'a')]).toEqual([0, 0, 0]);
  vi.advanceTimersByTime(4_000);
  expect(await spend(deed, 'a')).toBe(6_000);
});

it('begins anew when that time is over, and not a millisecond earlier', async () => {
  const { spend } = createLimits(allowances, inMemory);
  for (let i = 0; i < 3; i++) await spend('astray', 'a');
  vi.advanceTimersByTime(9_999);
  expect(await spend('astray', 'a')).toBe(1);
  vi.advanceTimersByTime(1);
  expect(await spend('astray', 'a')).toBe(0);
});

it('counts each address and each deed by itself', async () => {
  const { spend } = createLimits(allowances, inMemory);
  for (let i = 0; i < 4; i++) await spend('astray', 'a');
  expect([await spend('astray', 'b'), await spend('ice', 'a')]).toEqual([0, 0]);
});

it('tells the wait without counting', async () => {
  const { spend, wait } = createLimits(allowances, inMemory);
  for (let i = 0; i < 9; i++) expect(await wait('create', 'a')).toBe(0);
  for (let i = 0; i < 3; i++) await spend('create', 'a');
  expect(await wait('create', 'a')).toBe(10_000);
  vi.advanceTimersByTime(10_000);
  expect(await wait('create', 'a')).toBe(0);
});

it('keeps nothing of an address that did nothing for a while', async () => {
  const { spend } = createLimits(allowances, inMemory);
  await spend('astray', 'a');
  expect(vi.getTimerCount()).toBe(1);
  vi.advanceTimersByTime(10_000);
  expect(vi.getTimerCount()).toBe(0);
});

it('allows every host behind one address to bring all its invites back, as many as there may be', () => {
  const { create } = allowancesFor({ inAll: 10, perAddress: 10_000 }, { inAll: 10, perAddress: 10_000 });
  expect(create.times).toBeGreaterThanOrEqual(10_000);
});
