/** Locale and time zone, both the person's own unless a test fixes them. */
export interface Place {
  locale?: string;
  timeZone?: string;
}

const HOURS = { hour: 'numeric', minute: '2-digit' } as const;

/** Made once: making one costs more than a whole message. */
const ownHours = new Intl.DateTimeFormat(undefined, HOURS);

/** The time of day, such as "18:20" or "6:20 PM". `at`: ms since epoch. */
export function timeOfDay(at: number, { locale, timeZone }: Place = {}): string {
  if (locale === undefined && timeZone === undefined) return ownHours.format(at);
  return new Intl.DateTimeFormat(locale, { ...HOURS, ...zone(timeZone) }).format(at);
}

/** A coming moment as a person says it: "18:20" today, "Mon 23 Nov, 18:20" on any other day. Both in ms since epoch. */
export function whenComing(at: number, now: number, place: Place = {}): string {
  const time = timeOfDay(at, place);
  const day = dayFormat(place);
  return day.format(at) === day.format(now) ? time : `${day.format(at)}, ${time}`;
}

function dayFormat({ timeZone }: Place): Intl.DateTimeFormat {
  // The words of the page are English, so the day is too; only the way to write the hour is the person's own.
  return new Intl.DateTimeFormat('en-GB', { weekday: 'short', day: 'numeric', month: 'short', ...zone(timeZone) });
}

function zone(timeZone: string | undefined): { timeZone?: string } {
  return timeZone === undefined ? {} : { timeZone };
}
