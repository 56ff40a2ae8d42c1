import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import { format, resolveConfig } from 'prettier';

import { withPart, type Command } from './page.ts';

const REPORT = fileURLToPath(new URL('../../docs/benchmarks.md', import.meta.url));

/** Writes one command's part of docs/benchmarks.md, leaves the other's as it is, and gives the part back. */
export async function writePart(command: Command, part: string): Promise<string> {
  const page = await readFile(REPORT, 'utf8').catch(() => '');
  const options = { ...(await resolveConfig(REPORT)), filepath: REPORT };
  await writeFile(REPORT, await format(withPart(page, command, part), options));
  return format(part, options);
}
