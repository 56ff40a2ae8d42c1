import { decodePunycode } from './punycode.ts';

/**
 * What a person should know before opening an address, the most telling first: something before an @ that looks like a
 * site · letters that look like others · letters of several scripts in one word · a number instead of a name · characters
 * that are not seen · not encrypted · longer than anyone reads.
 */
export const WARNINGS = [
  'user-info',
  'look-alike',
  'mixed-scripts',
  'ip-number',
  'hidden-characters',
  'not-https',
  'very-long',
] as const;
export type Warning = (typeof WARNINGS)[number];

/** An address as it would be opened. `before`, `host` and `after` joined are `href`. */
export interface Address {
  href: string;
  before: string;
  /** In ASCII, as it is asked for, with the port if it is not the usual one. */
  host: string;
  after: string;
  /** The host in its own letters, where ASCII does not show them; null for others. */
  inLetters: string | null;
  warnings: readonly Warning[];
}

/** Longer than an address that is meant to be looked at. */
const VERY_LONG = 500;

/** Reads an address as it was written, with `https://` in front if it has no scheme. Null for what is no web address. */
export function addressOf(written: string): Address | null {
  const url = parse(/^https?:\/\//i.test(written) ? written : `https://${written}`);
  if (url === null || !/^https?:$/.test(url.protocol) || url.hostname === '') return null;
  const { href, host, hostname } = url;
  // The host ends where the path begins, and a web address always has one. An empty query is in none of the URL's parts.
  const path = href.indexOf('/', `${url.protocol}//`.length);
  const labels = hostname.split('.').map(inItsLetters);
  const inLetters = labels.join('.');
  const isNumber = /^(?:\[.*\]|\d+(?:\.\d+){3})$/.test(hostname);
  const found: Readonly<Record<Warning, boolean>> = {
    'user-info': url.username !== '' || url.password !== '',
    'look-alike': labels.some((label) => looksLikeAnother(label, labels.at(-1) ?? '')),
    'mixed-scripts': labels.some(mixesScripts),
    'ip-number': isNumber,
    'hidden-characters': /[\p{Cf}\p{Cc}]/u.test(written),
    'not-https': url.protocol !== 'https:',
    'very-long': href.length > VERY_LONG,
  };
  return {
    href,
    before: href.slice(0, path - host.length),
    host,
    after: href.slice(path),
    inLetters: inLetters === hostname ? null : inLetters,
    warnings: WARNINGS.filter((warning) => found[warning]),
  };
}

function parse(address: string): URL | null {
  try {
    return new URL(address);
  } catch {
    return null;
  }
}

const inItsLetters = (label: string): string =>
  label.startsWith('xn--') ? (decodePunycode(label.slice('xn--'.length)) ?? label) : label;

/** Letters that can be taken for letters of ASCII. */
const TWINS = new Set(
  'аысԁеԍһіюјӏорԗԛѕԝхуъьҽпгѵѡкмнтвзб' + // Cyrillic
    'αβγεηικμνοπρστυχωϲϳ' + // Greek
    'օոսեհցքյզ' + // Armenian
    'ɑɡɩıȷʏʟᴀᴄᴏᴛᴠᴡᴢ', // Latin
);

/** A word of a name that is made of look-alikes, under an ending of ASCII: сосо.com, and not сосо.рф. */
function looksLikeAnother(label: string, ending: string): boolean {
  const letters = lettersOf(label);
  return isAscii(ending) && !isAscii(label) && letters.every((letter) => TWINS.has(letter) || /^[a-z]$/.test(letter));
}

const SCRIPTS = [
  ...['Latin', 'Cyrillic', 'Greek', 'Armenian', 'Hebrew', 'Arabic', 'Devanagari', 'Bengali', 'Thai', 'Georgian'],
  ...['Han', 'Hiragana', 'Katakana', 'Hangul', 'Bopomofo'],
].map((name) => ({ name, has: new RegExp(`\\p{Script=${name}}`, 'u') }));

/** Scripts that are written together. Unicode Technical Standard 39, 5.2, "highly restrictive". */
const TOGETHER = [
  ['Latin', 'Han', 'Hiragana', 'Katakana'],
  ['Latin', 'Han', 'Hangul'],
  ['Latin', 'Han', 'Bopomofo'],
];

function mixesScripts(label: string): boolean {
  const scripts = [...new Set(lettersOf(label).map(scriptOf))];
  return scripts.length > 1 && !TOGETHER.some((together) => scripts.every((script) => together.includes(script)));
}

const scriptOf = (letter: string): string => SCRIPTS.find(({ has }) => has.test(letter))?.name ?? 'another';

/** Without those that belong to all scripts. */
const lettersOf = (label: string): string[] => label.match(/(?!\p{Script=Common}|\p{Script=Inherited})\p{L}/gu) ?? [];

// eslint-disable-next-line no-control-regex -- ASCII begins with its controls
const isAscii = (text: string): boolean => /^[\x00-\x7f]*$/.test(text);
