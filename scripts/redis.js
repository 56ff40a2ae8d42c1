import { existsSync } from 'node:fs';

import { quietly, step, StepFailed } from './step.js';

/** The same as in e2e/redis-process.ts, which cannot be read before the packages are installed. */
const PROGRAMS = ['redis-server', 'valkey-server'];

const PACKAGES_LIMIT_MS = 900_000;

/**
 * Finds a Redis server (or Valkey) for the tests, and installs Debian's where there is none and we are root.
 * Where it is not to be had, gives why; the tests that need one then skip themselves.
 *
 * @returns {Promise<{ version: string } | { missing: string }>}
 */
export async function ensureRedis() {
  return (await present()) ?? (await installed());
}

/** @returns {Promise<{ version: string } | null>} */
async function present() {
  for (const program of PROGRAMS) {
    const { ok, output } = await quietly(program, ['--version'], { limitMs: 30_000 });
    if (ok) return { version: `${program} ${/v=(\S+)/.exec(output)?.[1] ?? ''}`.trim() };
  }
  return null;
}

/** @returns {Promise<{ version: string } | { missing: string }>} */
async function installed() {
  if (!existsSync('/usr/bin/apt-get'))
    return { missing: 'not on this machine: put redis-server or valkey-server on the PATH' };
  if (process.getuid?.() !== 0)
    return { missing: 'not on this machine, not root: `apt-get install redis-server` brings it' };
  // RUNLEVEL: the package's own service is not started; the tests start their own.
  const options = { limitMs: PACKAGES_LIMIT_MS, env: { DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' } };
  // Lists that cannot be refreshed may still be good enough.
  await quietly('apt-get', ['update'], options);
  try {
    const install = ['install', '-y', '--no-install-recommends', 'redis-server'];
    await step('Installing redis-server', 'apt-get', install, options);
  } catch (error) {
    if (!(error instanceof StepFailed)) throw error;
    return { missing: `not on this machine; apt-get: ${error.message}` };
  }
  return (await present()) ?? { missing: 'its package was installed, and it does not start' };
}
