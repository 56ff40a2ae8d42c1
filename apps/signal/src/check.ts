import { createClient } from '@redis/client';

import { warningsOf, type Config } from './config.ts';
import { loadUws } from './uws.ts';

/** What became of looking over a configuration: what there is to say, and whether a server would start with it. */
export interface Checked {
  ok: boolean;
  sentences: readonly string[];
}

/** Looks over a configuration without starting anything: loads the engine, and asks for Redis if there is to be one. */
export async function check(config: Config): Promise<Checked> {
  const warnings = warningsOf(config).map((warning) => `WARNING: ${warning}`);
  if (config.engine === 'uws') {
    try {
      loadUws();
    } catch (error) {
      return { ok: false, sentences: [...warnings, `${error instanceof Error ? error.message : 'unknown reason'}.`] };
    }
  }
  if (config.redisUrl === undefined) return { ok: true, sentences: [...warnings, 'The environment is fine.'] };
  const trouble = await reach(config.redisUrl);
  if (trouble !== undefined) return { ok: false, sentences: [...warnings, trouble] };
  return { ok: true, sentences: [...warnings, 'The environment is fine, and Redis answers.'] };
}

/** How long Redis may take to answer, in ms. */
const REACH_MS = 2_000;

/** Why the Redis at this address cannot be used, in one sentence that does not repeat the address; undefined if it can. */
async function reach(url: string): Promise<string | undefined> {
  const client = createClient({ url, socket: { connectTimeout: REACH_MS, reconnectStrategy: false } });
  // Whoever waits for the connection hears of it as well.
  client.on('error', () => undefined);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error('no answer'));
    }, REACH_MS);
  });
  try {
    await Promise.race([client.connect().then(() => client.ping()), late]);
    return undefined;
  } catch (error) {
    return sentenceOf(error);
  } finally {
    clearTimeout(timer);
    client.destroy();
  }
}

function sentenceOf(error: unknown): string {
  const message = error instanceof Error ? error.message : '';
  if (/^(?:WRONGPASS|NOAUTH|ERR AUTH|NOPERM)/.test(message)) {
    return 'REDIS_URL names a Redis that refuses its user or password.';
  }
  if (message.startsWith('ERR DB index')) return 'REDIS_URL names a database that this Redis does not have.';
  return 'REDIS_URL names a Redis that does not answer; a server would start, and be ready once it does.';
}
