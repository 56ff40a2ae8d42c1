// Prints what came of each row, from the two reports whose paths it is given. Exit code 1 unless all passed.
import { existsSync, readFileSync } from 'node:fs';

import { printed, resultsOf, type PlaywrightReport, type VitestReport } from './results.ts';

const [vitestReport, playwrightReport] = process.argv.slice(2);
const results = resultsOf(read(vitestReport) as VitestReport | null, read(playwrightReport) as PlaywrightReport | null);
console.log(printed(results));
process.exitCode = results.every(({ outcome }) => outcome === 'passed') ? 0 : 1;

function read(file: string | undefined): unknown {
  return file !== undefined && existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null;
}
