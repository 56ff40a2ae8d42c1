import { MOST_DRAWN } from '../apps/web/src/lib/ui/log-window.ts';
import { otherSide, SIDES, type Side } from './plan.ts';
import { numberIn } from './texts.ts';

/** One message as a page draws it. `mine`: the person of this page wrote it. */
export interface Drawn {
  readonly mine: boolean;
  readonly text: string;
  readonly delivered: boolean;
}

/** What one page shows in the log that it has now: by writer, the numbers in it. `last` is null before the first of a part. */
type Log = Record<Side, { shown: Set<number>; last: number | null }>;

interface Book {
  /** Messages 1 to `written` were taken by the page of their writer, and no more than `offered` can have been. */
  offered: number;
  written: number;
  /** When message n was taken, at n - 1; ms on the caller's clock. */
  takenAt: number[];
  /** When the other page first showed message n, at n - 1; ms on the caller's clock. */
  readonly arrivedAt: number[];
  /** Shown as delivered before the other page was known to have them, and since when. */
  readonly promised: Map<number, number>;
  /** What this side's page shows. */
  log: Log;
}

/**
 * A page that has a message draws it within this time. It acknowledges one in the same task in which it draws it; what
 * the rest of the way to us may cost on a busy machine is this.
 */
const DRAWN_WITHIN_MS = 5_000;

/** A message is kept a few ms after it was written; that is shown before. Who leaves in between leaves it unsent. */
const LAST_MOMENT_MS = 250;

/**
 * Keeps account of one conversation: what either side wrote, and what the pages show of it. Whatever must never be is one
 * sentence in `violations`. Times are ms on the caller's clock.
 */
export class Ledger {
  readonly violations: string[] = [];
  /** So many messages went with their pages before they were kept. */
  gone = 0;
  readonly #books: Record<Side, Book> = { host: newBook(), guest: newBook() };

  /** How many messages this side wrote. */
  written(side: Side): number {
    return this.#books[side].written;
  }

  /** The number that the next message of this side cannot be below. */
  nextOf(side: Side): number {
    return this.#books[side].offered + 1;
  }

  /** When the other page first showed this message, or null while it has not. */
  arrivedAt(writer: Side, number: number): number | null {
    return this.#books[writer].arrivedAt[number - 1] ?? null;
  }

  /** The page of this side is about to be given so many more messages. */
  offers(side: Side, count: number): void {
    this.#books[side].offered = this.#books[side].written + count;
  }

  /** Of what it was offered it took so many. */
  took(side: Side, count: number, at: number): void {
    const book = this.#books[side];
    for (let taken = 0; taken < count; taken += 1) book.takenAt[book.written + taken] = at;
    book.written += count;
    book.offered = book.written;
  }

  /**
   * A page that was asked to go at `leftAt` is back, and the last own message in its log is this one. What was written in
   * the last moment before may have gone with the page, like something that was not sent yet; it is written again.
   */
  cameBack(side: Side, last: number, leftAt: number): void {
    const book = this.#books[side];
    while (
      book.written > last &&
      book.arrivedAt[book.written - 1] === undefined &&
      (book.takenAt[book.written - 1] ?? 0) > leftAt - LAST_MOMENT_MS
    ) {
      book.written -= 1;
      book.promised.delete(book.written + 1);
      this.gone += 1;
    }
    book.offered = book.written;
  }

  /** This page draws a log anew, with these messages in it, as after a reload. */
  drewLog(side: Side, messages: readonly Drawn[], at: number): void {
    // A long one is not drawn whole. A short one begins with the first message of each, which may still be to come.
    const last = messages.length < MOST_DRAWN ? 0 : null;
    this.#books[side].log = { host: newPart(last), guest: newPart(last) };
    this.drew(side, messages, at);
  }

  /** This page draws these messages below those that it shows. */
  drew(side: Side, messages: readonly Drawn[], at: number): void {
    for (const message of messages) {
      const writer = message.mine ? side : otherSide(side);
      const number = this.#numberOf(side, writer, message.text);
      if (number === null) continue;
      this.#follows(side, writer, number);
      if (!message.mine) this.#arrived(writer, number, at);
      else if (message.delivered) this.marked(side, message.text, at);
    }
  }

  /** This page shows one of its own messages as delivered. */
  marked(side: Side, text: string, at: number): void {
    const number = this.#numberOf(side, side, text);
    const { arrivedAt, promised } = this.#books[side];
    if (number === null || arrivedAt[number - 1] !== undefined || promised.has(number)) return;
    promised.set(number, at);
  }

