import { once } from 'node:events';
import { mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { createConnection, createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';

import { startRedis } from '../e2e/redis-process.ts';
import { startProcess } from '../e2e/server-process.ts';
import { TEST_NODES, type PorchServer } from '../e2e/server.ts';
import { stringsOf } from './heap.ts';
import { until } from './until.ts';

/**
 * The real server in its own process, reached through a forwarder that gives every client one address of its own kind. One
 * process, also where the tests run on several: its memory is searched. There it keeps its invites in a Redis.
 */
export interface WatchedServer extends PorchServer {
  readonly pid: number;
  /** The process of its Redis, or null without one. */
  readonly redisPid: number | null;
  /** The address that the server sees all its clients come from. */
  readonly clientAddress: string;
  /** Everything it has written to its output and its error output. */
  output: () => string;
  /** Every string in its JavaScript heap, after a collection, a line each. */
  strings: () => Promise<Buffer>;
  /** How many connections it has from that address. */
  clients: () => number;
}

/** Found nowhere else on a machine; all of 127.0.0.0/8 is this machine. */
const CLIENT_ADDRESS = '127.77.66.55';

/** Starts it on free ports. `recordTo` gets every packet, `folder` the snapshots; it is made. */
export async function startWatched(options: { recordTo: string; folder: string }): Promise<WatchedServer> {
  mkdirSync(options.folder, { recursive: true });
  const flags = [
    '--heapsnapshot-signal=SIGUSR2',
    `--diagnostic-dir=${options.folder}`,
    '--heap-snapshot-string-limit=10000000',
  ];
  const redis = TEST_NODES > 1 ? await startRedis() : null;
  const env = { ...process.env, PORT: '0', PORCHLIGHT_RECORD: options.recordTo, REDIS_URL: redis?.url };
  const server = await startProcess({ env, flags });
  const port = Number(new URL(server.origin).port);

  let clients = 0;
  const forwarder = createServer((client) => {
    const behind = createConnection({ port, host: '127.0.0.1', localAddress: CLIENT_ADDRESS });
    behind.once('connect', () => {
      if (behind.localAddress !== CLIENT_ADDRESS) return;
      clients += 1;
      behind.once('close', () => (clients -= 1));
    });
    client.pipe(behind).pipe(client);
    for (const [one, other] of [[client, behind] as const, [behind, client] as const]) {
      one.on('error', () => other.destroy());
      one.on('close', () => other.destroy());
    }
  });
  forwarder.listen(0, 'localhost');
  await once(forwarder, 'listening');

  const stop = async (): Promise<void> => {
    forwarder.close();
    await server.stop();
    await redis?.stop();
  };
  return {
    origin: `http://localhost:${(forwarder.address() as AddressInfo).port}`,
    nodes: [server.origin],
    pid: server.pid,
    redisPid: redis?.pid ?? null,
    clientAddress: CLIENT_ADDRESS,
    output: server.output,
    clients: () => clients,
    strings: async () => {
      const before = new Set(readdirSync(options.folder));
      server.child.kill('SIGUSR2');
      const isNew = (name: string) => name.endsWith('.heapsnapshot') && !before.has(name);
      const snapshot = await until('the heap snapshot is written', () => {
        const name = readdirSync(options.folder).find(isNew);
        const text = name === undefined ? '' : readFileSync(join(options.folder, name), 'utf8');
        return /\]\s*\}\s*$/.test(text) ? text : null;
      });
      return stringsOf(snapshot);
    },
    stop,
    close: stop,
    start: () => Promise.reject(new Error('a watched server is not started again')),
    letPass: () => undefined,
  };
}
