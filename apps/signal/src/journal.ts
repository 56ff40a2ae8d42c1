import { pino } from 'pino';

import { failureLine } from './failure.ts';
import type { Invite } from './invites.ts';

/**
 * What a server tells of itself: one entry for each step of its life, or of an invite's. An entry holds no address of
 * anybody, no link, no name and no token; an invite's id is shortened when it is written.
 */
export type Entry =
  | { about: 'ready'; address: string }
  | { about: 'metrics'; address: string }
  | { about: 'invite'; inviteId: string; was: Invite['state'] | 'unknown'; is: Invite['state'] | 'forgotten' }
  | { about: 'stopping'; sockets: number }
  | { about: 'warning'; sentence: string }
  | { about: 'failure'; error: unknown };

/** Takes one entry. Never throws. */
export type Journal = (entry: Entry) => void;

/** Writes a sentence for each entry, for whoever looks on. */
export function inSentences(write: (line: string) => void): Journal {
  return (entry) => {
    write(`${sentenceOf(entry)}\n`);
  };
}

/** Writes a line of JSON for each entry, for programs: `level`, `time`, `about`, what else is known, and the sentence in `msg`. */
export function inJson(write: (line: string) => void): Journal {
  const log = pino(
    {
      base: { pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (level) => ({ level }) },
    },
    { write },
  );
  return (entry) => {
    log[LEVELS[entry.about]](fieldsOf(entry), sentenceOf(entry));
  };
}

/** Writes what comes within a moment at once, for to write is a call of the system. `flush` writes what there is, now. */
export function inBatches(write: (text: string) => void): { write: (line: string) => void; flush: () => void } {
  let lines = '';
  let timer: NodeJS.Timeout | undefined;
  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    if (lines !== '') write(lines);
    lines = '';
  };
  return {
    write(line) {
      lines += line;
      timer ??= setTimeout(flush, BATCH_MS);
    },
    flush,
  };
}

const BATCH_MS = 50;

const LEVELS = {
  ready: 'info',
  metrics: 'info',
  invite: 'info',
  stopping: 'info',
  warning: 'warn',
  failure: 'error',
} as const satisfies Record<Entry['about'], string>;

function fieldsOf(entry: Entry): object {
  switch (entry.about) {
    case 'invite':
      return { about: entry.about, invite: shortened(entry.inviteId), was: entry.was, is: entry.is };
    case 'warning':
    case 'failure': // The sentence holds all of it.
      return { about: entry.about };
    default:
      return entry;
  }
}

function sentenceOf(entry: Entry): string {
  switch (entry.about) {
    case 'ready':
      return `Porchlight is at ${entry.address}`;
    case 'metrics':
      return `Its figures are at ${entry.address}`;
    case 'invite':
      return `invite ${shortened(entry.inviteId)}: ${entry.was} → ${entry.is}`;
    case 'stopping':
      return entry.sockets === 0 ? 'Stopping.' : `Stopping; ${String(entry.sockets)} sockets move on.`;
    case 'warning':
      return `WARNING: ${entry.sentence}`;
    case 'failure':
      return failureLine(entry.error);
  }
}

/** Enough to follow one invite through the log, and too little to find it by. */
const shortened = (inviteId: string): string => inviteId.slice(0, 6);
