import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

import { root } from './places.js';

/** What installing and building leave behind: never part of what was written by hand. */
const MADE = new Set(['node_modules', 'build', '.svelte-kit', '.cache']);

/**
 * One hash over the names and contents of files and folders below `base`. Tests are left out: they change no product.
 * A path that does not exist counts as absent, so that its appearance changes the hash.
 *
 * @param {readonly string[]} paths relative to `base`
 * @param {string} [base]
 * @returns {string} hex
 */
export function fingerprint(paths, base = root) {
  const hash = createHash('sha256');
  for (const file of paths.flatMap((path) => filesBelow(join(base, path))).sort()) {
    // The lengths keep "a" + "bc" and "ab" + "c" apart.
    const name = relative(base, file).split(sep).join('/');
    const content = existsSync(file) ? readFileSync(file) : Buffer.from('absent');
    hash.update(`${name.length}:${name}:${content.length}:`).update(content);
  }
  return hash.digest('hex');
}

/** @param {string} path @returns {string[]} */
function filesBelow(path) {
  if (!existsSync(path) || !statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .filter((name) => !MADE.has(name) && !/\.test\.[jt]s$/.test(name))
    .flatMap((name) => filesBelow(join(path, name)));
}
