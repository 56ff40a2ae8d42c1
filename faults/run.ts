import type { Random } from '../cuts/random.ts';
import { createMemoryNetwork } from '../apps/web/src/lib/transport/memory.ts';

import type { Fault } from './faults.ts';
import { Pairing, type Surroundings } from './pairing.ts';
import type { Porch } from './porch.ts';

/** What a run is made of. */
export interface Plan {
  readonly faults: readonly Fault[];
  /** In all; the same share of them meets in the middle of each fault. */
  readonly pairings: number;
  readonly random: Random;
}

/** What came of one fault. */
export interface Felt {
  readonly fault: Fault;
  readonly pairings: number;
  /** How long after its end each host was back, in ms, shortest first. 0: it was never away. */
  readonly hostsBackMs: readonly number[];
  /** From its end until the last pairing was complete, in ms. */
  readonly completeMs: number;
  /** Why guests were told to ask again, once each time. */
  readonly askedAgain: readonly string[];
}

/** What came of all. */
export interface Outcome {
  readonly felt: readonly Felt[];
  /** Sentences; none, if all is well. */
  readonly violations: readonly string[];
}

/** Lets people meet while one thing after the other breaks. Everybody who met stays until the end. `say` hears what happens. */
export async function run(porch: Porch, plan: Plan, say: (line: string) => void): Promise<Outcome> {
  const { random } = plan;
  const surroundings: Surroundings = {
    origin: porch.origin,
    network: createMemoryNetwork((length) => crypto.getRandomValues(new Uint8Array(length))),
    thinkMs: () => random.whole(...THINKING_MS),
  };
  const all: Pairing[] = [];
  const failed = new Set<Pairing>();
  const felt: Felt[] = [];
  const violations: string[] = [];
  const before = porch.nodes.map((node) => node.rssMiB());

  for (const fault of plan.faults) {
    const count = Math.ceil((plan.pairings - all.length) / (plan.faults.length - felt.length));
    const arriving = arrivals(count, fault, random).map(async (atMs) => {
      await sleep(atMs);
      // Every second link is opened by two.
      all.push(new Pairing(surroundings, all.length % 2 === 0 ? 1 : 2));
    });
    await sleep(LEAD_MS);
    const beganAt = performance.now();
    await fault.begin(porch);
    await sleep(fault.lastsMs);
    await fault.end(porch);
    const endedAt = performance.now();
    const hosts = all.filter((one) => !failed.has(one));

    const backBy = await soon(() => hosts.every((one) => one.isHostBack(fault.forgets ? beganAt : 0)), HOST_BACK_MS);
    if (!backBy) {
      const away = hosts.filter((one) => !one.isHostBack(fault.forgets ? beganAt : 0));
      violations.push(
        `${fault.name}: ${away.length} hosts not back within 10 s (${away.map(({ where }) => where).join('; ')})`,
      );
    }
    await Promise.all(arriving);
    const lacking = (): Pairing[] => all.filter((one) => !one.complete && !failed.has(one));
    const met = await soon(() => lacking().length === 0, COMPLETE_MS);
    const completeMs = Math.round(performance.now() - endedAt);
    if (!met) {
      const not = lacking();
      for (const one of not) failed.add(one);
      const [first] = not;
      if (first !== undefined) say(`what happened last:\n  ${first.story.slice(-TOLD_STEPS).join('\n  ')}`);
      violations.push(
        `${fault.name}: ${not.length} pairings not complete (${not.map(({ where }) => where).join('; ')})`,
      );
    }
    const group = all.slice(-count);
    const one: Felt = {
      fault,
      pairings: count,
      hostsBackMs: hosts.map(({ openedAt }) => Math.max(0, Math.round(openedAt - endedAt))).sort((a, b) => a - b),
      completeMs,
      askedAgain: group.flatMap(({ askedAgain }) => askedAgain),
    };
    felt.push(one);
    say(lineOf(one));
    for (const node of porch.nodes) if (!node.isAlive()) violations.push(`${fault.name}: ${node.name} has ended`);
  }

  for (const one of all) {
    if (one.seated.size > 1) violations.push(`one invite, ${one.seated.size} guests with an admission (${one.where})`);
    if (one.touched.length > 0) violations.push(`a chat was touched: ${one.touched.join(', ')}`);
    if (one.complete) await one.talk().catch((error: unknown) => violations.push(String(error)));
  }
  const after = porch.nodes.map((node) => (node.isAlive() ? node.rssMiB() : 0));
  const grown = after.map((mib, place) => mib - (before[place] ?? 0));
  if (grown.some((mib) => mib > MAX_GROWTH_MIB)) violations.push(`memory grew by ${grown.join(', ')} MiB`);
  say(
    `memory of the processes: ${before.join(', ')} MiB before, ${after.join(', ')} MiB with ${all.length} pairs there`,
  );
  return { felt, violations };
}

/** When each pair begins, in ms from now: from a while before the fault until just after it. */
function arrivals(count: number, { lastsMs }: Fault, random: Random): number[] {
  return Array.from({ length: count }, () => random.whole(0, LEAD_MS + lastsMs + TAIL_MS));
}

/** One line about one fault. */
function lineOf({ fault, pairings, hostsBackMs, completeMs, askedAgain }: Felt): string {
  const median = hostsBackMs[Math.floor(hostsBackMs.length / 2)] ?? 0;
  const seconds = (ms: number): string => (ms / 1_000).toFixed(1);
  const times = (reason: string): number => askedAgain.filter((other) => other === reason).length;
  const reasons = [...new Set(askedAgain)].map((reason) => `${reason} ${times(reason)} ×`);
  const again = reasons.length === 0 ? 'nobody had to ask again' : `asked again: ${reasons.join(', ')}`;
  return (
    `${fault.name}: ${pairings} pairings in the middle; ${hostsBackMs.length} hosts back ` +
    `${seconds(median)} s (median), ${seconds(hostsBackMs.at(-1) ?? 0)} s (last) after its end; ` +
    `all complete ${seconds(completeMs)} s after it; ${again}`
  );
}

/** Waits until it is so, and says whether it came to that in time. */
async function soon(isSo: () => boolean, limitMs: number): Promise<boolean> {
  const until = performance.now() + limitMs;
  while (!isSo()) {
    if (performance.now() > until) return false;
    await sleep(LOOK_MS);
  }
  return true;
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Between two clicks of a person, from and to. */
const THINKING_MS = [100, 1_500] as const;
/** How long before a fault the first come, and after it the last. */
const LEAD_MS = 3_000;
const TAIL_MS = 1_000;
/** What is promised: a host is back by then. */
const HOST_BACK_MS = 10_000;
/** Long enough for the longest patience of a page, and one more try. */
const COMPLETE_MS = 60_000;
const LOOK_MS = 50;
/** So much of the first that went wrong is told. */
const TOLD_STEPS = 60;
/** Generous: sockets and invites of all are there at the end, and were not before. */
const MAX_GROWTH_MIB = 150;
