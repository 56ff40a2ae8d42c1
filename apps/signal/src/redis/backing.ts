import { setTimeout as pause } from 'node:timers/promises';

import { createShardedAdapter } from '@socket.io/redis-adapter';
import { RateLimiterRedis } from 'rate-limiter-flexible';

import type { Backing } from '../backing.ts';
import type { Config } from '../config.ts';
import { allowancesFor, createLimits, inMemory } from '../limits.ts';
import { createRedisStore } from '../store/redis.ts';
import { connectRedis, type RedisClient } from './connection.ts';
import { joinNodes, type Found } from './nodes.ts';

/**
 * Keeps everything in the Redis at `url`, for all processes that are given the same. While it is away nothing about an
 * invite is answered but `unavailable`, and deeds are counted in this process.
 */
export function inRedis(
  url: string,
  { sockets, invites }: Pick<Config, 'sockets' | 'invites'>,
  found: Found & Parameters<typeof connectRedis>[1],
): Backing {
  const redis = connectRedis(url, found);
  const { commands, subscriptions } = redis;
  let wasHeard = false;
  subscriptions.on('ready', () => {
    // Nobody knows what was said meanwhile.
    if (wasHeard) found.onForgotten();
    wasHeard = true;
  });
  const nodes = joinNodes(redis, found);
  const subscriber = subscribing(subscriptions, found.onError);

  return {
    store: createRedisStore({ redis: commands, nodes, room: invites, onError: found.onError }),
    limits: createLimits(
      allowancesFor(sockets, invites),
      (deed, allowance) =>
        new RateLimiterRedis({
          ...allowance,
          storeClient: commands,
          useRedisPackage: true,
          rejectIfRedisNotReady: true,
          keyPrefix: `porchlight:limit:${deed}`,
          insuranceLimiter: inMemory(deed, allowance),
        }),
    ),
    nodes,
    now: nodes.now,
    isAway: redis.isAway,
    connect: (io) => {
      // A channel for each socket: a node hears only what is for somebody there. docs/benchmarks.md has the others' figures.
      io.adapter(createShardedAdapter(commands, subscriber, { channelPrefix: 'porchlight', subscriptionMode: MODE }));
      return Promise.race([nodes.joined, pause(START_WITHOUT_MS, undefined, { ref: false })]);
    },
    reachable: subscriber.settled,
    close: async () => {
      await nodes.leave();
      redis.close();
    },
  };
}

const MODE = 'dynamic-private';

/** A Redis that is away for so long, in ms, is not waited for. */
const START_WITHOUT_MS = 2_000;

/** What the adapter subscribes with. It waits for no answer, so that a socket might be sent something before it is heard. */
function subscribing(client: RedisClient, onError: (error: unknown) => void) {
  const pending = new Set<Promise<void>>();
  const follow = (asked: Promise<void>): Promise<void> => {
    const settled = asked.catch(onError).finally(() => pending.delete(settled));
    pending.add(settled);
    return settled;
  };
  return {
    sSubscribe: (channel: string, listener: (message: Buffer, channel: Buffer) => void) =>
      follow(client.sSubscribe(channel, listener, true)),
    sUnsubscribe: (channel: string) => follow(client.sUnsubscribe(channel)),
    settled: async (): Promise<void> => {
      // Whoever came in now would hear nothing from the others.
      if (!client.isReady) throw new Error('Redis cannot be heard.');
      if (pending.size > 0) await Promise.all(pending);
    },
  };
}
