import { expect, it } from 'vitest';

import { printed, resultsOf } from './results.ts';
import { table, title } from './table.ts';

const vitest = (...runs: [number, string][]) => ({
  testResults: [
    { assertionResults: runs.map(([row, status]) => ({ title: title(row), status, meta: { figure: 'n' } })) },
  ],
});
const playwright = (row: number, status: string) => ({
  suites: [{ suites: [{ specs: [{ title: title(row), tests: [{ status, annotations: [] }] }] }] }],
});
const outcome = (results: ReturnType<typeof resultsOf>, row: number) => results[row - 1]?.outcome;

it('has 26 rows, numbered in order', () => {
  expect(table.map(({ number }) => number)).toEqual(Array.from({ length: 26 }, (_, at) => at + 1));
});

it('takes a row for passed only if it ran and nothing of it failed', () => {
  const results = resultsOf(vitest([1, 'passed'], [2, 'failed'], [3, 'skipped']), playwright(15, 'expected'));
  expect([1, 2, 3, 4, 15].map((row) => outcome(results, row))).toEqual([
    'passed',
    'failed',
    'failed',
    'not run',
    'passed',
  ]);
  expect(outcome(resultsOf(null, playwright(15, 'flaky')), 15)).toBe('failed');
  expect(outcome(resultsOf(null, null), 1)).toBe('not run');
});

it('does not take row 12 for row 1', () => {
  expect(outcome(resultsOf(vitest([12, 'passed']), null), 1)).toBe('not run');
});

it('prints every row, and how many passed', () => {
  const text = printed(resultsOf(vitest([1, 'passed']), null));
  expect(text.match(/^row /gm)).toHaveLength(26);
  expect(text).toMatch(/1 of 26 rows passed$/);
});
