import { locale } from '#lib/words/words.svelte.ts';

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

type Unit = 'second' | 'minute' | 'hour' | 'day';

const lengths: readonly (readonly [Unit, number])[] = [
  ['day', DAY_MS],
  ['hour', HOUR_MS],
  ['minute', MINUTE_MS],
  ['second', SECOND_MS],
];

/** A number of units in words, in the language in force: "7 days". */
export function inUnits(count: number, unit: Unit): string {
  return new Intl.NumberFormat(locale(), { style: 'unit', unit, unitDisplay: 'long' }).format(count);
}

/**
 * What is left of a time, in ms, in the largest unit of which there are two: "3 days", "47 hours", "59 minutes",
 * "12 seconds". Rounded down, so that nothing works shorter than was said; never below "0 seconds".
 */
export function timeLeft(ms: number): string {
  const [unit, length] = lengths.find(([, length]) => ms >= 2 * length) ?? (['second', SECOND_MS] as const);
  return inUnits(Math.max(0, Math.floor(ms / length)), unit);
}
