import { existsSync, readFileSync, writeFileSync } from 'node:fs';

import { fingerprint } from './fingerprint.js';
import { at } from './places.js';
import { signalOrigin } from './signal-origin.js';
import { step } from './step.js';

const SOURCES = [
  'apps/signal/src/static.ts',
  'apps/web',
  'libs',
  'scripts/markup.js',
  'scripts/page-headers.js',
  'scripts/policies.js',
  'scripts/policy.js',
  'scripts/signal-origin.js',
  'svelte.config.js',
  'tsconfig.json',
  'package-lock.json',
];

// Inside the build, because a build made in any other way empties the folder and takes the mark with it.
const MARK = at('apps', 'web', 'build', '.fingerprint');

/** Builds the web client unless the build there is of exactly these sources, for this server. Throws StepFailed. */
export async function ensureBuilt() {
  const wanted = `${[fingerprint(SOURCES), signalOrigin(process.env)?.origin ?? ''].join(' ').trim()}\n`;
  if (existsSync(MARK) && readFileSync(MARK, 'utf8') === wanted) return;
  await step('Building the web client', 'npm', ['run', 'build', '--loglevel=error']);
  writeFileSync(MARK, wanted);
}
