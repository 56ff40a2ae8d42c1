import { existsSync } from 'node:fs';

import { redisServer } from '../e2e/redis-process.ts';
import { quietly, step, StepFailed } from './step.js';

const PACKAGES_LIMIT_MS = 900_000;

/**
 * Finds a Redis server (or Valkey) for the tests, and installs Debian's where there is none and we are root.
 * Gives why not, as a sentence, where it is not to be had; the tests that need it then skip themselves.
 *
 * @returns {Promise<{ path: string, version: string } | { missing: string }>}
 */
export async function ensureRedis() {
  const path = redisServer() ?? (await installed());
  if (typeof path !== 'string') return path;
  const { ok, output } = await quietly(path, ['--version'], { limitMs: 30_000 });
  return ok ? { path, version: versionIn(output) } : { missing: `${path} does not start.` };
}

/** @returns {Promise<string | { missing: string }>} */
async function installed() {
  if (process.platform !== 'linux' || !existsSync('/usr/bin/apt-get')) {
    return { missing: 'not on this machine; install redis-server (or Valkey) so that it is on the PATH.' };
  }
  if (process.getuid?.() !== 0) {
    return { missing: 'not on this machine, and we are not root: `apt-get install redis-server` brings it.' };
  }
  const options = { limitMs: PACKAGES_LIMIT_MS, env: { DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' } };
  try {
    // Lists that cannot be refreshed may still be good enough.
    await quietly('apt-get', ['update'], options);
    await step(
      'Installing redis-server',
      'apt-get',
      ['install', '-y', '--no-install-recommends', 'redis-server'],
      options,
    );
  } catch (error) {
    if (!(error instanceof StepFailed)) throw error;
    return { missing: `not on this machine; apt-get: ${error.message}.` };
  }
  return redisServer() ?? { missing: 'its package was installed and brought no redis-server.' };
}

/** @param {string} said */
function versionIn(said) {
  const version = /v=(\S+)/.exec(said)?.[1];
  return version === undefined ? said.trim() : `Redis ${version}`;
}
