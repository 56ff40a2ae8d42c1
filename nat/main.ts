/*
 * The NAT lab (npm run test:nat, as root): two Chromium behind real NATs of this machine's kernel, the real server and
 * coturn between them. Prints a table; code 1 if a row is not as expected. `node nat/main.ts cone` plays only the rows
 * that have this in their names.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { knownBrowsers } from '../scripts/browsers.js';
import { makeCertificate } from './certificate.ts';
import { play } from './lab.ts';
import { removeLeftovers, removePlaces } from './namespaces.ts';
import { complaints, printed, type Seen } from './outcome.ts';
import { nameOf, rows } from './rows.ts';

const chromiumPath = knownBrowsers().found.chromium?.path;
if (chromiumPath === undefined) throw new Error('Chromium is not to be had on this machine.');
const { PORCHLIGHT_IPTABLES: iptables = 'iptables' } = process.env;
const [only = ''] = process.argv.slice(2);

removeLeftovers();
const folder = mkdtempSync(join(tmpdir(), 'porchlight-nat-'));
process.on('exit', () => {
  removePlaces();
  rmSync(folder, { recursive: true, force: true });
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(130));

const tools = { chromiumPath, iptables, folder, certificate: makeCertificate(folder) };
const lines = [['row', 'connected', 'rung host → guest', 'ms from Let in', 'packets direct / to TURN']];
const problems: string[] = [];
for (const row of rows.filter((one) => nameOf(one).includes(only))) {
  const name = nameOf(row);
  const failed = (sentence: string): number => problems.push(`${name}: ${sentence}`);
  const known = problems.length;
  try {
    const seen = await play(row, tools);
    complaints(row, seen).forEach(failed);
    lines.push([name, ...cells(seen)]);
  } catch (error) {
    failed(error instanceof Error ? error.message : String(error));
    lines.push([name, 'failed', '', '', '']);
  }
  console.log(`${problems.length === known ? 'ok    ' : 'NOT OK'} ${name}`);
}

const widths = lines[0]?.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0))) ?? [];
console.log();
for (const line of lines)
  console.log(
    line
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
for (const problem of problems) console.error(`\n${problem}`);
process.exitCode = problems.length === 0 ? 0 : 1;

function cells({ meeting, traffic }: Seen): string[] {
  const packets = `${traffic.between} / ${traffic.turn}`;
  if (!meeting.connected) return ['no', '', `told after ${meeting.ms}`, packets];
  const { path, rungs, ms } = meeting;
  return [path, `${printed(rungs.host)} → ${printed(rungs.guest)}`, String(ms), packets];
}
