import { setTimeout as pause } from 'node:timers/promises';

import { ClientOfflineError, ErrorReply } from '@redis/client';
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
  for (const client of [commands, subscriptions]) {
    let wasHeard = false;
    client.on('ready', () => {
      // Nobody knows what was said meanwhile, or not said; and it may be another Redis, or the same without its memory.
      if (wasHeard) found.onForgotten();
      wasHeard = true;
    });
  }
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
    mayHaveBeenDone: (error) => !(error instanceof ClientOfflineError || error instanceof ErrorReply),
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

type Listener = (message: Buffer, channel: Buffer) => void;

/**
 * What the adapter subscribes with, which waits for no answer and tries nothing twice. Whatever was refused or cut off is
 * made good when Redis is back, so that no socket is deaf for ever, and no channel is kept for one that is gone.
 */
function subscribing(client: RedisClient, onError: (error: unknown) => void) {
  const wanted = new Map<string, Listener>();
  const heard = new Set<string>();
  /** Wanted, and refused or cut off. Those that are merely on their way are in `pending`. */
  const missing = new Set<string>();
  const pending = new Set<Promise<void>>();

  const follow = (asked: Promise<void>, done: () => void, failed: () => void): Promise<void> => {
    const settled = asked
      .then(done, (error: unknown) => {
        failed();
        if (client.isReady) onError(error);
      })
      .finally(() => pending.delete(settled));
    pending.add(settled);
    return settled;
  };
  const begin = (channel: string, listener: Listener): Promise<void> =>
    follow(
      client.sSubscribe(channel, listener, true),
      () => {
        heard.add(channel);
        missing.delete(channel);
      },
      () => {
        if (wanted.has(channel)) missing.add(channel);
      },
    );
  const end = (channel: string): Promise<void> =>
    follow(
      client.sUnsubscribe(channel),
      () => {
        heard.delete(channel);
      },
      () => undefined,
    );

  client.on('ready', () => {
    for (const channel of missing) {
      const listener = wanted.get(channel);
      if (listener !== undefined) void begin(channel, listener);
    }
    for (const channel of heard) if (!wanted.has(channel)) void end(channel);
  });
  return {
    sSubscribe(channel: string, listener: Listener): Promise<void> {
      wanted.set(channel, listener);
      return begin(channel, listener);
    },
    sUnsubscribe(channel: string): Promise<void> {
      wanted.delete(channel);
      missing.delete(channel);
      return end(channel);
    },
    settled: async (): Promise<void> => {
      if (pending.size > 0) await Promise.all(pending);
      // Whoever came in now would not hear the others.
      if (!client.isReady || missing.size > 0) throw new Error('Redis cannot be heard.');
    },
  };
}
