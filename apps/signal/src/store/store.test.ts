import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { redisServer, startRedis, type RedisProcess } from '../../../../e2e/redis-process.ts';
import { hashOf } from '../hashes.ts';
import { decide, leave, type Invite } from '../invites.ts';
import { alone } from '../nodes.ts';
import { connectRedis } from '../redis/connection.ts';
import { joinNodes } from '../redis/nodes.ts';
import { joinPost } from '../redis/post.ts';
import { createMemoryStore } from './memory.ts';
import { createRedisStore } from './redis.ts';
import type { Store } from './store.ts';

const HOUR_MS = 3_600_000;
const ROOM = { inAll: 1_000, perAddress: 3 };

/** A store, as one or as several processes see it, and the name of a socket of the first. */
interface Setting {
  stores: readonly [Store, Store];
  placeOf: (socket: string) => string;
  now: () => number;
}

let redis: RedisProcess | undefined;
const toClose: (() => void)[] = [];
beforeAll(async () => {
  if (redisServer() !== undefined) redis = await startRedis();
});
afterAll(async () => {
  for (const close of toClose) close();
  await redis?.stop('SIGKILL');
});

const settings: Record<string, () => Promise<Setting>> = {
  memory: () => {
    const store = createMemoryStore({ live: ROOM, maxTombstones: 100 });
    return Promise.resolve({ stores: [store, store], placeOf: alone.placeOf, now: Date.now });
  },
  Redis: async () => {
    if (redis === undefined) throw new Error('There is no Redis here.');
    const { url } = redis;
    await redis.ask('FLUSHALL');
    const join = async () => {
      const connection = connectRedis(url);
      const nothing = (): void => undefined;
      const found = { onDeath: nothing, onForgotten: nothing, onSecret: nothing, onError: nothing };
      const nodes = joinNodes(connection, found);
      const post = joinPost(connection, nodes, nothing);
      const store = createRedisStore({ redis: connection.commands, nodes, post, room: ROOM, onError: nothing });
      toClose.push(() => void nodes.leave().then(connection.close));
      await expect.poll(() => connection.commands.isReady).toBe(true);
      return { store, nodes };
    };
    const [one, other] = [await join(), await join()];
    return { stores: [one.store, other.store], placeOf: one.nodes.placeOf, now: one.nodes.now };
  },
};

