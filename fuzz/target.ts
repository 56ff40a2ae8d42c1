import fc from 'fast-check';

/** One call of the product on hostile input may take this long once warm, in milliseconds. */
const MAX_CALL_MS = 50;
/** A call over the limit gets this many tries in all: the fastest counts, so that a busy machine fails nothing. */
const TRIES = 3;
/** A found input is printed up to this length; the seed gives the whole of it. */
const MAX_PRINTED = 2000;

/** A reader of hostile input, and what it promises. */
export interface Promises<Input, Result> {
  readonly name: string;
  /** Inputs in one run. More than one run asks for with slow readers is a waste of the others' time. */
  readonly runs: number;
  /** Random values, the genuine ones, and mutations of them. */
  readonly inputs: fc.Arbitrary<Input>;
  /** A reader in its first state, ready for the one call that is measured. That call must not throw. */
  readonly prepare: (input: Input) => () => Result;
  /** Throws unless this is a declared result, and the right one. */
  readonly judge: (result: Result, input: Input) => void | Promise<void>;
  /** The most that a result may hold, in bytes and characters together. */
  readonly maxResult: (input: Input) => number;
}

/** What came of one run: how many inputs were tried, and the first that broke a promise, made as small as possible. */
export interface Outcome {
  readonly inputs: number;
  readonly failure: string | null;
}

/** A reader with its promises, whatever it reads. */
export interface Target {
  readonly name: string;
  /** Tries it. The same seed tries the same inputs. */
  run(seed: number): Promise<Outcome>;
}

/** Makes a target of promises. */
export function target<Input, Result>(promises: Promises<Input, Result>): Target {
  const { name, runs, inputs, prepare, judge, maxResult } = promises;
  const property = fc.asyncProperty(inputs, async (input) => {
    const { result, ms } = fastest(() => prepare(input));
    if (ms > MAX_CALL_MS) throw new Error(`took ${ms.toFixed(1)} ms, over ${MAX_CALL_MS} ms`);
    const held = weight(result);
    if (held > maxResult(input)) throw new Error(`gave ${held} bytes and characters, over ${maxResult(input)}`);
    await judge(result, input);
  });
  return {
    name,
    async run(seed) {
      const found = await fc.check(property, { seed, numRuns: runs });
      if (!found.failed) return { inputs: found.numRuns, failure: null };
      const why = found.errorInstance instanceof Error ? found.errorInstance.stack : String(found.errorInstance);
      return {
        inputs: found.numRuns,
        failure: `${name}, seed ${seed}: ${printed(found.counterexample)}\n${why ?? ''}`,
      };
    },
  };
}

function fastest<Result>(prepare: () => () => Result): { result: Result; ms: number } {
  let best = measured(prepare());
  for (let tries = 1; best.ms > MAX_CALL_MS && tries < TRIES; tries++) {
    const next = measured(prepare());
    if (next.ms < best.ms) best = next;
  }
  return best;
}

/** How long a call took, in ms. The time other processes had the machine in between is not its own. */
function measured<Result>(call: () => Result): { result: Result; ms: number } {
  const begun = process.hrtime.bigint();
  const before = process.cpuUsage();
  const result = call();
  const spent = process.cpuUsage(before);
  const passedMs = Number(process.hrtime.bigint() - begun) / 1e6;
  return { result, ms: Math.min(passedMs, (spent.user + spent.system) / 1000) };
}

/** Bytes and characters in a value, the names of its fields included. */
function weight(value: unknown): number {
  if (typeof value === 'string') return value.length;
  if (value instanceof Uint8Array) return value.length;
  if (typeof value !== 'object' || value === null) return 0;
  return Object.entries(value).reduce((sum, [name, part]) => sum + name.length + weight(part), 0);
}

// What cannot be seen must still be found in the report.
const INVISIBLE_OR_FOREIGN = /[^\x20-\x7e\n]/g;
const escaped = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;

function printed(input: unknown): string {
  try {
    const text = fc.stringify(input).replace(INVISIBLE_OR_FOREIGN, escaped);
    return text.length > MAX_PRINTED ? `${text.slice(0, MAX_PRINTED)}… (${text.length} characters)` : text;
  } catch {
    return 'an input too deep to print';
  }
}
