import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import { format, resolveConfig } from 'prettier';

import { withPart, type Command } from './page.ts';

const REPORT = fileURLToPath(new URL('../../docs/benchmarks.md', import.meta.url));

const SCALE = fileURLToPath(new URL('../../docs/scale.md', import.meta.url));
const TABLE = /(<!-- written by npm run bench:server, do not edit -->)[^]*(<!-- end of what it writes -->)/;

/** Puts a table between the marks in docs/scale.md. */
export async function writeScale(text: string): Promise<void> {
  const page = await readFile(SCALE, 'utf8');
  const options = { ...(await resolveConfig(SCALE)), filepath: SCALE };
  await writeFile(
    SCALE,
    await format(
      page.replace(TABLE, (_, begin: string, end: string) => `${begin}\n\n${text}\n\n${end}`),
      options,
    ),
  );
}

/** Writes one command's part of docs/benchmarks.md, leaves the other's as it is, and gives the part back. */
export async function writePart(command: Command, part: string): Promise<string> {
  const page = await readFile(REPORT, 'utf8').catch(() => '');
  const options = { ...(await resolveConfig(REPORT)), filepath: REPORT };
  await writeFile(REPORT, await format(withPart(page, command, part), options));
  return format(part, options);
}
