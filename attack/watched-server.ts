import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { createConnection, createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';

import type { PorchServer } from '../e2e/server.ts';
import { at, node } from '../scripts/places.js';
import { stringsOf } from './heap.ts';

/** The real server in its own process, reached through a forwarder that gives every client one address of its own kind. */
export interface WatchedServer extends PorchServer {
  readonly pid: number;
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
const SNAPSHOT_LIMIT_MS = 60_000;

/** Starts it on free ports. `recordTo` gets every packet, `folder` the snapshots; it is made. */
export async function startWatched(options: { recordTo: string; folder: string }): Promise<WatchedServer> {
  mkdirSync(options.folder, { recursive: true });
  const flags = [
    '--heapsnapshot-signal=SIGUSR2',
    `--diagnostic-dir=${options.folder}`,
    '--heap-snapshot-string-limit=10000000',
  ];
  const env = { ...process.env, PORT: '0', PORCHLIGHT_RECORD: options.recordTo };
  const child = spawn(node, [...flags, at('apps', 'signal', 'src', 'main.ts')], { cwd: at(), env });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const port = await until(() => /http:\/\/localhost:(\d+)/.exec(output)?.[1] ?? null, 'the server says where it is');
  const { pid } = child;
  if (pid === undefined) throw new Error('the server has no process');

  let clients = 0;
  const forwarder = createServer((client) => {
    const server = createConnection({ port: Number(port), host: '127.0.0.1', localAddress: CLIENT_ADDRESS });
    server.once('connect', () => {
      if (server.localAddress !== CLIENT_ADDRESS) return;
      clients += 1;
      server.once('close', () => (clients -= 1));
    });
    client.pipe(server).pipe(client);
    for (const [one, other] of [[client, server] as const, [server, client] as const]) {
      one.on('error', () => other.destroy());
      one.on('close', () => other.destroy());
    }
  });
  forwarder.listen(0, 'localhost');
  await once(forwarder, 'listening');

  return {
    origin: `http://localhost:${(forwarder.address() as AddressInfo).port}`,
    pid,
    clientAddress: CLIENT_ADDRESS,
    output: () => output,
    clients: () => clients,
    strings: async () => {
      const before = new Set(readdirSync(options.folder));
      child.kill('SIGUSR2');
      const isNew = (name: string) => name.endsWith('.heapsnapshot') && !before.has(name);
      return until(() => {
        const name = readdirSync(options.folder).find(isNew);
        const text = name === undefined ? '' : readFileSync(join(options.folder, name), 'utf8');
        return /\]\s*\}\s*$/.test(text) ? stringsOf(text) : null;
      }, 'the heap snapshot is written');
    },
    stop: async () => {
      forwarder.close();
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.kill('SIGTERM');
      await gone;
    },
    start: () => Promise.reject(new Error('a watched server is not started again')),
    letPass: () => undefined,
  };
}

/** Asks again until there is an answer. */
async function until<T>(answer: () => T | null, what: string): Promise<T> {
  for (const end = Date.now() + SNAPSHOT_LIMIT_MS; Date.now() < end;) {
    const given = answer();
    if (given !== null) return given;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`It never came about that ${what}.`);
}
