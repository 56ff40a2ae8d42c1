const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * A day as a person says it: "Today", "Yesterday", "Friday 20 November", and with its year when it is not this one's.
 * `at` and `now`: ms since epoch; the days are those of this browser's calendar, the words those of the language.
 */
export function dayWords(at: number, now: number, language: string): string {
  const ago = daysBetween(at, now);
  if (ago === 0 || ago === 1) {
    return capitalised(new Intl.RelativeTimeFormat(language, { numeric: 'auto' }).format(-ago, 'day'), language);
  }
  const isThisYear = new Date(at).getFullYear() === new Date(now).getFullYear();
  const year = isThisYear ? {} : ({ year: 'numeric' } as const);
  return new Intl.DateTimeFormat(language, { weekday: 'long', day: 'numeric', month: 'long', ...year }).format(at);
}

/** How long the day of this browser's calendar still lasts, in ms. */
export function restOfDayMs(now: number): number {
  const day = new Date(now);
  return new Date(day.getFullYear(), day.getMonth(), day.getDate() + 1).getTime() - now;
}

/** Rounded, because of the days on which clocks are changed. */
function daysBetween(at: number, now: number): number {
  const midnight = (time: number): number => new Date(time).setHours(0, 0, 0, 0);
  return Math.round((midnight(now) - midnight(at)) / DAY_MS);
}

const capitalised = (words: string, language: string): string => {
  const [first = '', ...rest] = words;
  return first.toLocaleUpperCase(language) + rest.join('');
};
