import { checks, type Check, type Finding, type Findings } from './checks.ts';
import { verdict, type VerdictName } from './verdict.ts';

/** Our words for what an examination is about, in the person's language. */
export interface DoctorWords {
  title: () => string;
  label: (check: Check) => string;
  finding: (check: Check, finding: Finding) => string;
  verdict: (name: VerdictName) => string;
}

/**
 * The examination as plain text, to be sent to someone who can help. Made of our own words alone, with the browser's name
 * and version: no address, host, URL, candidate, user name or credential has a way into it. What helps is told in the
 * person's language, who is to know what is sent; the names in brackets are the same in every language.
 */
export function reportOf(found: Findings, userAgent: string, words: DoctorWords): string {
  const { name } = verdict(found);
  const lines = checks.map(
    (check) => `[${check} ${found[check]}] ${words.label(check)}: ${words.finding(check, found[check])}`,
  );
  const head = [words.title(), browserWords(userAgent), `[${name}] ${words.verdict(name)}`];
  return [...head, '', ...lines, ''].join('\n');
}

/** "Firefox 140 on Android": names of this list and a number of at most three digits; the rest of a user agent stays here. */
export function browserWords(userAgent: string): string {
  const name = BROWSERS.find(([, pattern]) => pattern.test(userAgent));
  const system = SYSTEMS.find(([, pattern]) => pattern.test(userAgent));
  const version = name?.[1].exec(userAgent)?.[1] ?? '';
  return `${name === undefined ? 'Another browser' : `${name[0]} ${version}`} on ${system?.[0] ?? 'another system'}`;
}

// In this order: Edge and Samsung's say Chrome as well, and on iOS all of them say Safari.
const BROWSERS: readonly (readonly [string, RegExp])[] = [
  ['Edge', /\bEdg(?:A|iOS)?\/(\d{1,3})(?!\d)/],
  ['Samsung Internet', /\bSamsungBrowser\/(\d{1,3})(?!\d)/],
  ['Firefox', /\b(?:Firefox|FxiOS)\/(\d{1,3})(?!\d)/],
  ['Chrome', /\b(?:Chrome|CriOS)\/(\d{1,3})(?!\d)/],
  ['Safari', /\bVersion\/(\d{1,3})(?!\d).* Safari\//],
];

const SYSTEMS: readonly (readonly [string, RegExp])[] = [
  ['Android', /\bAndroid\b/],
  ['iOS', /\b(?:iPhone|iPad)\b/],
  ['Windows', /\bWindows\b/],
  ['macOS', /\bMacintosh\b/],
  ['Linux', /\bLinux\b/],
];
