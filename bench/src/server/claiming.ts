import type { Contender } from './contender.ts';
import type { Servers } from './processes.ts';
import { onSchedule, percentile } from './relaying.ts';

/** How long a guest waits for the answer to its claim. */
export interface ClaimRun {
  readonly perSecond: number;
  /** From the moment a claim was due until it was answered, in ms. */
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** Lets guests claim on a timetable, each at a host of its own, over sockets that are open. */
export async function claiming(
  contender: Contender,
  servers: Servers,
  perSecond: number,
  seconds: number,
): Promise<ClaimRun | null> {
  if (contender.claims === undefined) return null;
  const tally = { toServer: 0, fromServer: 0 };
  const count = perSecond * seconds;
  const claims = await contender.claims({ port: servers.hosts, tally }, { port: servers.guests, tally }, count);
  const lateMs: Promise<number>[] = [];
  await onSchedule(count, perSecond, performance.now() + 10, (n, dueAt) => {
    const claimed = claims[n]?.() ?? Promise.resolve();
    lateMs.push(claimed.then(() => performance.now() - dueAt));
  });
  const all = await Promise.all(lateMs);
  return { perSecond, p50Ms: percentile(all, 50), p99Ms: percentile(all, 99) };
}
