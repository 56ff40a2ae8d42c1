import { execFileSync } from 'node:child_process';

import { startBalancer } from '../e2e/balancer.ts';
import { startRedis, type RedisProcess } from '../e2e/redis-process.ts';
import { startProcess, type ServerProcess } from '../e2e/server-process.ts';
import { oneAtATime } from './one-at-a-time.ts';

/** One process of the server, which can be killed and comes back on the same port. */
export interface Node {
  readonly name: string;
  isAlive: () => boolean;
  /** Kills it with SIGKILL and waits until it is gone. */
  kill: () => Promise<void>;
  start: () => Promise<void>;
  /** Memory that it holds, in MiB. */
  rssMiB: () => number;
}

/** The real server as an operator runs it: several processes on one Redis, or one alone, behind one origin. */
export interface Porch {
  /** Where clients go that are no browsers: what stands in front says for them which page they are of. */
  readonly origin: string;
  readonly nodes: readonly Node[];
  /** Null: one process with everything in memory. */
  readonly redis: RedisProcess | null;
  close: () => Promise<void>;
}

/** Starts it on free ports of the loopback. One node has everything in memory, more share a Redis. */
export async function openPorch(count: number): Promise<Porch> {
  const redis = count > 1 ? await startRedis() : null;
  const nodes = await Promise.all(Array.from({ length: count }, (_, place) => startNode(`node ${place + 1}`, redis)));
  const balancer = await startBalancer(() => nodes.map(({ port }) => port), { ask: ofOurPage, answer: oneAtATime });
  return {
    origin: balancer.origin,
    nodes,
    redis,
    close: async () => {
      await balancer.close();
      await Promise.all(nodes.map((node) => node.kill()));
      await redis?.stop('SIGKILL');
    },
  };
}

async function startNode(name: string, redis: RedisProcess | null): Promise<Node & { port: number }> {
  const start = (port: string): Promise<ServerProcess> =>
    startProcess({
      env: { PATH: process.env['PATH'], PORT: port, HOST: '127.0.0.1', REDIS_URL: redis?.url, ...NO_LIMITS },
    });
  let running = await start('0');
  const { port } = new URL(running.origin);
  return {
    name,
    port: Number(port),
    isAlive: () => running.isAlive(),
    kill: () => running.stop('SIGKILL'),
    start: async () => {
      running = await start(port);
    },
    rssMiB: () => Math.round(Number(execFileSync('ps', ['-o', 'rss=', '-p', String(running.pid)])) / 1_024),
  };
}

/** All come from one address here. */
const NO_LIMITS = { MAX_SOCKETS_PER_ADDRESS: '100000', MAX_SOCKETS: '100000', MAX_INVITES_PER_ADDRESS: '50000' };

/** Says for a client that is no browser that it is one of the page that this host serves. */
function ofOurPage(begun: Buffer): Buffer {
  const head = begun.toString('latin1');
  const host = /^host: (.*?)\r?$/im.exec(head)?.[1] ?? '';
  return Buffer.from(head.replace('\r\n', `\r\nOrigin: http://${host}\r\n`), 'latin1');
}
