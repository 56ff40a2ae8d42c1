import type { Clock } from './ports.ts';

/** A clock for tests: stands still until told to advance. */
export function createManualClock(startsAt: number): Clock & {
  advance: (ms: number) => Promise<void>;
  /** The page stands still for so long: all that was due meanwhile comes afterwards, before anything else does. */
  standStill: (ms: number) => void;
} {
  let now = startsAt;
  let waiting: { at: number; then: () => void }[] = [];
  return {
    now: () => now,
    after(ms, then) {
      const entry = { at: now + ms, then };
      waiting.push(entry);
      return () => {
        waiting = waiting.filter((other) => other !== entry);
      };
    },
    async advance(ms) {
      const end = now + ms;
      for (;;) {
        const next = waiting.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
        if (next === undefined) break;
        waiting = waiting.filter((entry) => entry !== next);
        now = next.at;
        next.then();
        await settle();
      }
      now = end;
    },
    standStill(ms) {
      now += ms;
      const due = waiting.filter(({ at }) => at <= now).sort((a, b) => a.at - b.at);
      waiting = waiting.filter((entry) => !due.includes(entry));
      for (const { then } of due) then();
    },
  };
}

/** Lets everything that is on its way arrive. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 100; turn += 1) await Promise.resolve();
}
