import { readFileSync, writeFileSync } from 'node:fs';

import { format, resolveConfig } from 'prettier';

import { at } from '../scripts/places.js';

const PAGE = at('docs', 'deploy.md');
const BEGIN = '<!-- table: written by npm run test:nat -- --write, do not edit -->';
const END = '<!-- end of table -->';

/** Puts the table of a run into docs/deploy.md. Throws if its place there is not to be found. */
export async function writeDeployPage(table: string): Promise<void> {
  const page = readFileSync(PAGE, 'utf8');
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`${PAGE} has no place for the table.`);
  const written = `${page.slice(0, begin + BEGIN.length)}\n\n${table}\n\n${page.slice(end)}`;
  writeFileSync(PAGE, await format(written, { ...(await resolveConfig(PAGE)), filepath: PAGE }));
}