  /** The end: everything must be there. `logs`: all that each page shows now, from the top. */
  finish(logs: Readonly<Record<Side, readonly Drawn[]>>): void {
    for (const side of SIDES) {
      const { written, arrivedAt, promised } = this.#books[side];
      const missing = numbers(written).filter((number) => arrivedAt[number - 1] === undefined);
      if (missing.length > 0) this.#say(`${ofWriter(side, missing)} never came to the ${otherSide(side)}.`);
      for (const number of promised.keys())
        this.#say(`${ofWriter(side, [number])} is shown as delivered, and the ${otherSide(side)}'s page never had it.`);
      this.looksAt(side, logs[side]);
      this.#endsWell(side, logs[side]);
    }
  }

  /** Looks at everything that a page shows now, from the top, without the pages' own word on what came when. */
  looksAt(side: Side, log: readonly Drawn[]): void {
    for (const writer of SIDES) {
      const found = log.filter(({ mine }) => mine === (writer === side)).map(({ text }) => numberIn(writer, text));
      const wrong = found.findIndex((number, place) => place > 0 && number !== (found[place - 1] ?? 0) + 1);
      if (wrong > 0) {
        const place = `${found[wrong] ?? 'something else'} below ${found[wrong - 1] ?? 'something else'}`;
        this.#say(`The ${side}'s log has, of the ${writer}'s messages, ${place}.`);
      }
    }
  }

  #endsWell(side: Side, log: readonly Drawn[]): void {
    for (const writer of SIDES) {
      const { written } = this.#books[writer];
      if (written === 0) continue;
      const all = log.filter(({ mine }) => mine === (writer === side)).map(({ text }) => numberIn(writer, text));
      if (all.at(-1) !== written) this.#say(`The ${side}'s log does not end with ${ofWriter(writer, [written])}.`);
      // A longer one is not drawn whole.
      if (log.length < MOST_DRAWN && all[0] !== 1)
        this.#say(`The ${side}'s log does not begin with ${ofWriter(writer, [1])}.`);
    }
    const open = log.filter(({ mine, delivered }) => mine && !delivered).map(({ text }) => numberIn(side, text) ?? 0);
    if (open.length > 0) this.#say(`${ofWriter(side, open)} came to rest without being shown as delivered.`);
  }

  #numberOf(side: Side, writer: Side, text: string): number | null {
    const number = numberIn(writer, text);
    if (number !== null && number <= this.#books[writer].offered) return number;
    this.#say(`The ${side}'s page shows “${text.slice(0, 40)}”, which the ${writer} never wrote.`);
    return null;
  }

  /** In one log every number follows the one before it. */
  #follows(side: Side, writer: Side, number: number): void {
    const log = this.#books[side].log[writer];
    const message = ofWriter(writer, [number]);
    if (log.shown.has(number)) this.#say(`The ${side}'s page shows ${message} twice.`);
    else if (log.last !== null && number <= log.last)
      this.#say(`The ${side}'s page shows ${message} again or too late: it had come to ${log.last}.`);
    else if (log.last !== null && number > log.last + 1)
      this.#say(`The ${side}'s page shows ${message} where ${log.last + 1} is due.`);
    log.shown.add(number);
    log.last = Math.max(log.last ?? 0, number);
  }

  #arrived(writer: Side, number: number, at: number): void {
    const { arrivedAt, promised } = this.#books[writer];
    arrivedAt[number - 1] ??= at;
    const since = promised.get(number);
    promised.delete(number);
    if (since !== undefined && at - since > DRAWN_WITHIN_MS) {
      const ms = Math.round(at - since);
      this.#say(`${ofWriter(writer, [number])} was shown as delivered ${ms} ms before the other page had it.`);
    }
  }

  #say(sentence: string): void {
    this.violations.push(sentence.replace(/^./, (letter) => letter.toUpperCase()));
  }
}

const newPart = (last: number | null): Log[Side] => ({ shown: new Set(), last });

const newBook = (): Book => ({
  offered: 0,
  written: 0,
  takenAt: [],
  arrivedAt: [],
  promised: new Map(),
  log: { host: newPart(0), guest: newPart(0) },
});

const numbers = (count: number): number[] => Array.from({ length: count }, (_, place) => place + 1);

/** E.g. `the host's 17`, `the host's 17, 18, 19 and 40 more`. */
function ofWriter(writer: Side, numbers: readonly number[]): string {
  const named = numbers.slice(0, 3).join(', ');
  return `the ${writer}'s ${named}${numbers.length > 3 ? ` and ${numbers.length - 3} more` : ''}`;
}
