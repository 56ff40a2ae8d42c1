import { table } from './table.ts';

/** What came of one row. */
export interface Result {
  readonly number: number;
  readonly outcome: 'passed' | 'failed' | 'not run';
  /** What was measured, for people; never what decided. */
  readonly figures: readonly string[];
}

/** The parts of vitest's and Playwright's JSON reports that are read here. */
export interface VitestReport {
  testResults: { assertionResults: { title: string; status: string; meta?: { figure?: string } }[] }[];
}
export interface PlaywrightReport {
  suites: Suite[];
}
interface Suite {
  specs?: {
    title: string;
    tests: { status: string; annotations: { type: string; description?: string }[] }[];
  }[];
  suites?: Suite[];
}

/** What came of every row of the table. A row passed if it ran, and every run of it passed. */
export function resultsOf(vitest: VitestReport | null, playwright: PlaywrightReport | null): Result[] {
  const runs = [...runsOfVitest(vitest), ...(playwright?.suites ?? []).flatMap(runsOfSuite)];
  return table.map(({ number }) => {
    const own = runs.filter(({ title }) => title.startsWith(`row ${number}: `));
    const outcome = own.length === 0 ? 'not run' : own.every(({ passed }) => passed) ? 'passed' : 'failed';
    return { number, outcome, figures: own.flatMap(({ figures }) => figures) };
  });
}

/** One line per row, its figures below it. */
export function printed(results: readonly Result[]): string {
  const lines = results.flatMap(({ number, outcome, figures }) => {
    const name = table.find((row) => row.number === number)?.name ?? '';
    return [
      `row ${String(number).padStart(2)}  ${outcome.padEnd(7)}  ${name}`,
      ...figures.map((one) => `          ${one}`),
    ];
  });
  const passed = results.filter(({ outcome }) => outcome === 'passed').length;
  return [...lines, '', `${passed} of ${results.length} rows passed`].join('\n');
}

interface Run {
  title: string;
  passed: boolean;
  figures: string[];
}

function runsOfVitest(report: VitestReport | null): Run[] {
  return (report?.testResults ?? [])
    .flatMap(({ assertionResults }) => assertionResults)
    .map(({ title, status, meta }) => ({
      title,
      passed: status === 'passed',
      figures: meta?.figure === undefined ? [] : [meta.figure],
    }));
}

function runsOfSuite({ specs = [], suites = [] }: Suite): Run[] {
  const own = specs.flatMap(({ title, tests }) =>
    tests.map(({ status, annotations }) => ({
      title,
      passed: status === 'expected',
      figures: annotations.flatMap(({ type, description }) =>
        type === 'figure' && description !== undefined ? [description] : [],
      ),
    })),
  );
  return [...own, ...suites.flatMap(runsOfSuite)];
}
