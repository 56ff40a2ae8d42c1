import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

/** A real Redis in a process of its own, on 127.0.0.1, that keeps nothing on disk. */
export interface RedisProcess {
  /** Also after a restart, e.g. `redis://127.0.0.1:40123`. */
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  isAlive: () => boolean;
  /** Asks one thing, e.g. `ask('DBSIZE')`, and gives the whole answer as it came. Rejects while Redis is away. */
  ask: (...words: readonly string[]) => Promise<string>;
  /** Ends it, by default as an operator would, and waits until it is gone. What it held is forgotten. */
  stop: (signal?: NodeJS.Signals) => Promise<void>;
  /** Starts it again on the same port, empty. */
  start: () => Promise<void>;
  /** Stands still until `resume`: it takes connections and answers nothing. */
  pause: () => void;
  resume: () => void;
}

/** The Redis or Valkey server of this machine, or undefined. `ensureRedis` in scripts/redis.js brings one. */
export function redisServer(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const programs = folders.flatMap((folder) => PROGRAMS.map((name) => join(folder, name)));
  return programs.find(canRun);
}

/** Starts one on a free port and waits until it answers. Throws, with what it wrote, if it does not. */
export async function startRedis(): Promise<RedisProcess> {
  const program = redisServer();
  if (program === undefined) throw new Error('There is no redis-server on this machine.');
  const port = await freePort();
  let running = await launch(program, port);

  return {
    url: `redis://127.0.0.1:${String(port)}`,
    port,
    get pid() {
      return running.child.pid ?? 0;
    },
    isAlive: () => running.child.exitCode === null && running.child.signalCode === null,
    ask: (...words) => ask(port, words),
    stop: async (signal = 'SIGTERM') => {
      const { child, ended } = running;
      child.kill(signal);
      // One that stands still would hear it later.
      child.kill('SIGCONT');
      await ended;
    },
    start: async () => {
      running = await launch(program, port);
    },
    pause: () => {
      running.child.kill('SIGSTOP');
    },
    resume: () => {
      running.child.kill('SIGCONT');
    },
  };
}

interface Running {
  child: ChildProcess;
  ended: Promise<unknown>;
}

async function launch(program: string, port: number): Promise<Running> {
  const folder = mkdtempSync(join(tmpdir(), 'porchlight-redis-'));
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', folder];
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (output += text.toString()));
  const endWithUs = (): void => void child.kill('SIGKILL');
  process.once('exit', endWithUs);
  const ended = once(child, 'close').then(() => {
    process.off('exit', endWithUs);
    rmSync(folder, { recursive: true, force: true });
  });

  for (let waitedMs = 0; waitedMs < START_LIMIT_MS; waitedMs += ASK_AGAIN_MS) {
    if (child.exitCode !== null) break;
    const answer = await ask(port, ['PING']).catch(() => '');
    if (answer.startsWith('+PONG')) return { child, ended };
    await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS));
  }
  child.kill('SIGKILL');
  await ended;
  throw new Error(`Redis did not start: ${output}`);
}

/** RESP, of which an answer's end is not looked for: Redis closes after QUIT, and then everything has come. */
function ask(port: number, words: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const connection = connect(port, '127.0.0.1');
    let answer = '';
    connection.setTimeout(ANSWER_LIMIT_MS, () => connection.destroy(new Error('Redis does not answer.')));
    connection.on('data', (text: Buffer) => (answer += text.toString()));
    connection.on('error', reject);
    connection.on('close', () => {
      if (answer === '') reject(new Error('Redis closed without an answer.'));
      // The last line is the +OK to QUIT.
      else resolve(answer.replace(/\+OK\r\n$/, ''));
    });
    connection.write(request(words) + request(['QUIT']));
  });
}

function request(words: readonly string[]): string {
  const parts = words.map((word) => `$${String(Buffer.byteLength(word))}\r\n${word}\r\n`);
  return `*${String(words.length)}\r\n${parts.join('')}`;
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const bound = probe.address();
  probe.close();
  await once(probe, 'close');
  if (typeof bound !== 'object' || bound === null) throw new Error('No port is free.');
  return bound.port;
}

function canRun(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

const PROGRAMS = ['redis-server', 'valkey-server'];

const START_LIMIT_MS = 10_000;
const ASK_AGAIN_MS = 20;
const ANSWER_LIMIT_MS = 5_000;
