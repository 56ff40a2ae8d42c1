import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { createHeartbeat, type Beating, type Heartbeat } from './heartbeat.ts';

const INTERVAL_MS = 12_000;
const TIMEOUT_MS = 10_000;
/** It is kept in steps. */
const STEP_MS = 200;

let heartbeat: Heartbeat;
/** Time that passed while no timer came, in ms. */
let stoodStillMs = 0;

beforeEach(() => {
  vi.useFakeTimers();
  stoodStillMs = 0;
  const timersNow = performance.now.bind(performance);
  vi.spyOn(performance, 'now').mockImplementation(() => timersNow() + stoodStillMs);
  heartbeat = createHeartbeat(INTERVAL_MS, TIMEOUT_MS);
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

interface Connection extends Beating {
  asked: number;
  closed: boolean;
}

function connection(): Connection {
  return {
    asked: 0,
    closed: false,
    pingIntervalTimer: setTimeout(() => expect.unreachable('asked by Engine.IO as well'), INTERVAL_MS),
    sendPacket() {
      this.asked += 1;
    },
    close() {
      this.closed = true;
    },
  };
}

it('asks every interval for as long as there are answers', () => {
  const one = connection();
  const batch = heartbeat.add(one);
  for (let times = 1; times <= 5; times += 1) {
    vi.advanceTimersByTime(INTERVAL_MS - STEP_MS);
    expect(one.asked).toBe(times - 1);
    vi.advanceTimersByTime(STEP_MS);
    expect(one.asked).toBe(times);
    batch.heard(one);
  }
  expect(one.closed).toBe(false);
});

it('closes one that is silent after it was asked, when its time is over and not before', () => {
  const one = connection();
  heartbeat.add(one);
  vi.advanceTimersByTime(INTERVAL_MS + TIMEOUT_MS - STEP_MS);
  expect(one.closed).toBe(false);
  vi.advanceTimersByTime(STEP_MS);
  expect(one.closed).toBe(true);
});

it('takes whatever is heard for an answer, and nothing that was heard before it asked', () => {
  const [late, early] = [connection(), connection()];
  const batch = heartbeat.add(late);
  expect(heartbeat.add(early)).toBe(batch);
  vi.advanceTimersByTime(INTERVAL_MS - STEP_MS);
  batch.heard(early);
  vi.advanceTimersByTime(TIMEOUT_MS);
  batch.heard(late);
  vi.advanceTimersByTime(2 * STEP_MS);
  expect([late.closed, early.closed]).toEqual([false, true]);
});

it('spreads those that come at different times', () => {
  const all = Array.from({ length: 60 }, () => {
    const one = connection();
    heartbeat.add(one);
    vi.advanceTimersByTime(STEP_MS);
    return one;
  });
  for (let n = 0; n < all.length; n += 1) {
    expect(all.filter(({ asked }) => asked > 0)).toHaveLength(n + 1);
    vi.advanceTimersByTime(STEP_MS);
  }
});

it('lets go of one that is gone, and keeps no clock for nobody', () => {
  const one = connection();
  heartbeat.add(one).remove(one);
  vi.advanceTimersByTime(2 * INTERVAL_MS);
  expect(one).toMatchObject({ asked: 0, closed: false });
  expect(vi.getTimerCount()).toBe(0);

  const other = connection();
  heartbeat.add(other);
  vi.advanceTimersByTime(INTERVAL_MS);
  expect(other.asked).toBe(1);
});

/** Lets so much time pass while timers come only every `everyMs`. */
function drag(ms: number, everyMs: number, between: () => void): void {
  for (let passed = 0; passed < ms; passed += everyMs) {
    stoodStillMs += everyMs - STEP_MS;
    vi.advanceTimersByTime(STEP_MS);
    between();
  }
}

it('asks as often where the process is so busy that its timers come late', () => {
  const one = connection();
  const batch = heartbeat.add(one);
  clearTimeout(one.pingIntervalTimer ?? undefined);
  drag(4 * INTERVAL_MS, 3 * STEP_MS, () => {
    batch.heard(one);
  });
  expect(one).toMatchObject({ asked: 4, closed: false });
});

it('gives everybody the time to be heard after the process stood still', () => {
  for (const stop of [1_000, 5_000, TIMEOUT_MS, INTERVAL_MS, 3_600_000]) {
    const all = Array.from({ length: 60 }, () => {
      const one = connection();
      const batch = heartbeat.add(one);
      vi.advanceTimersByTime(STEP_MS);
      return { one, batch };
    });
    // They answer whatever they are asked, and are read once after each call of the timers, but not while all stands still.
    const readAll = (): void => {
      for (const { one, batch } of all) batch.heard(one);
    };
    readAll();
    drag(stop, stop, () => undefined);
    expect(all.filter(({ one }) => one.closed)).toEqual([]);
    for (let times = 0; times < 200; times += 1) {
      readAll();
      vi.advanceTimersByTime(STEP_MS);
    }
    expect(all.filter(({ one }) => one.closed)).toEqual([]);
    const most = Math.max(...all.map(({ one }) => one.asked));
    expect(most, 'asked after a stop').toBeLessThanOrEqual(7);
    for (const { one, batch } of all) batch.remove(one);
  }
});

it('gives everybody the whole time to answer what is asked after the process stood still', () => {
  for (const stop of [5_000, TIMEOUT_MS, INTERVAL_MS, 3_600_000]) {
    const [slow, dead] = [connection(), connection()];
    const batch = heartbeat.add(slow);
    heartbeat.add(dead);
    for (const { pingIntervalTimer } of [slow, dead]) clearTimeout(pingIntervalTimer ?? undefined);
    vi.advanceTimersByTime(INTERVAL_MS - STEP_MS);
    drag(stop, stop, () => undefined);
    while (slow.asked === 0) vi.advanceTimersByTime(STEP_MS);
    vi.advanceTimersByTime(TIMEOUT_MS - 2 * STEP_MS);
    expect([slow.closed, dead.closed]).toEqual([false, false]);
    batch.heard(slow);
    vi.advanceTimersByTime(TIMEOUT_MS);
    expect(dead.closed).toBe(true);
    for (const one of [slow, dead]) batch.remove(one);
  }
});
