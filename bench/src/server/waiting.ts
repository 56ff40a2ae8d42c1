import { setTimeout as pause } from 'node:timers/promises';

import type { Contender, Waiting } from './contender.ts';
import { cpuMs, residentBytes, type Servers } from './processes.ts';

/** What hosts cost that wait. */
export interface WaitingRun {
  readonly hosts: number;
  /** Resident memory of the server for each of them, in bytes, its garbage collected before and after. */
  readonly bytesPerHost: number;
}

/** What a server does while nobody does anything. */
export interface IdleRun {
  readonly seconds: number;
  /** CPU in percent of one core. */
  readonly cpuPercent: number;
  /** 99th percentile of how late its event loop was, in ms. */
  readonly delayP99Ms: number;
  /** Hosts whose connection did not last. */
  readonly dropped: number;
}

/** Hosts that wait at a fresh server. */
export interface Crowd {
  readonly run: WaitingRun;
  readonly idle: (seconds: number) => Promise<IdleRun>;
  readonly leave: () => void;
}

/** Lets so many hosts come to a fresh server and wait. */
export async function crowd(contender: Contender, servers: Servers, count: number): Promise<Crowd> {
  const tally = { toServer: 0, fromServer: 0 };
  const door = { port: servers.hosts, tally };
  const come = async (many: number): Promise<Waiting[]> => {
    const waiting: Waiting[] = [];
    let coming = 0;
    const hostAfterHost = async (): Promise<void> => {
      while (coming < many) {
        coming += 1;
        waiting.push(await contender.host(door));
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, hostAfterHost));
    return waiting;
  };
  const settled = async (): Promise<number> => {
    await pause(SETTLE_MS);
    for (const process of servers.processes) await process.collect();
    await pause(SETTLE_MS);
    return residentBytes(servers);
  };

  // Code that is loaded and compiled by the first hosts is not theirs.
  for (const { cut } of await come(FIRST_HOSTS)) cut();
  const before = await settled();
  const hosts = await come(count);
  const after = await settled();

  let dropped = 0;
  let leaving = false;
  for (const host of hosts) {
    void host.gone.then(() => {
      if (!leaving) dropped += 1;
    });
  }
  return {
    run: { hosts: count, bytesPerHost: (after - before) / count },
    async idle(seconds) {
      const startedAt = cpuMs(servers);
      await pause(seconds * 1000);
      const cpuPercent = (cpuMs(servers) - startedAt) / (seconds * 10);
      // Watching the event loop is work of its own, so it comes after.
      for (const process of servers.processes) process.watch();
      await pause(WATCH_MS);
      const delays = await Promise.all(servers.processes.map((process) => process.delayP99Ms()));
      return { seconds, cpuPercent, delayP99Ms: Math.max(...delays), dropped };
    },
    leave() {
      leaving = true;
      for (const { cut } of hosts) cut();
    },
  };
}

const AT_ONCE = 64;
const FIRST_HOSTS = 200;
const SETTLE_MS = 1_000;
const WATCH_MS = 10_000;
