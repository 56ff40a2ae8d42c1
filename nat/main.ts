/*
 * The NAT lab (npm run test:nat, as root): two Chromium behind real NATs of this machine's kernel, the real server and
 * coturn between them. Prints a table and leaves the counts in .cache/nat.json; code 1 if a row is not as expected.
 * `node nat/main.ts cone` plays only the rows that have this in their names; `--write` puts the table of all rows into
 * docs/deploy.md.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { knownBrowsers } from '../scripts/browsers.js';
import { at } from '../scripts/places.js';
import { makeCertificate } from './certificate.ts';
import { writeDeployPage } from './deploy-page.ts';
import { play } from './lab.ts';
import { removeLeftovers, removePlaces } from './namespaces.ts';
import { complaints, type Seen } from './outcome.ts';
import { nameOf, rows, type Row } from './rows.ts';
import { aligned, asMarkdown, lineOf } from './table.ts';

const { chromium } = knownBrowsers().found;
if (chromium === undefined) throw new Error('Chromium is not to be had on this machine.');
const { PORCHLIGHT_IPTABLES: iptables = 'iptables' } = process.env;
const { values, positionals } = parseArgs({ allowPositionals: true, options: { write: { type: 'boolean' } } });
const { write = false } = values;
const [only = ''] = positionals;
if (write && only !== '') throw new Error('docs/deploy.md has all rows: leave out the name or --write.');

removeLeftovers();
const folder = mkdtempSync(join(tmpdir(), 'porchlight-nat-'));
process.on('exit', () => {
  removePlaces();
  rmSync(folder, { recursive: true, force: true });
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(130));

const tools = { chromiumPath: chromium.path, iptables, folder, certificate: makeCertificate(folder) };
const chosen = rows.filter((one) => nameOf(one).includes(only));
const lines: (readonly string[])[] = [];
const problems: string[] = [];
let passed = 0;
for (const row of chosen) {
  const name = nameOf(row);
  const { seen, wrong } = await outcomeOf(row);
  lines.push(lineOf(row, seen));
  problems.push(...wrong.map((sentence) => `${name}: ${sentence}`));
  if (wrong.length === 0) passed += 1;
  console.log(`${wrong.length === 0 ? 'ok    ' : 'NOT OK'} ${name}`);
}

const failed = chosen.length - passed;
console.log(`\n${aligned(lines)}`);
for (const problem of problems) console.error(`\n${problem}`);
console.log(`\n${passed} passed, ${failed} failed`);
mkdirSync(at('.cache'), { recursive: true });
writeFileSync(at('.cache', 'nat.json'), `${JSON.stringify({ name: 'nat', passed, failed, skipped: 0 })}\n`);
if (write && failed === 0) await writeDeployPage(`Measured with ${chromium.version}.\n\n${asMarkdown(lines)}`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;

async function outcomeOf(row: Row): Promise<{ seen: Seen | null; wrong: string[] }> {
  try {
    const seen = await play(row, tools);
    return { seen, wrong: complaints(row, seen) };
  } catch (error) {
    return { seen: null, wrong: [error instanceof Error ? error.message : String(error)] };
  }
}
