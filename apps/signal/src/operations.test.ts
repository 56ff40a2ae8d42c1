import { createHash, randomBytes } from 'node:crypto';
import { connect } from 'node:net';

import { io, type Socket } from 'socket.io-client';
import { describe, expect, it, onTestFinished } from 'vitest';

import { redisServer, startRedis } from '../../../e2e/redis-process.ts';
import { parseConfig } from './config.ts';
import { ENGINE } from './engine-for-tests.ts';
import { createMetrics } from './metrics.ts';
import { startServer, type Porchlight, type Surroundings } from './server.ts';

async function serve(environment: Record<string, string> = {}, surroundings: Surroundings = {}): Promise<Porchlight> {
  const parsed = parseConfig({ PORT: '0', HOST: '127.0.0.1', ...ENGINE, ...environment });
  if (!parsed.ok) throw new Error(parsed.problem);
  const server = await startServer(parsed.config, surroundings);
  onTestFinished(server.close);
  return server;
}

const urlOf = ({ address }: Porchlight): string => address.replace('localhost', '127.0.0.1');

/** A page on a socket, and the events it heard. */
async function visit(server: Porchlight): Promise<{ socket: Socket; heard: string[] }> {
  const url = urlOf(server);
  const socket = io(url, {
    transports: ['websocket'],
    forceNew: true,
    reconnection: false,
    extraHeaders: { origin: url },
  });
  onTestFinished(() => void socket.close());
  const heard: string[] = [];
  socket.onAny((name: string) => heard.push(name));
  await new Promise((resolve, reject) => socket.once('welcome', resolve).once('connect_error', reject));
  return { socket, heard };
}

const bytes = (count: number): string => randomBytes(count).toString('base64url');
const hashOf = (token: string): string =>
  createHash('sha256').update(Buffer.from(token, 'base64url')).digest('base64url');

/** A host at one server, and a guest at another or the same one, who is in the seat. `between` happens in between. */
async function pair(hosting: Porchlight, seating = hosting, between = (): Promise<unknown> => Promise.resolve()) {
  const [inviteId, claimToken, hostToken, seat] = [bytes(16), bytes(32), bytes(32), hashOf(bytes(32))];
  const host = await visit(hosting);
  await between();
  const guest = await visit(seating);
  const opening = { inviteId, claimHash: hashOf(claimToken), hostToken, remainingMs: 3_600_000 };
  expect(await host.socket.emitWithAck('invite:open', opening)).toMatchObject({ ok: true });
  expect(await guest.socket.emitWithAck('invite:claim', { inviteId, claimToken, seat })).toMatchObject({ ok: true });
  return { inviteId, seat, claimToken, host, guest };
}

const strangers = (server: Porchlight, count: number): Promise<unknown> =>
  Promise.all(Array.from({ length: count }, () => visit(server)));

const ready = async (server: Porchlight): Promise<string> => {
  const answer = await fetch(`${urlOf(server)}/readyz`);
  return `${String(answer.status)} ${await answer.text()}`;
};

describe('a server that drains', () => {
  it('says that it does to whoever has begun to ask', async () => {
    const server = await serve();
    await strangers(server, 100);
    const wire = connect(Number(new URL(server.address).port), '127.0.0.1');
    onTestFinished(() => void wire.destroy());
    wire.write('GET /readyz HTTP/1.1\r\nHost: localhost\r\n');
    await expect.poll(() => wire.bytesWritten).toBeGreaterThan(0);
    await new Promise((resolve) => setTimeout(resolve, 50));
    void server.drain(10_000);
    let answer = '';
    wire.on('data', (text: Buffer) => (answer += text.toString()));
    wire.write('\r\n');
    await expect.poll(() => answer).toMatch(/^HTTP\/1.1 503 [^]*\r\n\r\ndraining$/);
  });

  it('tells no one in memory that the other side left, because both are about to come back', async () => {
    const server = await serve();
    const { host, guest } = await pair(server, server, () => strangers(server, 100));
    const left = new Promise((resolve) => host.socket.once('disconnect', resolve));
    const gone = new Promise((resolve) => guest.socket.once('disconnect', resolve));
    const drained = server.drain(1_000);
    expect(await left).toBe('io server disconnect');
    expect(guest.socket.connected).toBe(true);
    await gone;
    await drained;
    expect(guest.heard).toEqual(['welcome']);
  });

  it('is gone at once when nobody is there', async () => {
    const from = performance.now();
    await (await serve()).drain(600_000);
    expect(performance.now() - from).toBeLessThan(1_000);
  });
});

