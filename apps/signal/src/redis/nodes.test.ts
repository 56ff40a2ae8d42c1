import { setTimeout as pause } from 'node:timers/promises';

import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';

import { redisServer, startRedis, type RedisProcess } from '../../../../e2e/redis-process.ts';
import { connectRedis } from './connection.ts';
import { joinNodes } from './nodes.ts';

const MISSING = redisServer() === undefined;
const LIVES_MS = 8_000;

describe.skipIf(MISSING)('the nodes of one Redis', () => {
  let redis: RedisProcess;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.stop('SIGKILL'));
  beforeEach(async () => {
    await redis.ask('FLUSHALL');
  });

  async function join() {
    const told: string[] = [];
    const connection = connectRedis(redis.url);
    const nodes = joinNodes(connection, {
      onDeath: () => told.push('death'),
      onForgotten: () => told.push('forgotten'),
      onSecret: (secret) => told.push(`secret ${secret.toString('hex')}`),
      onError: () => undefined,
    });
    onTestFinished(() => void nodes.leave().then(connection.close));
    await nodes.joined;
    return { nodes, connection, heard: (what: string) => told.filter((one) => one.startsWith(what)) };
  }

  it('know their own places, and take another’s for living while it says so', async () => {
    const [one, other] = [await join(), await join()];
    const place = other.nodes.placeOf('a');
    expect(one.nodes.here(one.nodes.placeOf('a'))).toBe('a');
    expect(one.nodes.here(place)).toBeUndefined();
    expect(one.nodes.socketOf(place)).toBe('a');
    await one.nodes.meet([place]);
    expect(one.nodes.isGone(place)).toBe(false);
  });

  it('count addresses under one secret', async () => {
    const [one, other] = [await join(), await join()];
    expect(one.heard('secret')[0]).toMatch(/^secret [0-9a-f]{64}$/);
    expect(other.heard('secret')[0]).toBe(one.heard('secret')[0]);
  });

  it('have one clock, whatever this machine’s says', async () => {
    const [seconds = 0] =
      /:(\d+)|\$\d+\r\n(\d+)/
        .exec(await redis.ask('TIME'))
        ?.slice(2)
        .map(Number) ?? [];
    const { nodes } = await join();
    expect(Math.abs(nodes.now() / 1000 - seconds)).toBeLessThan(5);
  });

  it('hear soon of one that leaves, and take it for gone', { timeout: 20_000 }, async () => {
    const [one, other] = [await join(), await join()];
    const place = other.nodes.placeOf('a');
    await one.nodes.meet([place]);
    await other.nodes.leave();
    await expect.poll(() => one.heard('death').length, { timeout: 5_000 }).toBe(1);
    await expect.poll(() => one.nodes.isGone(place), { timeout: 6_000 }).toBe(true);
  });

  it(
    'take one for gone that has not said for eight seconds that it lives, and not before',
    { timeout: 30_000 },
    async () => {
      const [one, other] = [await join(), await join()];
      const place = other.nodes.placeOf('a');
      await one.nodes.meet([place]);
      other.connection.close();
      await pause(LIVES_MS - 3_000);
      expect(one.nodes.isGone(place)).toBe(false);
      await expect.poll(() => one.nodes.isGone(place), { timeout: 10_000 }).toBe(true);
      await expect.poll(() => one.heard('death')).toHaveLength(1);
    },
  );

  it(
    'are told when Redis came back without its memory, and bury nobody because of it',
    { timeout: 30_000 },
    async () => {
      const [one, other] = [await join(), await join()];
      const place = other.nodes.placeOf('a');
      await one.nodes.meet([place]);
      await redis.stop('SIGKILL');
      await redis.start();
      for (const { heard } of [one, other]) {
        await expect.poll(() => heard('forgotten').length, { timeout: 10_000 }).toBeGreaterThan(0);
      }
      await one.nodes.meet([place]);
      expect(one.nodes.isGone(place)).toBe(false);
    },
  );

  it('bury nobody because nothing could be written for a while', { timeout: 30_000 }, async () => {
    const [one, other] = [await join(), await join()];
    const place = other.nodes.placeOf('a');
    await one.nodes.meet([place]);
    await redis.ask('CONFIG', 'SET', 'maxmemory', '1');
    await pause(LIVES_MS + 2_500);
    await redis.ask('CONFIG', 'SET', 'maxmemory', '0');
    await expect
      .poll(() =>
        one.nodes.refresh().then(
          () => 'written',
          () => 'refused',
        ),
      )
      .toBe('written');
    expect(one.nodes.isGone(place)).toBe(false);
    await pause(3_000);
    expect(one.nodes.isGone(place)).toBe(false);
    expect([...one.heard('forgotten'), ...other.heard('forgotten')]).toEqual([]);
  });

  it('are told when the others took them for dead', async () => {
    const { nodes, heard } = await join();
    await redis.ask('DEL', 'porchlight:{nodes}:living');
    await nodes.meet(['another.a']);
    expect(heard('forgotten')).toHaveLength(1);
  });
});
