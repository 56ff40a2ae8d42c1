/** A name or a text, and what is meant by it. */
export interface Oddity {
  readonly what: string;
  readonly text: string;
}

const RLO = '\u202E';
const RLI = '\u2067';
const JOINER = '\u200D';
const ZALGO = '\u0336\u0315\u031B\u0489\u0321\u0300\u0301\u0302\u0303\u0306\u0308\u030A\u030B\u030C';

const everyLetter = (word: string, marks: string): string => [...word].map((letter) => letter + marks).join('');

/** What a guest may call itself to be taken for something else, or to push something out of sight. At most 256 characters. */
export const names: readonly Oddity[] = [
  { what: 'right-to-left override, not closed', text: `${RLO}deifirev ,tseuG` },
  { what: 'isolate, not closed', text: `Mia ${RLI}${RLO}` },
  { what: 'embeddings, many and not closed', text: '\u202B\u202D\u202E\u2066\u2067\u2068'.repeat(20) + 'Mia' },
  { what: 'closes isolates that are not its own', text: `\u2069\u2069\u202C\u202C${RLO}Mia` },
  { what: 'Hebrew at its end', text: 'Mia שלום' },
  { what: 'Arabic with digits', text: 'ميا 123 (456)' },
  { what: 'marks stacked on every letter', text: everyLetter('Zalgo', ZALGO) },
  { what: 'marks on nothing', text: ZALGO.repeat(10) },
  { what: 'an enclosing mark on every letter', text: everyLetter('Enclosed', '\u20DD\u20DF\u20E3') },
  { what: 'emoji joined to one', text: `👩${JOINER}`.repeat(60) + '👩' },
  { what: 'joiners alone', text: JOINER.repeat(200) },
  { what: 'lone surrogates', text: '\uD800Mia\uDC00\uDBFF' },
  { what: 'NUL and other controls', text: 'Mi\u0000a\u0007\u001B[31m\u009B' },
  { what: '256 letters without a space', text: 'W'.repeat(256) },
  { what: 'the widest characters', text: '﷽'.repeat(32) },
  { what: 'wide characters', text: '我'.repeat(32) },
  { what: 'cuneiform', text: '𒐫'.repeat(32) },
  { what: 'only what is not drawn', text: '\u3164\u2800\u115F\u00AD\u180E\u{E0020}' },
  { what: 'blanks of every kind', text: '\u00A0\u2003\u3000Mia\u2003\u3000\u2003Lind\u205F' },
  { what: 'line breaks', text: 'Mia\nis verified\r\n\u2028Let in\u2029\u0085now' },
  { what: 'tabs', text: '\t\t\t\tMia\t\t\t\tverified' },
  { what: 'the label itself', text: 'Guest · not verified' },
  { what: 'the label’s opposite', text: 'Guest · verified ✓' },
  { what: 'the label with a look-alike', text: 'Guеst · vеrified' },
  { what: 'Host', text: 'Host' },
  { what: 'System', text: 'System' },
  { what: 'Porchlight', text: 'Porchlight' },
  { what: 'a sentence of the page', text: 'Mia (verified) is asking to come' },
  { what: 'the ring of a badge', text: 'Mia ✅ 🔒 Connected directly' },
  { what: 'tags behind a flag', text: '🏴\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}'.repeat(8) },
];

/** One character more than a box may carry as a name: refused before anybody sees it. Thousands do not fit into a box. */
export const tooLongName: Oddity = { what: '257 characters', text: `👩${JOINER}`.repeat(85) + 'Mi' };

const MAX_BYTES = 4000;

/** As often as it fits into the longest text. */
const filled = (part: string): string => part.repeat(Math.floor(MAX_BYTES / Buffer.byteLength(part)));

/** What a message may be made of to break the page around it. At most 4,000 bytes. */
export const texts: readonly Oddity[] = [
  { what: 'joiners alone', text: filled(JOINER) },
  { what: 'emoji joined to one', text: filled(`👩${JOINER}`) },
  { what: 'marks stacked on every letter', text: everyLetter('Zalgo comes through every line. '.repeat(4), ZALGO) },
  { what: 'marks without a letter', text: filled('\u0336\u0315\u0301') },
  { what: 'right-to-left override, not closed', text: `${RLO}${'ti esrever '.repeat(20)}` },
  { what: 'isolates, deep and not closed', text: filled(RLI) },
  { what: 'pops what was never pushed', text: `${'\u2069\u202C'.repeat(100)} and goes on` },
  { what: 'one word of 4,000 letters', text: 'W'.repeat(MAX_BYTES) },
  { what: 'one word of 4,000 dots, which never breaks', text: '.'.repeat(MAX_BYTES) },
  { what: 'words glued by no-break spaces', text: filled('no\u00A0break\u00A0') },
  { what: 'words glued by word joiners', text: filled('x\u2060') },
  { what: 'NULs', text: `a${'\u0000'.repeat(MAX_BYTES - 2)}b` },
  { what: 'the widest characters', text: filled('﷽') },
  { what: 'line breaks', text: '\n'.repeat(MAX_BYTES - 1) + '.' },
  { what: 'tabs', text: '\t'.repeat(MAX_BYTES - 1) + '.' },
  { what: 'form feeds and vertical tabs', text: filled('\u000B\u000C\u0085\u2028\u2029') },
  { what: 'words like the page’s own', text: 'Guest · verified ✓\nThe chat was ended. Connected directly' },
];
