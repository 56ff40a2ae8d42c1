import { at } from '../scripts/places.js';
import { startBalancer } from './balancer.ts';
import { startRedis } from './redis-process.ts';
import { startProcess, type ServerProcess } from './server-process.ts';

/** The real server with the production build: one process with everything in memory, or several behind one Redis. */
export interface PorchServer {
  /** The same before and after a restart. */
  readonly origin: string;
  /** Where each of its processes is. */
  readonly nodes: readonly string[];
  /**
   * Asks it to stop, as an operator would, and waits until it has: with several processes Redis goes as well, and all is
   * forgotten. Another signal goes to the processes alone, and Redis remembers what they held.
   */
  stop: (signal?: NodeJS.Signals) => Promise<void>;
  /** Starts again on the same ports what was stopped. */
  start: () => Promise<void>;
  /** Stops it for good. */
  close: () => Promise<void>;
  /** Moves its clock forward. Only with `clock: true`. */
  letPass: (ms: number) => void;
}

/** Of how many processes the server of the tests is made (PORCHLIGHT_TEST_NODES); 1 is one with everything in memory. */
export const TEST_NODES = Number(process.env['PORCHLIGHT_TEST_NODES'] ?? 1);

/**
 * Starts a server on free ports. `recordTo` names the file that gets every packet it receives or sends;
 * `clock` starts the one whose clock can be moved (server-with-clock.ts).
 */
export async function startPorch(options: { recordTo: string; clock?: boolean; nodes?: number }): Promise<PorchServer> {
  const { recordTo, clock = false, nodes: count = TEST_NODES } = options;
  const redis = count > 1 ? await startRedis() : null;
  const start = async (port: string): Promise<ServerProcess> => {
    // Each process appends whole lines to the record, so they may have one together.
    const env = { ...process.env, PORT: port, PORCHLIGHT_RECORD: recordTo, REDIS_URL: redis?.url };
    const started = await startProcess({ env, ...(clock ? { main: WITH_CLOCK } : {}) });
    started.child.stderr?.pipe(process.stderr, { end: false });
    return started;
  };
  let processes = await Promise.all(Array.from({ length: count }, () => start('0')));
  const nodes = processes.map(({ origin }) => origin);
  const ports = nodes.map((origin) => new URL(origin).port);
  const balancer = redis === null ? null : await startBalancer(() => ports.map(Number));

  const stop = async (signal?: NodeJS.Signals): Promise<void> => {
    await Promise.all(processes.map((one) => one.stop(signal)));
    if (signal === undefined) await redis?.stop();
  };
  return {
    origin: balancer?.origin ?? nodes[0] ?? '',
    nodes,
    stop,
    close: async () => {
      await stop();
      await balancer?.close();
    },
    start: async () => {
      if (redis?.isAlive() === false) await redis.start();
      processes = await Promise.all(ports.map(start));
    },
    letPass: (ms) => {
      for (const { child } of processes) child.stdin?.write(`${ms}\n`);
    },
  };
}

const WITH_CLOCK = at('e2e', 'server-with-clock.ts');
