import { SEALED } from './boxes.ts';
import type { Contender, Pair, Side } from './contender.ts';
import type { Servers } from './processes.ts';

/** How boxes get through between many pairs. */
export interface RelayRun {
  /** Boxes that arrive per second when every side always has some on their way. */
  readonly boxesPerSecond: number;
  /** At half of that, from the moment a box was due to be sent until it was there, in ms. */
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** Lets many pairs send sealed boxes, as fast as they get through, and then half as many on a timetable. */
export async function relaying(contender: Contender, servers: Servers, seconds: number): Promise<RelayRun> {
  const tally = { toServer: 0, fromServer: 0 };
  const pairs: Pair[] = [];
  while (pairs.length < PAIRS) {
    const waiting = await contender.host({ port: servers.hosts, tally });
    pairs.push(await waiting.guest({ port: servers.guests, tally }));
  }
  const ways = pairs.flatMap(({ host, guest }) => [
    { from: host, to: guest },
    { from: guest, to: host },
  ]);
  const boxesPerSecond = await flood(ways, seconds);
  const lateMs = await onTime(ways, boxesPerSecond / 2, seconds);
  await Promise.all(pairs.map((pair) => pair.leave()));
  return { boxesPerSecond, p50Ms: percentile(lateMs, 50), p99Ms: percentile(lateMs, 99) };
}

/** One direction of one pair. */
interface Way {
  readonly from: Side;
  readonly to: Side;
}

async function flood(ways: readonly Way[], seconds: number): Promise<number> {
  let arrived = 0;
  let sending = true;
  const emptied = ways.map(
    ({ from, to }) =>
      new Promise<void>((resolve) => {
        let underway = WINDOW;
        to.onBox = () => {
          arrived += 1;
          if (sending) from.send(SEALED);
          else if ((underway -= 1) === 0) resolve();
        };
        for (let n = 0; n < WINDOW; n += 1) from.send(SEALED);
      }),
  );
  await sleepUntil(performance.now() + WARM_UP_MS);
  arrived = 0;
  const startedAt = performance.now();
  await sleepUntil(startedAt + seconds * 1000);
  const perSecond = (arrived / (performance.now() - startedAt)) * 1000;
  sending = false;
  await Promise.all(emptied);
  return perSecond;
}

/** Open loop: what is due is sent, whether or not the former has arrived, and is late from the moment it was due. */
async function onTime(ways: readonly Way[], perSecond: number, seconds: number): Promise<readonly number[]> {
  const count = Math.floor(perSecond * seconds);
  const lateMs: number[] = [];
  const dueAt = ways.map((): number[] => []); // Boxes of one way arrive in the order they were sent.
  const startAt = performance.now() + 10;
  await new Promise<void>((resolve) => {
    ways.forEach(({ to }, n) => {
      to.onBox = () => {
        const due = dueAt[n]?.shift();
        if (due === undefined) return;
        lateMs.push(performance.now() - due);
        if (lateMs.length === count) resolve();
      };
    });
    void onSchedule(count, perSecond, startAt, (n, due) => {
      const way = n % ways.length;
      dueAt[way]?.push(due);
      ways[way]?.from.send(SEALED);
    });
  });
  return lateMs;
}

/** Calls `deed` `count` times at equal distances, each no earlier than it is due; what is overdue is done at once. */
export async function onSchedule(
  count: number,
  perSecond: number,
  startAt: number,
  deed: (n: number, dueAt: number) => void,
): Promise<void> {
  let n = 0;
  while (n < count) {
    const now = performance.now();
    for (; n < count; n += 1) {
      const dueAt = startAt + (n * 1000) / perSecond;
      if (dueAt > now) break;
      deed(n, dueAt);
    }
    // A timer would be up to a millisecond late; this lets everything else have its turn and looks again.
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** The value that so many percent do not exceed. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))] ?? NaN;
}

function sleepUntil(at: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, at - performance.now()));
}

const PAIRS = 100;
/** Boxes of one way that are on their way at the same time. */
const WINDOW = 2;
const WARM_UP_MS = 500;
