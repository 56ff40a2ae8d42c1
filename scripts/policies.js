// The last step of building the web client: checks the finished build against the content security policy of
// svelte.config.js and writes the header of each page, for our server and for others that may serve the pages
// (deploy/build). Fails the build when the two disagree.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

import { SECURITY_HEADERS } from '../apps/signal/src/static.ts';
import svelteConfig from '../svelte.config.js';
import { forCaddy, forNginx } from './page-headers.js';
import { at } from './places.js';
import { policies } from './policy.js';
import { signalOrigin } from './signal-origin.js';

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

const made = policies(files, svelteConfig.csp?.directives ?? {}, signalOrigin(process.env)?.source);
if (made.ok) {
  // Hidden, and what is hidden is not served (apps/signal/src/static.ts).
  writeFileSync(join(build, '.policies.json'), `${JSON.stringify(made.headers, null, 2)}\n`);

  const said = { policies: made.headers, always: SECURITY_HEADERS };
  const nginx = forNginx(said);
  mkdirSync(at('deploy', 'build'), { recursive: true });
  writeFileSync(at('deploy', 'build', 'page-policies.conf'), nginx.http);
  writeFileSync(at('deploy', 'build', 'page-headers.conf'), nginx.server);
  writeFileSync(at('deploy', 'build', 'page.caddy'), forCaddy(said));
} else {
  console.error(
    `The build and its content security policy disagree:\n${made.problems.map((one) => `- ${one}\n`).join('')}`,
  );
  process.exitCode = 1;
}
