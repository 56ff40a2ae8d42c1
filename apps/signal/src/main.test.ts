import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { io, type Socket } from 'socket.io-client';
import { describe, expect, it, onTestFinished } from 'vitest';

import { ENGINE, ON_UWS } from './engine-for-tests.ts';

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));

/** The real process. `output` and `errors` grow; `ended` gives the exit code. */
function run(environment: Record<string, string>, ...args: readonly string[]) {
  const child: ChildProcess = spawn(process.execPath, [MAIN, ...args], {
    env: {
      PATH: process.env['PATH'],
      NODE_PATH: process.env['NODE_PATH'],
      HOST: '127.0.0.1',
      ...ENGINE,
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
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
  onTestFinished(() => void socket.close());
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
  expect(await left).toBe('io server disconnect');
  expect(await program.ended).toBe(0);
  expect(program.errors).toBe('');
});

it.each([
  [{ PORT: 'eighty' }, 'PORT must be a number from 0 to 65535, not "eighty".\n'],
  [{ ALLOWED_ORIGINS: '*' }, /^ALLOWED_ORIGINS must list origins .+\n$/],
  [{ REDIS_URL: 'somewhere' }, /^REDIS_URL must be an address .+\n$/],
  [{ PORT: '0', PORCHLIGHT_RECORD: '/nowhere/at/all' }, /^The server could not start: .+\n$/],
  [{ PORT: '0', METRICS_PORT: '0', METRICS_HOST: '192.0.2.1' }, 'METRICS_HOST is not an address of this machine.\n'],
])('says in one sentence what is wrong with %j, and exits 1', async (environment, sentence) => {
  const program = run(environment);
  expect(await program.ended).toBe(1);
  expect(program.errors).toMatch(sentence);
  expect(program.output).toBe('');
});

it('knows one option, and says so', async () => {
  const program = run({}, '--check');
  expect(await program.ended).toBe(1);
  expect(program.errors).toBe('There is no option "--check"; there is --check-config.\n');
});

it('says in one sentence that the port is taken, and exits 1', async () => {
  const other = createServer();
  onTestFinished(() => void other.close());
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
}, 20_000);

it('records everything received and sent when told to, and warns of it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'porchlight-record-'));
  onTestFinished(() => {
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

it('writes lines of JSON for programs', async () => {
  const program = run({ PORT: '0', TRUST_PROXY: '1', LOG_FORMAT: 'json', PORCHLIGHT_RECORD: '/dev/null' });
  await expect.poll(() => program.output, { timeout: 10_000 }).toContain('ready');
  program.child.kill();
  expect(await program.ended).toBe(0);
  const lines = program.output
    .trim()
    .split('\n')
    .map((line): unknown => JSON.parse(line));
  expect(lines).toMatchObject([
    { level: 'warn', about: 'warning', msg: expect.stringContaining('PORCHLIGHT_RECORD') as string },
    { level: 'info', about: 'ready', msg: expect.stringMatching(/^Porchlight is at http:/) as string },
    { level: 'info', about: 'stopping', sockets: 0 },
  ]);
});

it('gives figures on a port of their own, and on that nothing else', async () => {
  const program = run({ PORT: '0', METRICS_PORT: '0' });
  const address = await addressOf(program);
  await visit(address);
  await expect.poll(() => program.output).toMatch(FIGURES);
  const figuresAt = FIGURES.exec(program.output)?.[1] ?? '';
  expect(await (await fetch(figuresAt)).text()).toMatch(/^porchlight_sockets 1$/m);
  expect((await fetch(new URL('/', figuresAt))).status).toBe(404);
  expect((await fetch(figuresAt, { method: 'POST' })).status).toBe(404);
  expect((await fetch(`${address}/metrics`)).status).toBe(404);
});

const FIGURES = /^Its figures are at (http:\/\/127\.0\.0\.1:\d+\/metrics)$/m;

describe('asked whether the environment is fine', () => {
  it('says so, and starts nothing', async () => {
    const program = run({ PORT: '0', TRUST_PROXY: '1' }, '--check-config');
    expect(await program.ended).toBe(0);
    expect(program.output).toBe('The environment is fine.\n');
  });

  it('says what is wrong', async () => {
    const program = run({ DRAIN_MS: 'soon' }, '--check-config');
    expect(await program.ended).toBe(1);
    expect(program.errors).toMatch(/^DRAIN_MS must be a number .+\n$/);
    expect(program.output).toBe('');
  });
});

describe('asked to stop', () => {
  it('sends many away one after the other', async () => {
    const program = run({ PORT: '0', DRAIN_MS: '2000' });
    const address = await addressOf(program);
    const leftAt: number[] = [];
    for (const socket of await Promise.all(Array.from({ length: 150 }, () => visit(address)))) {
      socket.once('disconnect', () => leftAt.push(Date.now()));
    }
    program.child.kill();
    expect(await program.ended).toBe(0);
    expect(leftAt).toHaveLength(150);
    const span = (leftAt.at(-1) ?? 0) - (leftAt[0] ?? 0);
    expect(span).toBeGreaterThan(900);
    expect(span).toBeLessThan(2_000);
    expect(program.output).toContain('Stopping; 150 sockets move on.');
  }, 20_000);

  // uWebSockets.js cuts whoever does not go.
  it.skipIf(ON_UWS)('takes no longer than DRAIN_MS, whoever does not go', async () => {
    const program = run({ PORT: '0', DRAIN_MS: '700' });
    await staysForEver(await addressOf(program));
    const from = Date.now();
    program.child.kill();
    expect(await program.ended).toBe(0);
    expect(Date.now() - from).toBeLessThan(1_500);
    expect(program.output).toMatch(/^WARNING: DRAIN_MS is over/m);
  });

  it('once more, goes at once', async () => {
    const program = run({ PORT: '0', DRAIN_MS: '600000' });
    const address = await addressOf(program);
    await Promise.all(Array.from({ length: 100 }, () => visit(address)));
    program.child.kill('SIGINT');
    await expect.poll(() => program.output).toContain('Stopping;');
    program.child.kill('SIGINT'); // By another way, and so the same one.
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect(program.child.exitCode).toBeNull();
    program.child.kill('SIGTERM');
    expect(await program.ended).toBe(1);
  }, 20_000);

  it('refuses whoever comes new', async () => {
    const program = run({ PORT: '0', DRAIN_MS: '600000' });
    const address = await addressOf(program);
    await Promise.all(Array.from({ length: 100 }, () => visit(address)));
    program.child.kill();
    await expect.poll(() => program.output).toContain('Stopping;');
    await expect(visit(address)).rejects.toThrow();
  }, 20_000);
});

/** A websocket that never answers, so that closing it takes long. */
function staysForEver(address: string): Promise<unknown> {
  const { hostname, port, origin } = new URL(address);
  const wire = connect(Number(port), hostname);
  onTestFinished(() => void wire.destroy());
  wire.write(
    [
      'GET /socket.io/?EIO=4&transport=websocket HTTP/1.1',
      ...[`Host: ${hostname}:${port}`, `Origin: ${origin}`, 'Connection: Upgrade', 'Upgrade: websocket'],
      ...['Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==', '', ''],
    ].join('\r\n'),
  );
  return new Promise((resolve) => wire.once('data', resolve));
}
