import { fork, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/** Running servers of one contender. */
export interface Servers {
  /** Where hosts go and where guests go, on 127.0.0.1; the same one where there is one process. */
  readonly hosts: number;
  readonly guests: number;
  /** Where pairs go in turn, its host and its guest, if not all there. */
  readonly pairsAt?: readonly (readonly [host: number, guest: number])[];
  readonly processes: readonly Process[];
  /** So often each Redis command was called so far; null where there is no Redis. */
  commands(): Promise<ReadonlyMap<string, number> | null>;
  stop(): Promise<void>;
}

/** One process that is measured from outside. */
export interface Process {
  readonly what: string;
  readonly pid: number;
  /** Collects its garbage, if it has such a thing. */
  collect(): Promise<void>;
  /** Begins to watch its event loop. */
  watch(): void;
  /** Ends that and gives the 99th percentile of the delay, in ms. */
  delayP99Ms(): Promise<number>;
}

interface Start {
  what?: string;
  args?: string[];
  /** What Node itself is told. */
  flags?: readonly string[];
  env?: Record<string, string>;
  /** Path of the Node that it runs on; this one by default. */
  node?: string;
}

/**
 * A Node server in a process of its own. `script` is a path from this folder. Throws when it does not come to listen.
 */
export async function startNode(
  script: string,
  { what = 'server', args = [], flags = [], env = {}, node = process.execPath }: Start = {},
): Promise<{ port: number; process: Process; stop: () => Promise<void> }> {
  const child = fork(fileURLToPath(new URL(script, import.meta.url)), args, {
    silent: true,
    execPath: node,
    execArgv: [...flags, '--import', new URL('servers/told.ts', import.meta.url).href],
    env: { ...process.env, ...env },
  });
  let said = '';
  const hear = (bytes: Buffer): void => {
    said = (said + bytes.toString()).slice(-SAID_MAX);
  };
  child.stdout?.on('data', hear);
  child.stderr?.on('data', hear);
  child.once('exit', (code) => {
    if (code !== 0 && code !== null) console.error(`${script} ended with code ${String(code)}: ${said.trim()}`);
  });
  // What is not Node's own server has no way to tell but in words.
  const port = await Promise.race([tell(child, 'port'), portSaid(child)]);
  return {
    port,
    process: {
      what,
      pid: child.pid ?? 0,
      async collect() {
        child.send('gc');
        await tell(child, 'done');
      },
      watch() {
        child.send('watch');
      },
      async delayP99Ms() {
        child.send('delay');
        return tell(child, 'delayP99Ms');
      },
    },
    stop: () => kill(child),
  };
}

const SAID_MAX = 4_000;

/** A contender of one Node process. */
export async function single(script: string, start: Start = {}): Promise<Servers> {
  const { port, process, stop } = await startNode(script, start);
  return { hosts: port, guests: port, processes: [process], commands: () => Promise.resolve(null), stop };
}

/** A Redis that keeps nothing, on a free port of 127.0.0.1. Throws when there is no redis-server. */
export async function startRedis(): Promise<{
  url: string;
  process: Process;
  commands: () => Promise<ReadonlyMap<string, number>>;
  stop: () => Promise<void>;
}> {
  const port = await freePort();
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
  const child = spawn('redis-server', args, { stdio: 'ignore' });
  await Promise.race([once(child, 'spawn'), once(child, 'error').then(([error]) => Promise.reject(error as Error))]);
  for (let tries = 0; ; tries += 1) {
    const answered = await askRedis(port, 'PING').catch(() => undefined);
    if (answered !== undefined) break;
    if (tries === 50) throw new Error('redis-server does not answer');
    await pause(100);
  }
  return {
    url: `redis://127.0.0.1:${String(port)}`,
    process: {
      what: 'redis-server',
      pid: child.pid ?? 0,
      collect: () => Promise.resolve(),
      watch: () => undefined,
      delayP99Ms: () => Promise.resolve(0),
    },
    commands: async () => {
      const stats = await askRedis(port, 'INFO commandstats');
      return new Map(
        [...stats.matchAll(/^cmdstat_([^:]+):calls=(\d+)/gm)].map(([, name = '', calls]) => [name, Number(calls)]),
      );
    },
    stop: () => kill(child),
  };
}

/** CPU that the processes have had so far, by the operating system, in ms. In steps of 10 ms. Linux only. */
export function cpuMs({ processes }: Pick<Servers, 'processes'>): number {
  return processes.map(cpuMsOf).reduce((sum, ms) => sum + ms, 0);
}

/** The same of one process. */
export function cpuMsOf({ pid }: Process): number {
  // proc(5): the name in brackets may hold anything; utime and stime are the 12th and 13th after it.
  const fields =
    readFileSync(`/proc/${String(pid)}/stat`, 'utf8')
      .split(') ')
      .at(-1)
      ?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * (1000 / TICKS_PER_SECOND);
}

/** USER_HZ, which is 100 on every architecture that Node runs on. */
const TICKS_PER_SECOND = 100;

/** Memory that the processes have in RAM, by the operating system, in bytes. Linux only. */
export function residentBytes({ processes }: Pick<Servers, 'processes'>): number {
  return processes
    .map(({ pid }) => /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${String(pid)}/status`, 'utf8'))?.[1])
    .reduce((sum, kib) => sum + Number(kib) * 1024, 0);
}

/** Files that this process may have open. */
export function openFilesMax(): number {
  return Number(/^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1] ?? 0);
}

function tell(child: ChildProcess, what: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const gone = (): void => {
      reject(new Error('the server ended'));
    };
    const hear = (message: unknown): void => {
      if (typeof message !== 'object' || message === null || !(what in message)) return;
      child.off('message', hear).off('exit', gone);
      resolve(Number(Reflect.get(message, what)));
    };
    child.on('message', hear).once('exit', gone);
  });
}

/** The port in the sentence with which Porchlight says where it is. */
function portSaid({ stdout }: ChildProcess): Promise<number> {
  return new Promise((resolve) => {
    let said = '';
    stdout?.on('data', (bytes: Buffer) => {
      if (said.length < SAID_MAX) said += bytes.toString();
      const port = /^Porchlight is at http:\/\/localhost:(\d+)$/m.exec(said)?.[1];
      if (port !== undefined) resolve(Number(port));
    });
  });
}

/** Nothing of a measured server is worth waiting for. */
async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** One command in Redis's inline form; gives the answer as it came. */
function askRedis(port: number, command: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const connection = connect({ port, host: '127.0.0.1' });
    let answer = '';
    connection.setEncoding('utf8');
    connection.on('data', (chunk: string) => (answer += chunk));
    connection.on('error', reject);
    connection.on('close', () => {
      resolve(answer);
    });
    connection.write(`${command}\r\nQUIT\r\n`);
  });
}
