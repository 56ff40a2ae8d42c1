import type { Outcome, Recovery } from './run.ts';

/** A run as text: a line for each kind of cut with how long it was felt, then everything that must not be. */
export function reportOf({ recoveries, violations, gone, written, ms }: Outcome): string {
  const names = [...new Set(recoveries.map(({ name }) => name))].sort();
  const rows = [...names, ALL].map((name) => rowOf(name, recoveries));
  const lines = [HEAD, ...rows];
  const widths = HEAD.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  const table = lines.map((line) =>
    line
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  '),
  );
  const total = written.host + written.guest;
  const messages = `${total} messages (host ${written.host}, guest ${written.guest})`;
  return [
    `From a cut's end to the first message that was written after it and shown by the other page, in ms; "both ways": until`,
    'one of each side was. A cut that the next one overtook counts, and is not measured.',
    '',
    ...table,
    '',
    `${recoveries.length} cuts, ${messages}, ${(ms / 60_000).toFixed(1)} minutes, ${gone} gone with their pages, ${violations.length} violations`,
    ...violations.slice(0, MOST_PRINTED).map((sentence) => `\nVIOLATION: ${sentence}`),
  ].join('\n');
}

/** The value that `part` of all are not above (nearest rank). Null where there are none. */
export function quantile(values: readonly number[], part: number): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)] ?? null;
}

const ALL = 'all';
const HEAD = ['cut', 'count', 'measured', 'median', 'p95', 'max', 'both ways: median', 'p95', 'max'];
const MOST_PRINTED = 50;

function rowOf(name: string, recoveries: readonly Recovery[]): string[] {
  const of = recoveries.filter((recovery) => name === ALL || recovery.name === name);
  const next = of.map(({ nextMs }) => nextMs).filter((ms) => ms !== null);
  const both = of.map(({ bothMs }) => bothMs).filter((ms) => ms !== null);
  const figures = [next, both].flatMap((times) => [0.5, 0.95, 1].map((part) => printed(quantile(times, part))));
  return [name, String(of.length), String(next.length), ...figures];
}

const printed = (ms: number | null): string => (ms === null ? '–' : String(Math.round(ms)));
