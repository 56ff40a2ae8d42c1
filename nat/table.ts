import type { Seen } from './outcome.ts';
import { nameOf, type Row } from './rows.ts';
import { pathOf, printed } from './rung.ts';

/** What the columns say. */
const HEAD = [
  'host – guest',
  'connected',
  'rung of host → guest',
  'ms from Let in to the first message',
  'packets between the two / to TURN',
] as const;

/** One line of the table; `seen` is null where the row came to no end. */
export function lineOf(row: Row, seen: Seen | null): readonly string[] {
  if (seen === null) return [nameOf(row), 'failed', '', '', ''];
  const { meeting, traffic } = seen;
  const packets = `${traffic.between} / ${traffic.turn}`;
  if (!meeting.connected) return [nameOf(row), 'no', '–', `told after ${meeting.ms}`, packets];
  const { host, guest } = meeting.standing;
  const ms = meeting.goesOnMs === null ? `${meeting.ms}` : `${meeting.ms}; ${meeting.goesOnMs} after the cut`;
  const path = pathOf(host.rung) === pathOf(guest.rung) ? pathOf(host.rung) : 'relay one way';
  return [nameOf(row), path, `${printed(host.rung)} → ${printed(guest.rung)}`, ms, packets];
}

/** The table for a terminal. */
export function aligned(lines: readonly (readonly string[])[]): string {
  const all = [HEAD, ...lines];
  const widths = HEAD.map((_, column) => Math.max(...all.map((line) => line[column]?.length ?? 0)));
  const cells = (line: readonly string[]): string[] => line.map((cell, column) => cell.padEnd(widths[column] ?? 0));
  return all.map((line) => cells(line).join('  ').trimEnd()).join('\n');
}

/** The table for a page. */
export function asMarkdown(lines: readonly (readonly string[])[]): string {
  const rule = HEAD.map((_, column) => (column === 3 ? '---:' : '---'));
  return [HEAD, rule, ...lines].map((line) => `| ${line.join(' | ')} |`).join('\n');
}
