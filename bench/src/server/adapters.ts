import { setTimeout as pause } from 'node:timers/promises';

import { SEALED } from './boxes.ts';
import { cpuMsOf, startNode, startRedis, type Process } from './processes.ts';
import { join } from './socket-io.ts';

/** Socket.IO's own adapters for Redis, by the names that servers/adapter-node.ts knows. */
export const ADAPTERS = ['pub/sub', 'sharded pub/sub', 'sharded pub/sub, a channel per socket', 'streams'] as const;

/** What one adapter costs three nodes, in µs of CPU, and how much of what was sent arrived. */
export interface AdapterRun {
  /** For each text from a socket at one node to one at another: at these two nodes together. */
  readonly passingUs: number;
  /** For each of them, at a third node, which it does not concern. */
  readonly bystanderUs: number;
  /** For each of them, at Redis. */
  readonly redisUs: number;
  /** For each socket that comes and goes, at its node and at Redis. */
  readonly visitUs: number;
  readonly arrived: number;
}

const PAIRS = 20;

/** Sends so many texts from sockets at one node to sockets at another, and lets so many come and go. */
export async function passing(adapter: (typeof ADAPTERS)[number], texts: number, visits: number): Promise<AdapterRun> {
  const redis = await startRedis();
  const start = () => startNode('servers/adapter-node.ts', { args: [adapter, redis.url] });
  const nodes = [await start(), await start(), await start()] as const;
  const [first, second, third] = nodes;
  try {
    const tally = { toServer: 0, fromServer: 0 };
    const senders = await Promise.all(Array.from({ length: PAIRS }, () => join({ port: first.port, tally })));
    let arrived = 0;
    const addresses = await Promise.all(
      Array.from({ length: PAIRS }, async () => {
        const socket = await join({ port: second.port, tally });
        socket.onEvent = () => {
          arrived += 1;
        };
        return socket.ask('who', null);
      }),
    );
    const send = async (count: number): Promise<void> => {
      let begun = 0;
      const oneAfterTheOther = async (n: number): Promise<void> => {
        while (begun < count) {
          begun += 1;
          await senders[n]?.ask('pass', [addresses[n], SEALED]);
        }
      };
      await Promise.all(senders.map((_, n) => oneAfterTheOther(n)));
      await pause(ARRIVING_MS);
    };
    // The first are for the compilers.
    await send(texts);
    arrived = 0;
    const spent = measuring([first.process, second.process, third.process, redis.process]);
    await send(texts);
    const [sending = 0, hearing = 0, bystanding = 0, redisMs = 0] = spent();

    const spentOnVisits = measuring([first.process, redis.process]);
    for (let n = 0; n < visits; n += PAIRS) {
      const visitors = await Promise.all(Array.from({ length: PAIRS }, () => join({ port: first.port, tally })));
      await Promise.all(visitors.map((visitor) => visitor.leave()));
    }
    await pause(ARRIVING_MS);
    const visiting = spentOnVisits().reduce((sum, ms) => sum + ms, 0);
    return {
      passingUs: ((sending + hearing) * 1000) / texts,
      bystanderUs: (bystanding * 1000) / texts,
      redisUs: (redisMs * 1000) / texts,
      visitUs: (visiting * 1000) / visits,
      arrived: arrived / texts,
    };
  } finally {
    await Promise.all(nodes.map((node) => node.stop()));
    await redis.stop();
  }
}

/** What each process spends from now on, in ms of CPU. */
function measuring(processes: readonly Process[]): () => number[] {
  const before = processes.map(cpuMsOf);
  return () => processes.map((process, n) => cpuMsOf(process) - (before[n] ?? 0));
}

const ARRIVING_MS = 500;
