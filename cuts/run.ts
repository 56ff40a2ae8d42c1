import { setTimeout as pause } from 'node:timers/promises';

import { comeIn, Guest, Host } from '../e2e/people.ts';
import { happens } from './faults.ts';
import { Ledger } from './ledger.ts';
import { Person } from './person.ts';
import type { Place } from './place.ts';
import { detailsOf, nameOf, otherSide, SIDES, type Cut, type Side } from './plan.ts';
import { createRandom } from './random.ts';

/** How long a cut was felt: from its end to messages that were written after it. Null where the next cut came first. */
export interface Recovery {
  readonly name: string;
  /** Until the first of them was shown by the other page, in ms. */
  readonly nextMs: number | null;
  /** Until one of each side was, in ms. */
  readonly bothMs: number | null;
}

/** What came of a run. */
export interface Outcome {
  readonly recoveries: readonly Recovery[];
  /** Everything that must not be, one sentence each. */
  readonly violations: readonly string[];
  /** Messages that went with their pages a moment after they were written, and were written again. */
  readonly gone: number;
  readonly written: Readonly<Record<Side, number>>;
  readonly ms: number;
}

/** Nothing delivered for so long is a stall. */
const STALL_MS = 90_000;
const LOOK_AGAIN_MS = 20;
/** So many cuts are named where a stall is told. */
const LEADING = 5;
/** How far it is, is told after so many cuts. */
const TELL_EVERY = 25;

/**
 * Two people meet and talk while these cuts are made, and until both have written `messages` in all. Gives what was seen;
 * a conversation that stops is a violation too. `say` hears how far it is.
 */
export async function torture(
  place: Place,
  options: { plan: readonly Cut[]; seed: number; messages: number; say: (line: string) => void },
): Promise<Outcome> {
  const { plan, seed, messages, say } = options;
  const began = performance.now();
  const ledger = new Ledger();
  const arrive = (side: Side, offset: number): Promise<Person> =>
    Person.arrives(side, place.browsers[side], ledger, createRandom(seed + offset));
  const people = { host: await arrive('host', 1), guest: await arrive('guest', 2) };
  const story = { origin: place.origin, private: new Set<string>() };
  const host = new Host(people.host.page, story);
  await comeIn(host, new Guest(people.guest.page, story), await host.invites());

  const recoveries: Recovery[] = [];
  const stalls: string[] = [];
  /** So many violations were told already. */
  let toldOf = 0;
  const written = (): number => ledger.written('host') + ledger.written('guest');
  const everyone = SIDES.map((side) => people[side]);
  const talks = Promise.all(everyone.map((person) => person.talks()));

  try {
    // They talk until they are told to rest: before that, nothing but a failure comes of it.
    await Promise.race([play(), talks.then(() => new Promise<never>(() => undefined))]);
  } catch (error) {
    const words = await Promise.all(
      everyone.map(async (person) => `The ${person.side}'s page: ${await person.words()}`),
    );
    stalls.push([error instanceof Error ? error.message : String(error), ...words].join('\n'));
  }
  for (const person of everyone) person.rests();
  return {
    recoveries,
    violations: [...ledger.violations, ...stalls],
    gone: ledger.gone,
    written: { host: ledger.written('host'), guest: ledger.written('guest') },
    ms: performance.now() - began,
  };

  async function play(): Promise<void> {
    for (const [nth, cut] of plan.entries()) {
      await pause(cut.afterMs);
      const mark = await make(cut);
      const next = plan[nth + 1];
      if (next?.atOnce !== true) await goesOn(mark, leadTo(nth));
      recoveries.push({ name: nameOf(cut), ...timesSince(mark) });
      for (; toldOf < ledger.violations.length; toldOf += 1)
        say(`after ${leadTo(nth)}: ${ledger.violations[toldOf] ?? ''}`);
      if ((nth + 1) % TELL_EVERY === 0) await tell(nth + 1);
    }
    while (written() < messages) {
      const mark = markNow();
      await goesOn(mark, 'the last cut');
    }
    for (const person of everyone) person.rests();
    await talks;
    const rest = performance.now();
    while (!SIDES.every((side) => ledger.arrivedAt(side, ledger.written(side)) !== null)) {
      if (performance.now() - rest > STALL_MS) break;
      await pause(LOOK_AGAIN_MS);
    }
    await pause(LAST_MARKS_MS);
    ledger.finish({ host: await people.host.log(), guest: await people.guest.log() });
  }

  /** The cuts up to the nth, as far as they can have to do with it. */
  function leadTo(nth: number): string {
    const last = plan.slice(Math.max(0, nth + 1 - LEADING), nth + 1).map(detailsOf);
    return `cut ${nth + 1} (the last ones: ${last.join('; ')})`;
  }

  /** Makes a cut. Gives the moment of its end, and what must come after it. */
  async function make(cut: Cut): Promise<Mark> {
    let mark = markNow();
    await happens(cut, { place, people }, (at) => {
      mark = { ...markNow(), at };
      for (const person of everyone) person.hurries();
    });
    return mark;
  }

  function markNow(): Mark {
    return { at: performance.now(), next: { host: ledger.nextOf('host'), guest: ledger.nextOf('guest') } };
  }

  function timesSince({ at, next }: Mark): Pick<Recovery, 'nextMs' | 'bothMs'> {
    const times = SIDES.map((side) => ledger.arrivedAt(side, next[side])).map((time) => (time ?? Infinity) - at);
    const [first, last] = [Math.min(...times), Math.max(...times)];
    return { nextMs: first < Infinity ? first : null, bothMs: last < Infinity ? last : null };
  }

  /** Waits until both sides have what the other wrote after the mark. */
  async function goesOn(mark: Mark, what: string): Promise<void> {
    while (timesSince(mark).bothMs === null) {
      if (performance.now() - mark.at > STALL_MS) {
        const silent = SIDES.filter((side) => ledger.arrivedAt(side, mark.next[side]) === null);
        const ways = silent.map((side) => `from the ${side} to the ${otherSide(side)}`).join(' and ');
        throw new Error(`For ${STALL_MS / 1000} s after ${what} nothing was delivered ${ways}.`);
      }
      await pause(LOOK_AGAIN_MS);
    }
  }

  async function tell(done: number): Promise<void> {
    for (const person of everyone) ledger.looksAt(person.side, await person.log());
    const minutes = ((performance.now() - began) / 60_000).toFixed(1);
    say(
      `${done} of ${plan.length} cuts, ${written()} messages, ${minutes} minutes, ${ledger.violations.length} violations`,
    );
  }
}

/** A moment, and the numbers of the first messages that can be written after it. */
interface Mark {
  readonly at: number;
  readonly next: Readonly<Record<Side, number>>;
}

/** An acknowledgement takes its way after the message it speaks of. */
const LAST_MARKS_MS = 3_000;
