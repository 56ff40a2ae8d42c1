import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

import { io, type Socket } from 'socket.io-client';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';

import { redisServer, startRedis, type RedisProcess } from '../../../../e2e/redis-process.ts';
import { parseConfig } from '../config.ts';
import { startServer } from '../server.ts';

/** Longer than a Redis that says nothing is waited for. */
const LONG_MS = 8_000;
const LATE_MS = 200;

describe.skipIf(redisServer() === undefined)('a Redis that is away or late', { timeout: 60_000 }, () => {
  let redis: RedisProcess;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.stop('SIGKILL'));

  async function startNode(url = redis.url, now?: () => number): Promise<string> {
    const parsed = parseConfig({ PORT: '0', HOST: '127.0.0.1', REDIS_URL: url });
    if (!parsed.ok) throw new Error(parsed.problem);
    const server = await startServer(parsed.config, now === undefined ? {} : { now });
    onTestFinished(server.close);
    return server.address.replace('localhost', '127.0.0.1');
  }

  async function twoNodes(now?: () => number) {
    return [await startNode(redis.url, now), await startNode(redis.url, now)] as const;
  }

  /** The same Redis, whose answers come late, while what is published comes at once. */
  async function answeringLate(): Promise<string> {
    const proxy = createServer((client) => {
      const server = connect(redis.port, '127.0.0.1');
      let subscribes = false;
      client.on('data', (bytes) => {
        subscribes ||= /subscribe/i.test(String(bytes));
        server.write(bytes);
      });
      server.on('data', (bytes) => {
        setTimeout(() => client.write(bytes), subscribes ? 0 : LATE_MS);
      });
      client.on('error', () => undefined).on('close', () => server.destroy());
      server.on('error', () => undefined).on('close', () => client.destroy());
    });
    await once(proxy.listen(0, '127.0.0.1'), 'listening');
    onTestFinished(() => void proxy.close());
    return `redis://127.0.0.1:${String((proxy.address() as AddressInfo).port)}`;
  }

  function visit(address: string): Socket {
    const socket = io(address, {
      transports: ['websocket'],
      forceNew: true,
      reconnection: false,
      extraHeaders: { origin: address },
    });
    onTestFinished(() => void socket.close());
    return socket;
  }

  const bytes = (count: number): string => randomBytes(count).toString('base64url');
  const hashOf = (token: string): string =>
    createHash('sha256').update(Buffer.from(token, 'base64url')).digest('base64url');
  const ask = (socket: Socket, name: string, input: object): Promise<unknown> =>
    socket.timeout(2_000).emitWithAck(name, input);

  function invitation(remainingMs = 3_600_000) {
    const [inviteId, claimToken, hostToken] = [bytes(16), bytes(32), bytes(32)];
    return {
      inviteId,
      opening: { inviteId, claimHash: hashOf(claimToken), hostToken, remainingMs },
      claim: () => ({ inviteId, claimToken, seat: hashOf(bytes(32)) }),
    };
  }

  it('leaves nobody deaf who came while it stood still', async () => {
    const [first, second] = await twoNodes();
    redis.pause();
    await pause(1_000);
    const host = visit(first);
    await pause(LONG_MS);
    redis.resume();
    const { opening, claim } = invitation();
    const told = new Promise((resolve) => host.once('invite:claimed', resolve));
    const guest = visit(second);
    const until = async (socket: Socket, name: string, input: object): Promise<void> => {
      await expect
        .poll(() => ask(socket, name, input).catch(() => null), { timeout: 20_000 })
        .toMatchObject({ ok: true });
    };
    await until(host, 'invite:open', opening);
    await until(guest, 'invite:claim', claim());
    expect(await Promise.race([told, pause(5_000, 'nothing heard')])).not.toBe('nothing heard');
  });

  it('answers before it tells what came of the answer', async () => {
    const [first, late] = [await startNode(), await startNode(await answeringLate())];
    const host = visit(first);
    const guest = visit(late);
    const { inviteId, opening, claim } = invitation();
    const heard: string[] = [];
    guest.on('relayed', () => heard.push('box'));
    host.on('invite:claimed', ({ seat }: { seat: string }) => {
      host.emit('relay', { inviteId, seat, box: bytes(64), quiet: true }, () => heard.push('refused'));
    });
    expect(await ask(host, 'invite:open', opening)).toMatchObject({ ok: true });
    guest.emit('invite:claim', claim(), () => heard.push('answer'));
    await expect.poll(() => heard).toEqual(['answer', 'box']);
  });

  it('sends those with a place away when its connection broke, for what was said then may be lost', async () => {
    const [first, second] = await twoNodes();
    const host = visit(first);
    const guest = visit(second);
    const stranger = visit(first);
    const { opening, claim } = invitation();
    expect(await ask(host, 'invite:open', opening)).toMatchObject({ ok: true });
    expect(await ask(guest, 'invite:claim', claim())).toMatchObject({ ok: true });
    await redis.ask('CLIENT', 'KILL', 'TYPE', 'normal');
    for (const socket of [host, guest]) await expect.poll(() => socket.connected, { timeout: 10_000 }).toBe(false);
    expect(stranger.connected).toBe(true);
  });

  it('tells a guest who waits for a host that the time of the invite is over', async () => {
    let ahead = 0;
    const [first, second] = await twoNodes(() => Date.now() + ahead);
    const host = visit(first);
    const { inviteId, opening, claim } = invitation();
    expect(await ask(host, 'invite:open', opening)).toMatchObject({ ok: true });
    host.close();
    const guest = visit(second);
    await expect.poll(() => ask(guest, 'invite:claim', claim())).toMatchObject({ refusal: 'host-away' });
    const told = new Promise((resolve) => guest.once('invite:ended', resolve));
    ahead = 3_700_000;
    expect(await Promise.race([told, pause(10_000, 'nothing heard')])).toEqual({ inviteId, why: 'expired' });
  });
});
