import { setTimeout as pause } from 'node:timers/promises';

import type { Contender } from './contender.ts';
import { cpuMs, cpuMsOf, type Servers } from './processes.ts';

/** What so many whole pairings cost, each. */
export interface PairingRun {
  /** CPU of all server processes, in µs. */
  readonly cpuUs: number;
  /** The same by process, in the order of Servers.processes. */
  readonly cpuUsOf: readonly { readonly what: string; readonly us: number }[];
  /** Frames that carried data, both ways. */
  readonly frames: number;
  /** Redis commands by name; null where there is no Redis. */
  readonly commands: Readonly<Record<string, number>> | null;
}

/** Pairs so many hosts with so many guests, some at the same time, each from its first connection to its last. */
export async function pairings(contender: Contender, servers: Servers, count: number): Promise<PairingRun> {
  const tally = { toServer: 0, fromServer: 0 };
  const { pairsAt = [[servers.hosts, servers.guests]] } = servers;
  const commandsBefore = await servers.commands();
  const before = servers.processes.map(cpuMsOf);
  const startedAt = cpuMs(servers);

  let begun = 0;
  const pairAfterPair = async (): Promise<void> => {
    while (begun < count) {
      const [host, guest] = pairsAt[begun % pairsAt.length] ?? [servers.hosts, servers.guests];
      begun += 1;
      const waiting = await contender.host({ port: host, tally });
      const pair = await waiting.guest({ port: guest, tally });
      await pair.exchange();
      await pair.leave();
    }
  };
  const nodes = new Set([servers.hosts, servers.guests]).size;
  await Promise.all(Array.from({ length: AT_ONCE * nodes }, pairAfterPair));
  await pause(LEAVING_MS);

  const cpuUs = ((cpuMs(servers) - startedAt) * 1000) / count;
  const commandsAfter = await servers.commands();
  return {
    cpuUs,
    cpuUsOf: servers.processes.map((process, n) => ({
      what: process.what,
      us: ((cpuMsOf(process) - (before[n] ?? 0)) * 1000) / count,
    })),
    frames: (tally.toServer + tally.fromServer) / count,
    commands: commandsBefore && commandsAfter && difference(commandsBefore, commandsAfter, count),
  };
}

/** Commands of the measuring itself are left out. */
function difference(
  before: ReadonlyMap<string, number>,
  after: ReadonlyMap<string, number>,
  count: number,
): Readonly<Record<string, number>> {
  const each = [...after]
    .filter(([name]) => name !== 'info' && name !== 'quit')
    .map(([name, calls]) => [name, (calls - (before.get(name) ?? 0)) / count] as const)
    .filter(([, calls]) => calls > 0);
  return Object.fromEntries(each);
}

/** For each process that takes people in. Enough that it never waits for the load. */
const AT_ONCE = 16;

/** A server may have something to do when everybody has left. */
const LEAVING_MS = 300;
