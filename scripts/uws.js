import { mkdirSync } from 'node:fs';

import { at } from './places.js';
import { quietly } from './step.js';

/** What works together: binaries that need no newer C library than Debian 12 has, and the last Node they are made for. */
const ENGINE_VERSION = '20.51.4';
const NODE_MAJOR = '22';
const NODE_VERSION = '22.23.3';

const FOLDER = at('.cache', 'uws');
const INSTALL_LIMIT_MS = 300_000;

/**
 * Finds uWebSockets.js and a Node that it runs on, in a folder of their own, and installs them there where they are not.
 * Nothing in package.json names them: they are for tests and figures, and the package is one person's republishing. Where
 * they are not to be had, gives why.
 *
 * @returns {Promise<{ node: string, env: { NODE_PATH: string } } | { missing: string }>} the Node to run on, and what its environment needs
 */
export async function ensureUws() {
  const found = {
    node: at('.cache', 'uws', 'node_modules', '.bin', 'node'),
    env: { NODE_PATH: at('.cache', 'uws', 'node_modules') },
  };
  if (await works(found)) return found;
  mkdirSync(FOLDER, { recursive: true });
  const packages = [
    `@uwsjs/core@${ENGINE_VERSION}`,
    // Named here, because npm would choose the one for the Node that it runs on itself.
    `@uwsjs/${process.platform}-${process.arch}-${NODE_MAJOR}@${ENGINE_VERSION}`,
    `node@${NODE_VERSION}`,
  ];
  const flags = ['--prefix', FOLDER, '--no-save', '--no-package-lock', '--no-audit', '--no-fund', '--loglevel=error'];
  const options = { limitMs: INSTALL_LIMIT_MS, cwd: FOLDER };
  const { ok, why, output } = await quietly('npm', ['install', ...flags, '--force', ...packages], options);
  if (ok && (await works(found))) return found;
  return {
    missing: ok
      ? 'does not load on this machine'
      : `could not be installed: ${output.trim().split('\n').at(-1) ?? why}`,
  };
}

/** @param {{ node: string, env: { NODE_PATH: string } }} found */
async function works({ node, env }) {
  const { ok } = await quietly(node, ['--eval', "require('@uwsjs/core').App()"], { limitMs: 20_000, env });
  return ok;
}