describe.skipIf(redisServer() === undefined)('on Redis, a server', () => {
  it('that drains tells the other sides, which are elsewhere, that theirs is gone', async () => {
    const redis = await startRedis();
    onTestFinished(() => redis.stop('SIGKILL'));
    const leaving = await serve({ REDIS_URL: redis.url });
    const staying = await serve({ REDIS_URL: redis.url });
    const { guest } = await pair(leaving, staying);
    await leaving.drain(5_000);
    await expect.poll(() => guest.heard).toContain('invite:host-left');
    expect(guest.socket.connected).toBe(true);
  }, 20_000);

  it('is ready while Redis answers', async () => {
    const redis = await startRedis();
    onTestFinished(() => redis.stop('SIGKILL'));
    const server = await serve({ REDIS_URL: redis.url });
    await expect.poll(() => ready(server), { timeout: 5_000 }).toBe('200 ready');
    redis.pause();
    await expect.poll(() => ready(server), { timeout: 5_000 }).toBe('503 store-away');
    redis.resume();
    await expect.poll(() => ready(server), { timeout: 5_000 }).toBe('200 ready');
    await redis.stop('SIGKILL');
    await expect.poll(() => ready(server), { timeout: 5_000 }).toBe('503 store-away');
    expect((await fetch(`${urlOf(server)}/healthz`)).status).toBe(200);
    await redis.start();
    await expect.poll(() => ready(server), { timeout: 10_000 }).toBe('200 ready');
  }, 30_000);
});

it('without pages, still connects browsers and says how it is', async () => {
  const server = await serve({ SERVE_WEB: 'false' });
  await pair(server);
  expect((await fetch(urlOf(server))).status).toBe(404);
  expect(await ready(server)).toBe('200 ready');
});

it('counts a pairing', async () => {
  const metrics = createMetrics();
  const server = await serve({}, { figures: metrics });
  const { inviteId, seat, claimToken, host, guest } = await pair(server);
  const late = await visit(server);
  await late.socket.emitWithAck('invite:claim', { inviteId, claimToken, seat: hashOf(bytes(32)) });
  await guest.socket.emitWithAck('relay', { inviteId, box: bytes(300) });
  await host.socket.emitWithAck('relay', { inviteId, seat, box: bytes(100) });
  await host.socket.emitWithAck('invite:commit', { inviteId, seat, box: bytes(56) });
  await host.socket.emitWithAck('no such request', {});
  await expect(fetch(`${urlOf(server)}/socket.io/`)).resolves.toMatchObject({ status: 404 });
  const lines = (await metrics.text()).split('\n');
  for (const line of [
    'porchlight_sockets 3',
    'porchlight_invites{state="open"} 0',
    'porchlight_invites{state="committed"} 1',
    'porchlight_invite_steps_total{from="unknown",to="open"} 1',
    'porchlight_invite_steps_total{from="open",to="reserved"} 1',
    'porchlight_invite_steps_total{from="reserved",to="committed"} 1',
    'porchlight_claims_total{outcome="seated"} 1',
    'porchlight_claims_total{outcome="reserved"} 1',
    'porchlight_refusals_total{request="invite:claim",reason="reserved"} 1',
    'porchlight_refusals_total{request="unknown",reason="unknown-request"} 1',
    'porchlight_relayed_boxes_total 3',
    'porchlight_relayed_bytes_total 456',
    'porchlight_store_seconds_count{operation="update"} 6',
  ]) {
    expect(lines).toContain(line);
  }
});

it('counts a page of strangers that is turned away', async () => {
  const metrics = createMetrics();
  const server = await serve({}, { figures: metrics });
  const socket = io(urlOf(server), {
    transports: ['websocket'],
    reconnection: false,
    extraHeaders: { origin: 'https://elsewhere.example' },
  });
  onTestFinished(() => void socket.close());
  await new Promise((resolve) => socket.once('connect_error', resolve));
  expect(await metrics.text()).toContain('porchlight_refusals_total{request="connect",reason="origin"} 1');
});
