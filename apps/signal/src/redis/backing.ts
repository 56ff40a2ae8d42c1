import { setTimeout as pause } from 'node:timers/promises';

import { ClientOfflineError, ErrorReply } from '@redis/client';
import { RateLimiterRedis } from 'rate-limiter-flexible';

import type { Backing } from '../backing.ts';
import type { Config } from '../config.ts';
import { allowancesFor, createLimits, inMemory } from '../limits.ts';
import { createRedisStore } from '../store/redis.ts';
import { connectRedis } from './connection.ts';
import { joinNodes, type Found } from './nodes.ts';
import { joinPost } from './post.ts';

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
  const post = joinPost(redis, nodes, found.onError);

  const store = createRedisStore({ redis: commands, nodes, post, room: invites, onError: found.onError });

  return {
    store,
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
    connect: (reader) => {
      post.deliverTo((letter, invite) => {
        reader(letter);
        if (invite !== undefined && !('close' in letter)) store.learn(letter.payload.inviteId, invite);
      });
      return Promise.race([nodes.joined, pause(START_WITHOUT_MS, undefined, { ref: false })]);
    },
    reachable: post.reachable,
    send: post.send,
    close: async () => {
      await nodes.leave();
      redis.close();
    },
  };
}

/** A Redis that is away for so long, in ms, is not waited for. */
const START_WITHOUT_MS = 2_000;
