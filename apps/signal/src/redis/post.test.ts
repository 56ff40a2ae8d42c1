import { setTimeout as pause } from 'node:timers/promises';

import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';

import { redisServer, startRedis, type RedisProcess } from '../../../../e2e/redis-process.ts';
import type { Letter } from '../nodes.ts';
import { connectRedis } from './connection.ts';
import { joinNodes } from './nodes.ts';
import { joinPost, type Post } from './post.ts';

const ARRIVING_MS = 100;

describe.skipIf(redisServer() === undefined)('the post between nodes', { timeout: 30_000 }, () => {
  let redis: RedisProcess;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.stop('SIGKILL'));

  async function join() {
    const nothing = (): void => undefined;
    const failures: unknown[] = [];
    const connection = connectRedis(redis.url);
    const nodes = joinNodes(connection, {
      onDeath: nothing,
      onForgotten: nothing,
      onSecret: nothing,
      onError: nothing,
    });
    const post = joinPost(connection, nodes, (error) => failures.push(error));
    const read: Letter[] = [];
    const told: unknown[] = [];
    post.deliverTo((letter, invite) => {
      read.push(letter);
      if (invite !== undefined) told.push(invite);
    });
    onTestFinished(async () => {
      await nodes.leave();
      connection.close();
    });
    await untilReachable(post);
    return { nodes, connection, post, read, told, failures };
  }

  async function untilReachable(post: Post): Promise<void> {
    const reachable = (): Promise<boolean> =>
      post.reachable().then(
        () => true,
        () => false,
      );
    await expect.poll(reachable, { timeout: 10_000 }).toBe(true);
  }

  const to = (socket: string): Letter => ({
    to: { socket },
    event: 'invite:host-left',
    payload: { inviteId: 'an invite' },
  });
  const toWaiters: Letter = { to: 'waiters', event: 'invite:host-returned', payload: { inviteId: 'an invite' } };

  it('brings a letter to the node of a place, and to no other', async () => {
    const [one, other, third] = [await join(), await join(), await join()];
    const letters = [to(other.nodes.placeOf('a')), { close: other.nodes.placeOf('b') }];
    for (const letter of letters) await one.post.send(letter);
    await expect.poll(() => other.read).toEqual(letters);
    expect([one.read, third.read]).toEqual([[], []]);
  });

  it('takes nothing for a socket that is here', async () => {
    const one = await join();
    expect(one.post.address([to(one.nodes.placeOf('a')), { close: one.nodes.placeOf('a') }])).toEqual([]);
  });

  it('brings what is for those who wait to all nodes, its own included', async () => {
    const [one, other] = [await join(), await join()];
    await one.post.send(toWaiters);
    for (const { read } of [one, other]) await expect.poll(() => read).toEqual([toWaiters]);
  });

  it('says that nothing arrives while Redis is away, and hears again when it is back', async () => {
    const [one, other] = [await join(), await join()];
    await redis.stop('SIGKILL');
    await expect.poll(() => one.connection.isAway()).toBe(true);
    await expect(one.post.reachable()).rejects.toThrow();
    await expect(one.post.send(to(other.nodes.placeOf('a')))).rejects.toThrow();
    await redis.start();
    for (const { post } of [one, other]) {
      await untilReachable(post);
    }
    const letter = to(other.nodes.placeOf('b'));
    await expect
      .poll(() =>
        one.post.send(letter).then(
          () => true,
          () => false,
        ),
      )
      .toBe(true);
    await expect.poll(() => other.read).toEqual([letter]);
  });

  it('brings what an invite is now along, but not to everybody', async () => {
    const [one, other] = [await join(), await join()];
    const addressed = one.post.address([to(other.nodes.placeOf('a')), toWaiters], 'what it is');
    for (const { channel, text } of addressed) await one.connection.commands.publish(channel, text);
    await expect.poll(() => other.read).toHaveLength(2);
    expect(other.told).toEqual(['what it is']);
  });

  it('reports what is no letter, and goes on', async () => {
    const [one, other] = [await join(), await join()];
    const [addressed] = one.post.address([to(other.nodes.placeOf('a'))]);
    if (addressed === undefined) throw new Error('nothing to send');
    await one.connection.commands.publish(addressed.channel, '{');
    await one.connection.commands.publish(addressed.channel, addressed.text);
    await expect.poll(() => other.read).toHaveLength(1);
    expect(other.failures).toHaveLength(1);
  });

  it('goes out in the step of the change, or not at all', async () => {
    const [one, other] = [await join(), await join()];
    const addressed = one.post.address([to(other.nodes.placeOf('a'))]);
    const swap = (expected: string, next: string): Promise<string | null> =>
      one.connection.commands.swap('an invite', expected, { next, ttlMs: 10_000 }, addressed);
    expect(await swap('', 'first')).toBeNull();
    expect(await swap('', 'second')).toBe('first');
    expect(await one.connection.commands.swap('an invite', 'second', 'stays', addressed)).toBe('first');
    await pause(ARRIVING_MS);
    expect(other.read).toHaveLength(1);
    expect(await one.connection.commands.swap('an invite', 'first', 'stays', addressed)).toBeNull();
    await expect.poll(() => other.read).toHaveLength(2);
    expect(await one.connection.commands.get('an invite')).toBe('first');
  });
});
