import { region } from '#lib/words/words.svelte.ts';

/** Locale and time zone, both the person's own unless a test fixes them. */
export interface Place {
  locale?: string;
  timeZone?: string;
}

const HOURS = { hour: 'numeric', minute: '2-digit' } as const;
const DAY = { weekday: 'short', day: 'numeric', month: 'short' } as const;

/** The time of day, such as "18:20" or "6:20 PM". `at`: ms since epoch. */
export function timeOfDay(at: number, place: Place = {}): string {
  return format(HOURS, place).format(at);
}

/** A coming moment as a person says it: "18:20" today, "Mon 23 Nov, 18:20" on any other day. Both in ms since epoch. */
export function whenComing(at: number, now: number, place: Place = {}): string {
  const day = format(DAY, place);
  return day.format(at) === day.format(now) ? timeOfDay(at, place) : format({ ...DAY, ...HOURS }, place).format(at);
}

/** Each made once: making one costs more than a whole message. */
const made = new Map<string, Intl.DateTimeFormat>();

function format(parts: Intl.DateTimeFormatOptions, { locale = region(), timeZone }: Place): Intl.DateTimeFormat {
  const key = [locale, timeZone, ...Object.keys(parts)].join(' ');
  const known = made.get(key) ?? new Intl.DateTimeFormat(locale, { ...parts, ...(timeZone && { timeZone }) });
  made.set(key, known);
  return known;
}
