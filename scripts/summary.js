import { existsSync, readFileSync } from 'node:fs';
import { relative, sep } from 'node:path';

import { root } from './places.js';

/**
 * What one part of the tests came to.
 * `second`: the tests among `passed` that needed a second attempt.
 * @typedef {{ name: string, passed: number, failed: number, skipped: number, second?: string[] }} Part
 * @typedef {import('./browsers.js').Browsers} Browsers
 */

/**
 * The parts of a vitest run, one per package, from its JSON report.
 * A run that failed otherwise than by a test (no report, a file that does not load) counts as one failure.
 *
 * @param {string} file @param {number} exitCode @returns {Part[]}
 */
export function readVitest(file, exitCode) {
  const report =
    /** @type {{ testResults: { name: string, status: string, assertionResults: { status: string }[] }[] } | null} */ (
      readReport(file)
    );
  /** @type {Map<string, Part>} */
  const parts = new Map();
  for (const result of report?.testResults ?? []) {
    const path = relative(root, result.name).split(sep);
    const part = named(
      parts,
      path.length > 1 ? path.slice(0, path[0] === 'libs' || path[0] === 'apps' ? 2 : 1).join('/') : 'root',
    );
    for (const { status } of result.assertionResults) {
      if (status === 'passed') part.passed += 1;
      else if (status === 'failed') part.failed += 1;
      else part.skipped += 1;
    }
    if (result.status === 'failed' && !result.assertionResults.some(({ status }) => status === 'failed'))
      part.failed += 1;
  }
  return withExitCode([...parts.values()], 'vitest', exitCode);
}

/**
 * The parts of a Playwright run, one per project (pairing of browsers), from its JSON report.
 *
 * @param {string} file @param {number} exitCode @returns {Part[]}
 */
export function readPlaywright(file, exitCode) {
  /** @typedef {{ title: string, tests: { projectName: string, status: string }[] }} Spec */
  /** @typedef {{ specs?: Spec[], suites?: Suite[] }} Suite */
  const report = /** @type {{ suites: Suite[] } | null} */ (readReport(file));
  /** @type {Map<string, Part>} */
  const parts = new Map();
  /** @param {Suite} suite */
  const read = (suite) => {
    for (const { title, tests } of suite.specs ?? []) {
      for (const { projectName, status } of tests) {
        const part = named(parts, `e2e ${projectName}`);
        if (status === 'expected') part.passed += 1;
        else if (status === 'skipped') part.skipped += 1;
        else if (status === 'flaky') {
          part.passed += 1;
          part.second = [...(part.second ?? []), title];
        } else part.failed += 1;
      }
    }
    suite.suites?.forEach(read);
  };
  report?.suites.forEach(read);
  return withExitCode([...parts.values()], 'e2e', exitCode);
}

/** All parts added up. @param {readonly Part[]} parts @returns {Part} */
export function total(parts) {
  const all = { name: 'total', passed: 0, failed: 0, skipped: 0 };
  for (const part of parts) {
    all.passed += part.passed;
    all.failed += part.failed;
    all.skipped += part.skipped;
  }
  return all;
}

/**
 * The end of a test run as text: a line per part, the total, which browsers ran and which were not to be had.
 *
 * @param {readonly Part[]} parts @param {Browsers} browsers @returns {string}
 */
export function summary(parts, browsers) {
  const rows = [...parts, total(parts)];
  const width = Math.max(...rows.map(({ name }) => name.length));
  const lines = rows.map(
    ({ name, passed, failed, skipped }) =>
      `${name.padEnd(width)}  ${passed} passed, ${failed} failed, ${skipped} skipped`,
  );
  const second = parts.flatMap(({ name, second = [] }) => second.map((title) => `${name}: ${title}`));
  // A browser ran if a test of a pairing it is in came to an end.
  const ran = Object.entries(browsers.found).filter(([name]) =>
    parts.some((part) => part.passed + part.failed > 0 && part.name.startsWith('e2e ') && part.name.includes(name)),
  );
  const idle = Object.keys(browsers.found).filter((name) => !ran.some(([other]) => other === name));
  const missing = [
    ...Object.entries(browsers.missing).map(([name, why]) => `${name} (${why})`),
    ...idle.map((name) => `${name} (found, but no test with it ran)`),
  ];
  return [
    ...lines,
    ...(second.length > 0 ? ['', 'Passed on the second attempt only:', ...second] : []),
    '',
    `Browsers that ran: ${ran.map(([, { version, path }]) => `${version} (${path})`).join('; ') || 'none'}`,
    `Not to be had: ${missing.join('; ') || 'none'}`,
  ].join('\n');
}

/** @param {Map<string, Part>} parts @param {string} name @returns {Part} */
function named(parts, name) {
  const part = parts.get(name) ?? { name, passed: 0, failed: 0, skipped: 0 };
  parts.set(name, part);
  return part;
}

/** @param {string} file @returns {unknown} */
function readReport(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null;
}

/** @param {Part[]} parts @param {string} name @param {number} exitCode @returns {Part[]} */
function withExitCode(parts, name, exitCode) {
  const explained = exitCode === 0 ? parts.length > 0 : parts.some(({ failed }) => failed > 0);
  return explained
    ? parts
    : [...parts, { name: `${name} (ended with code ${exitCode})`, passed: 0, failed: 1, skipped: 0 }];
}
