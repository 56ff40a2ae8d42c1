// The last step of building the web client: checks the finished build against the content security policy of
// svelte.config.js and writes, for the server, the header of each page. Fails the build when the two disagree.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

import svelteConfig from '../svelte.config.js';
import { at } from './places.js';
import { policies } from './policy.js';

const build = at('apps', 'web', 'build');
const CHECKED = /\.(?:html|js|css|svg)$/;

/** @type {Record<string, string>} */
const files = {};
for (const entry of readdirSync(build, { recursive: true, withFileTypes: true })) {
  const place = join(entry.parentPath, entry.name);
  if (entry.isFile() && CHECKED.test(entry.name)) {
    files[relative(build, place).split(sep).join('/')] = readFileSync(place, 'utf8');
  }
}

const made = policies(files, svelteConfig.csp?.directives ?? {});
if (made.ok) {
  // Hidden, and what is hidden is not served (apps/signal/src/static.ts).
  writeFileSync(join(build, '.policies.json'), `${JSON.stringify(made.headers, null, 2)}\n`);
} else {
  console.error(
    `The build and its content security policy disagree:\n${made.problems.map((one) => `- ${one}\n`).join('')}`,
  );
  process.exitCode = 1;
}
