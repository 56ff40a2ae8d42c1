import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { io, type Socket } from 'socket.io-client';
import { afterEach, expect, it } from 'vitest';

const NODE = fileURLToPath(new URL('../../../node_modules/.bin/node', import.meta.url));
const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));

const toClose: (() => unknown)[] = [];
afterEach(() => {
  for (const close of toClose.splice(0).reverse()) close();
});

/** The real process. `output` and `errors` grow; `ended` gives the exit code. */
function run(environment: Record<string, string>) {
  const child: ChildProcess = spawn(NODE, [MAIN], {
    env: { PATH: process.env['PATH'], HOST: '127.0.0.1', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  toClose.push(() => child.kill('SIGKILL'));
  const program = {
    child,
    output: '',
    errors: '',
    ended: new Promise<number | null>((resolve) => child.once('close', resolve)),
  };
  child.stdout?.on('data', (text: Buffer) => (program.output += text.toString()));
  child.stderr?.on('data', (text: Buffer) => (program.errors += text.toString()));
  return program;
}

const ADDRESS = /^Porchlight is at (http:\/\/localhost:\d+)$/m;

async function addressOf(program: ReturnType<typeof run>): Promise<string> {
  await expect.poll(() => program.output, { timeout: 10_000 }).toMatch(ADDRESS);
  return (ADDRESS.exec(program.output)?.[1] ?? '').replace('localhost', '127.0.0.1');
}

function visit(address: string): Promise<Socket> {
  const socket = io(address, {
    transports: ['websocket'],
    forceNew: true,
    reconnection: false,
    extraHeaders: { origin: address },
  });
  toClose.push(() => socket.close());
  return new Promise((resolve, reject) => {
    socket.once('connect', () => {
      resolve(socket);
    });
    socket.once('connect_error', reject);
  });
}

it.each(['SIGTERM', 'SIGINT'] as const)('says where it is, and on %s lets everyone go and exits 0', async (signal) => {
  const program = run({ PORT: '0' });
  const address = await addressOf(program);
  expect(program.output.match(/Porchlight is at/g)).toHaveLength(1);
  expect(await (await fetch(`${address}/healthz`)).text()).toBe('ok');
  const socket = await visit(address);
  const left = new Promise((resolve) => socket.once('disconnect', resolve));
  program.child.kill(signal);
  expect(await left).toBe('transport close');
  expect(await program.ended).toBe(0);
  expect(program.errors).toBe('');
});

it.each([
  [{ PORT: 'eighty' }, 'PORT must be a number from 0 to 65535, not "eighty".\n'],
  [{ ALLOWED_ORIGINS: '*' }, /^ALLOWED_ORIGINS must list origins .+\n$/],
  [{ PORT: '0', PORCHLIGHT_RECORD: '/nowhere/at/all' }, /^The server could not start: .+\n$/],
])('says in one sentence what is wrong with %j, and exits 1', async (environment, sentence) => {
  const program = run(environment);
  expect(await program.ended).toBe(1);
  expect(program.errors).toMatch(sentence);
  expect(program.output).toBe('');
});

it('says in one sentence that the port is taken, and exits 1', async () => {
  const other = createServer();
  toClose.push(() => other.close());
  const port = await new Promise<number>((resolve) =>
    other.listen(0, '127.0.0.1', () => {
      const bound = other.address();
      resolve(typeof bound === 'object' && bound !== null ? bound.port : 0);
    }),
  );
  const program = run({ PORT: String(port) });
  expect(await program.ended).toBe(1);
  expect(program.errors).toBe(`Port ${String(port)} is taken; set PORT to another one.\n`);
});

it('says what failed in a promise that nobody looked after, and goes on', async () => {
  const failing = encodeURIComponent("setTimeout(() => void Promise.reject(new Error('a surprise')), 500)");
  const program = run({ PORT: '0', NODE_OPTIONS: `--import=data:text/javascript,${failing}` });
  const address = await addressOf(program);
  await expect.poll(() => program.output, { timeout: 10_000 }).toMatch(/^failure: Error: a surprise$/m);
  expect(await (await fetch(`${address}/healthz`)).text()).toBe('ok');
});

it('warns when anybody could say which address they come from', async () => {
  const open = run({ PORT: '0', HOST: '', TRUST_PROXY: '1' });
  await addressOf(open);
  expect(open.output).toMatch(/^WARNING: TRUST_PROXY is set and HOST is not\. .*\.$/m);
  const closed = run({ PORT: '0', TRUST_PROXY: '1' });
  await addressOf(closed);
  expect(closed.output).not.toContain('WARNING');
});

it('records everything received and sent when told to, and warns of it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'porchlight-record-'));
  toClose.push(() => {
    rmSync(folder, { recursive: true });
  });
  const file = join(folder, 'traffic.jsonl');
  const program = run({ PORT: '0', PORCHLIGHT_RECORD: file });
  const socket = await visit(await addressOf(program));
  expect(program.output).toContain('WARNING: everything received and sent is being recorded');
  await socket.emitWithAck('no such request', { some: 'input' });
  const lines = readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line): unknown => JSON.parse(line));
  expect(lines).toContainEqual({
    direction: 'in',
    socketId: socket.id,
    name: 'no such request',
    payload: [{ some: 'input' }],
  });
  expect(lines).toContainEqual({
    direction: 'out',
    socketId: socket.id,
    name: 'no such request',
    payload: { ok: false, refusal: 'unknown-request' },
  });
});
