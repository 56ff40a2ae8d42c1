// Makes the emoji that people pick from small enough to be loaded when they are first wanted: of emojibase-data only what
// the picker shows and searches.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/**
 * An emoji: its group in emojibase, the sign, its name, words to find it by, and the sign in five skin tones or nothing.
 * @typedef {[group: number, sign: string, name: string, words: string, ...tones: string[]]} Row
 */

/**
 * @typedef {object} Source of emojibase-data, as far as it is read here
 * @property {string} emoji
 * @property {string} label
 * @property {number} [group]
 * @property {number} [order]
 * @property {number} version
 * @property {string[]} [tags]
 * @property {{ emoji: string, tone: number | number[] }[]} [skins]
 */

/** Parts of emoji, which nobody sends. */
const COMPONENTS = 2;
/** What came later is a blank box on too many devices still. */
const NEWEST_VERSION = 15.1;

/** @param {readonly Source[]} source @returns {Row[]} in the order of emojibase */
function emojiRows(source) {
  return source
    .filter(({ group, version }) => group !== undefined && group !== COMPONENTS && version <= NEWEST_VERSION)
    .sort((a, b) => (a.order ?? 0) - (b.order ?? 0))
    .map(({ group = 0, emoji, label, tags = [], skins = [] }) => [
      ...[group, emoji, label, tags.join(' ')],
      ...skins.filter(({ tone }) => typeof tone === 'number').map((skin) => skin.emoji),
    ])
    .map((row) => /** @type {Row} */ (row));
}

const WANTED = /^emojibase-data\/[a-z]+\/data\.json\?emoji$/;
/** In front of what is made and no file, so that nobody else takes it for JSON. */
const MADE = '\0';

/** The Vite plugin behind `import('emojibase-data/…/data.json?emoji')`. @returns {import('vite').Plugin} */
export const emoji = () => ({
  name: 'porchlight-emoji',
  enforce: 'pre',
  resolveId: (source) => (WANTED.test(source) ? MADE + source.replace('.json?', '-') : null),
  load(id) {
    if (!id.startsWith(`${MADE}emojibase-data/`)) return null;
    const file = createRequire(import.meta.url).resolve(id.slice(MADE.length).replace('-emoji', '.json'));
    /** @type {Source[]} */
    const source = JSON.parse(readFileSync(file, 'utf8'));
    // As a text it is read faster than as a script.
    return `export default JSON.parse(${JSON.stringify(JSON.stringify(emojiRows(source)))});`;
  },
});
