import { createClient } from '@redis/client';
import type { TestProject } from 'vitest/node';

import { redisServer, startRedis } from '../../../../e2e/redis-process.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Of the Redis on which everything is to hold; undefined: in memory. */
    redisUrl: string | undefined;
  }
}

/**
 * Starts a Redis for a whole run, and names it to the tests of this project alone: its tests on memory are others. Without
 * one on this machine it says so.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  if (redisServer() === undefined) {
    console.warn('There is no redis-server on this machine: the tests on Redis run on memory.');
    return () => Promise.resolve();
  }
  const redis = await startRedis();
  project.provide('redisUrl', redis.url);
  return () => redis.stop('SIGKILL');
}

/** Empties a Redis. */
export async function forgetAll(url: string): Promise<void> {
  const client = await createClient({ url }).connect();
  await client.flushAll();
  client.destroy();
}
