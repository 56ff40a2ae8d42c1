import { createClient } from '@redis/client';

import { redisServer, startRedis } from '../../../../e2e/redis-process.ts';

/** Starts a Redis for a whole run, and names it in PORCHLIGHT_TEST_REDIS. Without one on this machine it says so. */
export async function setup(): Promise<() => Promise<void>> {
  if (redisServer() === undefined) {
    console.warn('There is no redis-server on this machine: the tests on Redis run on memory.');
    return () => Promise.resolve();
  }
  const redis = await startRedis();
  process.env['PORCHLIGHT_TEST_REDIS'] = redis.url;
  return async () => {
    delete process.env['PORCHLIGHT_TEST_REDIS'];
    await redis.stop('SIGKILL');
  };
}

/** Empties a Redis. */
export async function forgetAll(url: string): Promise<void> {
  const client = await createClient({ url }).connect();
  await client.flushAll();
  client.destroy();
}