describe.each(Object.keys(settings))('a store in %s', (name) => {
  const isMissing = (): boolean => name === 'Redis' && redis === undefined;

  async function storing() {
    const setting = settings[name];
    if (setting === undefined) throw new Error('no such store');
    const { stores, placeOf, now } = await setting();
    const [store, other] = stores;
    const open = (id: string, more: Partial<Extract<Invite, { state: 'open' }>> = {}): Invite => ({
      state: 'open',
      id,
      claimHash: '',
      hostHash: '',
      host: { here: true, socket: placeOf('host') },
      expiresAt: now() + HOUR_MS,
      opener: 'somewhere',
      reservedAt: [],
      ...more,
    });
    return {
      store,
      other,
      placeOf,
      open,
      now,
      put: (invite: Invite, by = store) =>
        by.update(invite.id, () => ({ invite }), invite.state === 'ended' ? undefined : invite.opener),
      get: async (id: string, by = store) => (await by.update(id, (invite) => ({ invite }))).before,
      drop: (id: string) => store.update(id, () => ({ invite: undefined })),
      shortage: async (id: string, opener = 'somewhere') =>
        (
          await other.update<{ invite: Invite | undefined; shortage?: unknown }>(
            id,
            (_, shortage) =>
              shortage === undefined ? { invite: open(id, { opener }) } : { invite: undefined, shortage },
            opener,
          )
        ).step.shortage,
    };
  }

  it('keeps, gives back and forgets, for each of its processes', async ({ skip }) => {
    if (isMissing()) skip('no redis-server on this machine');
    const { put, get, drop, other, open, now } = await storing();
    expect(await get('a')).toBeUndefined();
    const invite = open('a');
    await put(invite);
    expect(await get('a', other)).toEqual(invite);
    const ended: Invite = { state: 'ended', id: 'a', why: 'ended', used: false, forgetAt: now() + 2_000 };
    await put(ended, other);
    expect(await get('a')).toEqual(ended);
    await drop('a');
    expect(await get('a', other)).toBeUndefined();
  });

  it('lets each of many simultaneous changes see the one before', async ({ skip }) => {
    if (isMissing()) skip('no redis-server on this machine');
    const { store, other, put, get, open } = await storing();
    await put(open('a', { reservedAt: [] }));
    await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        (i % 2 === 0 ? store : other).update('a', (invite) => {
          if (invite?.state !== 'open') throw new Error('another state');
          return { invite: { ...invite, reservedAt: [...invite.reservedAt, i] } };
        }),
      ),
    );
    const after = await get('a');
    expect(after?.state === 'open' && [...after.reservedAt].sort((a, b) => a - b)).toEqual(
      Array.from({ length: 20 }, (_, i) => i),
    );
  });

  it('decides anew when what it saw last is not what is there any more', async ({ skip }) => {
    if (isMissing()) skip('no redis-server on this machine');
    const { store, other, put, open, get } = await storing();
    await put(open('a'));
    await put(open('a', { reservedAt: [1] }), other);
    const { before } = await store.update('a', (invite) => {
      if (invite?.state !== 'open') throw new Error('another state');
      return { invite: { ...invite, reservedAt: [...invite.reservedAt, 2] } };
    });
    expect(before).toMatchObject({ reservedAt: [1] });
    expect(await get('a', other)).toMatchObject({ reservedAt: [1, 2] });
  });

  it('says that one address has its share, and makes room when one of its invites ends', async ({ skip }) => {
    if (isMissing()) skip('no redis-server on this machine');
    const { put, open, shortage, now } = await storing();
    for (const id of ['a', 'b', 'c']) await put(open(id, { opener: 'school' }));
    expect(await shortage('d', 'school')).toBe('crowded');
    expect(await shortage('e', 'elsewhere')).toBeUndefined();
    await put({ state: 'ended', id: 'a', why: 'ended', used: false, forgetAt: now() + HOUR_MS });
    expect(await shortage('d', 'school')).toBeUndefined();
    expect(await shortage('f', 'school')).toBe('crowded');
  });

  it('counts no refused invite towards the wider network of an address', async ({ skip }) => {
    if (isMissing()) skip('no redis-server on this machine');
    const { put, open, shortage } = await storing();
    for (const id of ['a', 'b', 'c']) await put(open(id, { opener: 'wide/one' }));
    for (let n = 0; n < 4 * ROOM.perAddress; n += 1)
      expect(await shortage(`x${String(n)}`, 'wide/one')).toBe('crowded');
    expect(await shortage('d', 'wide/two')).toBeUndefined();
  });

  it('counts an invite towards one address, wherever its host comes back from', async ({ skip }) => {
    if (isMissing()) skip('no redis-server on this machine');
    const { other, put, open, shortage } = await storing();
    for (const id of ['a', 'b', 'c']) {
      await put(open(id, { opener: 'home' }));
      await other.update(id, (invite) => ({ invite: invite ?? open(id, { opener: 'cafe' }) }), 'cafe');
    }
    expect(await shortage('d', 'cafe')).toBeUndefined();
  });

  it('finds what the clock changes', async ({ skip }) => {
    if (isMissing()) skip('no redis-server on this machine');
    const { store, put, open, now } = await storing();
    const soon = now() + 10;
    await put(open('soon', { expiresAt: soon }));
    await put(open('later', { expiresAt: soon + 1 }));
    expect(await store.due(soon - 1)).toEqual([]);
    expect(await store.due(soon)).toEqual(['soon']);
  });

  it('gives a seat to one of many who claim it at the same moment', async ({ skip }) => {
    if (isMissing()) skip('no redis-server on this machine');
    const { store, other, placeOf, put, open, now } = await storing();
    const claimToken = Buffer.alloc(32).toString('base64url');
    await put(open('a', { claimHash: hashOf(claimToken) }));
    const circumstances = { opener: '', noneNew: undefined, ice: { iceServers: [], validMs: 0 }, isGone: () => false };
    const claims = Array.from({ length: 100 }, (_, i) => {
      const by = i % 2 === 0 ? store : other;
      const seat = Buffer.alloc(32, i + 1).toString('base64url');
      const from = placeOf(String(i));
      return by.update('a', (invite) =>
        decide('invite:claim', invite, { inviteId: 'a', claimToken, seat }, { ...circumstances, from, now: now() }),
      );
    });
    const replies = (await Promise.all(claims)).map(({ step }) => (step.reply.ok ? 'seat' : step.reply.refusal));
    expect(replies.filter((reply) => reply === 'seat')).toHaveLength(1);
    expect(replies.filter((reply) => reply === 'reserved')).toHaveLength(99);
    await store.update('a', (invite) => leave(invite, placeOf('host'), now(), () => false));
  });
});

it.skipIf(redisServer() === undefined)(
  'says that a store in Redis is not there while other processes are not heard',
  async () => {
    const connection = connectRedis(redis?.url ?? '');
    const nothing = (): void => undefined;
    const nodes = joinNodes(connection, {
      onDeath: nothing,
      onForgotten: nothing,
      onSecret: nothing,
      onError: nothing,
    });
    toClose.push(() => void nodes.leave().then(connection.close));
    await nodes.joined;
    let hears = true;
    const post = {
      address: () => [],
      reachable: () => (hears ? Promise.resolve() : Promise.reject(new Error('deaf'))),
    };
    const store = createRedisStore({ redis: connection.commands, nodes, post, room: ROOM, onError: nothing });
    await store.ping();
    hears = false;
    await expect(store.ping()).rejects.toThrow('deaf');
  },
);
