import { describe, expect, it } from 'vitest';

import { allowances } from '../chat/pace.ts';

import { createManualClock } from './clock.ts';
import { Heartbeat } from './heartbeat.ts';

/** One side of a way. `standStill` is a page whose timers do not run. */
function side() {
  const manual = createManualClock(1_000_000);
  let stoodStillMs = 0;
  const clock = { ...manual, now: () => manual.now() + stoodStillMs };
  const told = { pings: 0, losses: 0 };
  const heartbeat = new Heartbeat({
    clock,
    ping: () => {
      told.pings += 1;
      heartbeat.sent();
    },
    lost: () => {
      told.losses += 1;
    },
  });
  return {
    heartbeat,
    told,
    /** Time in which `often` (ms) something is done. */
    pass: async (ms: number, every = ms, often: () => void = () => undefined): Promise<void> => {
      for (let passed = 0; passed < ms; passed += every) {
        await manual.advance(every);
        often();
      }
    },
    standStill: (ms: number): void => {
      stoodStillMs += ms;
    },
  };
}

describe('a side that has nothing to say', () => {
  it('sends a ping every 2 s', async () => {
    const { heartbeat, told, pass } = side();
    await pass(1900, 1900, () => {
      heartbeat.sent();
      heartbeat.heard();
    });
    expect(told.pings).toBe(0);
    await pass(20_000, 1900, () => heartbeat.heard());
    expect(told.pings).toBeGreaterThanOrEqual(9);
    expect(told.pings).toBeLessThanOrEqual(13);
  });

  it('sends one when it is called and its own timers sleep', () => {
    const { heartbeat, told, standStill } = side();
    standStill(1900);
    heartbeat.heard();
    heartbeat.heard();
    expect(told.pings).toBe(1);
  });
});

it('a side that speaks sends no pings', async () => {
  const { heartbeat, told, pass } = side();
  await pass(20_000, 1000, () => {
    heartbeat.sent();
    heartbeat.heard();
  });
  expect(told.pings).toBe(0);
});

describe('a way on which nothing comes', () => {
  it('is lost after 5 s, not before, and once', async () => {
    const { told, pass } = side();
    await pass(4900, 100);
    expect(told.losses).toBe(0);
    await pass(200, 100);
    expect(told.losses).toBe(1);
    const { pings } = told;
    await pass(60_000, 1000);
    expect(told).toEqual({ losses: 1, pings });
  });

  it('is not lost while something comes every 4 s', async () => {
    const { heartbeat, told, pass } = side();
    await pass(60_000, 4000, () => heartbeat.heard());
    expect(told.losses).toBe(0);
  });

  it('takes fewer pings than the other side allows beside what it owes, should all of them arrive at once', async () => {
    const { heartbeat, told, pass, standStill } = side();
    // The worst: it stood still, and its device wakes it all the time.
    await pass(4000, 250, () => heartbeat.probe());
    standStill(2000);
    await pass(10_000, 250, () => heartbeat.probe());
    expect(told.losses).toBe(1);
    expect(told.pings).toBeLessThanOrEqual(10);
    expect(allowances.control.burst - 40).toBeGreaterThanOrEqual(10);
  });

  it('is lost no later because the clock was set back', async () => {
    const { told, pass, standStill } = side();
    await pass(2000, 100);
    standStill(-3_600_000);
    await pass(4100, 100);
    expect(told.losses).toBe(1);
  });
});

describe('a page that stood still', () => {
  it('gives the other side 3 s, because what came meanwhile was not read yet', async () => {
    const { heartbeat, told, pass, standStill } = side();
    standStill(60_000);
    await pass(2900, 100);
    expect(told.losses).toBe(0);
    heartbeat.heard();
    await pass(4000, 100);
    expect(told.losses).toBe(0);
  });

  it('takes the way for lost when nothing comes then, however often it stands still', async () => {
    const { told, pass, standStill } = side();
    standStill(60_000);
    await pass(4200, 100);
    expect(told.losses).toBe(1);

    const again = side();
    again.standStill(60_000);
    await again.pass(1100, 100);
    again.standStill(60_000);
    await again.pass(1100, 100);
    expect(again.told.losses).toBe(1);
  });
});

describe('a probe', () => {
  it('sends a ping at once and takes the way for lost when nothing comes within 3 s', async () => {
    const { heartbeat, told, pass } = side();
    await pass(900);
    heartbeat.heard();
    heartbeat.probe();
    expect(told.pings).toBe(1);
    await pass(2900, 100);
    expect(told.losses).toBe(0);
    await pass(1100, 100);
    expect(told.losses).toBe(1);
  });

  it('changes nothing when something comes', async () => {
    const { heartbeat, told, pass } = side();
    heartbeat.probe();
    await pass(2000);
    heartbeat.heard();
    await pass(4000);
    expect(told.losses).toBe(0);
  });
});

it('once stopped it says nothing more', async () => {
  const { heartbeat, told, pass } = side();
  heartbeat.stop();
  heartbeat.probe();
  heartbeat.heard();
  await pass(60_000, 1000);
  expect(told).toEqual({ pings: 0, losses: 0 });
});
