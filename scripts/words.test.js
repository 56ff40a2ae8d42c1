import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { sasWords } from '../apps/web/src/lib/ui/sas-words.ts';
import { EMOJI } from '../libs/channel/src/sas.ts';
import { asScript, hardCoded } from './hard-coded.js';
import { at } from './places.js';
import { misfits, unused } from './wording.js';
import { languages, PARTS } from './words.js';

/** @typedef {import('./wording.js').Sentences} Sentences */

const WEB = at('apps', 'web');
const AREAS = Object.values(PARTS).flat();

/** @param {string} file @returns {Sentences} */
const read = (file) => /** @type {Sentences} */ (JSON.parse(readFileSync(join(WEB, 'messages', file), 'utf8')));

/** All sentences of a language. @param {string} locale */
const sentencesIn = (locale) =>
  Object.fromEntries(AREAS.flatMap((area) => Object.entries(read(`${locale}/${area}.json`))));

/** The source of the client by file, without its tests and without the words. */
const sources = new Map(
  globSync('src/**/*.{ts,svelte}', { cwd: WEB })
    .filter((file) => !/\.(?:test|d)\.ts$|lib\/words\//.test(file))
    .map((file) => [file, readFileSync(join(WEB, file), 'utf8')]),
);

const english = sentencesIn('en');
const others = languages().filter((locale) => locale !== 'en');

describe('the words', () => {
  it('are fourteen languages', () => {
    expect(languages()).toHaveLength(14);
  });

  it.each(others)('in %s are those of English, whole and in the forms of the language', (locale) => {
    expect(misfits(english, sentencesIn(locale), locale)).toEqual([]);
  });

  it('in English have the forms that English has', () => {
    expect(misfits(english, english, 'en')).toEqual([]);
  });

  it('stand each in the file that its key begins with', () => {
    for (const area of AREAS) {
      const strays = Object.keys(read(`en/${area}.json`)).filter((key) => !key.startsWith(`${area}_`));
      expect(strays).toEqual([]);
    }
  });

  it('are all said somewhere', () => {
    expect(unused(Object.keys(english), [...sources.values()])).toEqual([]);
  });

  it('that are said on the first pages are loaded with them', () => {
    const first = [
      'src/routes/+layout.ts',
      'src/routes/+error.svelte',
      'src/routes/+page.svelte',
      'src/routes/j/+page.svelte',
    ];
    const later = Object.keys(english).filter((key) => PARTS.later.some((area) => key.startsWith(`${area}_`)));
    const early = [...loadedWith(first)].flatMap((file) => {
      const unsaid = new Set(unused(later, [sources.get(file) ?? '']));
      return later.filter((key) => !unsaid.has(key)).map((key) => `${file} says ${key}`);
    });
    expect(early).toEqual([]);
  });
});

describe('the words of the comparison', () => {
  it('are there for every symbol', () => {
    expect(Object.keys(sasWords)).toEqual(EMOJI.map(({ symbol }) => symbol));
  });

  it('are in English those that the specification gives', () => {
    expect(Object.values(sasWords).map((key) => english[key])).toEqual(EMOJI.map(({ name }) => name));
  });

  it.each(languages())('are unlike each other in %s', (locale) => {
    const words = sentencesIn(locale);
    const said = Object.values(sasWords).flatMap((key) => {
      const word = words[key];
      return typeof word === 'string' ? [word.toLocaleLowerCase(locale)] : [];
    });
    expect(said.filter((word, place) => said.indexOf(word) < place)).toEqual([]);
  });
});

describe('the source', () => {
  // English in every language: what is shown when no words could be loaded, and names in a report for who helps.
  const allowed = new Set([
    '– Porchlight',
    'Porchlight',
    'This page could not be loaded. Check your connection and reload it.',
    'Another browser',
    'Samsung Internet',
  ]);

  it('holds no sentence that a person reads', () => {
    const found = [...sources].flatMap(([file, source]) =>
      hardCoded(file.endsWith('.svelte') ? source : asScript(source), allowed).map((text) => `${file}: ${text}`),
    );
    expect(found).toEqual([]);
  }, 60_000);
});

describe('a misfit', () => {
  const model = {
    a_plain: 'Let in',
    a_with: 'From {name}',
    a_many: forms({ one: 'One of {n}', other: '{n} of them' }),
  };
  const polish = forms({ one: '{n}', few: '{n}', many: '{n}', other: '{n}' });

  it.each([
    ['a missing key', { a_plain: 'Wpuść', a_with: '{name}' }, ['a_many is missing']],
    ['a key of its own', { ...model, a_many: polish, a_more: 'Więcej' }, ['a_more is not an English key']],
    ['an empty sentence', { ...model, a_many: polish, a_plain: ' ' }, ['a_plain: says nothing']],
    [
      'another parameter',
      { ...model, a_many: polish, a_with: 'Od {nick}' },
      ['a_with: does not say {name}', 'a_with: nobody gives it {nick}'],
    ],
    ['the forms of English', model, ['a_many: has no form for count=few', 'a_many: has no form for count=many']],
    ['one form for all', { ...model, a_many: '{n}' }, ['a_many: has one form only']],
    [
      'a form that the language does not have',
      { ...model, a_many: forms({ one: '{n}', few: '{n}', many: '{n}', other: '{n}', two: '{n}' }) },
      ['a_many: never needs count=two'],
    ],
    ['forms where English has one', { ...model, a_many: polish, a_plain: polish }, undefined],
  ])('is %s', (_, polishWords, expected) => {
    const found = misfits(model, polishWords, 'pl');
    if (expected === undefined) expect(found).not.toEqual([]);
    else expect(found).toEqual(expected);
  });

  it('is no form that stands for all, and no single sentence in a language with one form', () => {
    expect(misfits(model, { ...model, a_many: forms({ one: '{n}', '*': '{n}' }) }, 'pl')).toEqual([]);
    expect(misfits(model, { ...model, a_many: '{n}' }, 'ja')).toEqual([]);
  });

  it('is a key that nobody says', () => {
    expect(unused(['a_plain', 'a_with'], ['m().a_plain()', 'a_with_more'])).toEqual(['a_with']);
  });
});

describe('a hard-coded sentence is found', () => {
  it.each([
    ['in the text', '<p>Let in</p>', ['Let in']],
    ['in a label', '<button aria-label="Close">×</button>', ['Close']],
    ['in what a component is told', '<Field hint="Only you see it." />', ['Only you see it.']],
    ['in a choice in the text', '<p>{done ? "Copied" : label}</p>', ['Copied']],
    ['in an attribute made of parts', '<p title={`From ${name} to you`}></p>', ['From … to you']],
    ['in the script', asScript("const problem = 'The link could not be made.';"), ['The link could not be made.']],
    ['in a template', asScript('const words = `${n} of your guests`;'), ['… of your guests']],
  ])('%s', (_, source, expected) => {
    expect(hardCoded(source)).toEqual(expected);
  });

  it.each([
    ['names of classes, keys and icons', '<p class="Stack tight"><Icon name="close" />{key === "Enter" ? 1 : 2}</p>'],
    ['signs', '<p>· {name} – {n} / {m}</p>'],
    ['types', asScript("let other: 'Your guest' | 'The host';")],
    ['errors for developers', asScript("throw new RangeError('This is too much.'); console.warn('This is odd.');")],
    ['what is allowed', '<p>Porchlight</p>'],
  ])('but not %s', (_, source) => {
    expect(hardCoded(source, new Set(['Porchlight']))).toEqual([]);
  });
});

/** Files of the client that are loaded with these, by static imports. @param {readonly string[]} files */
function loadedWith(files) {
  const loaded = new Set(files);
  for (const file of loaded) {
    const imports = (sources.get(file) ?? '').matchAll(
      /^\s*(?:import|export)\s(?!type\b)(?:[^;'(]*?\sfrom\s)?'([#.][^']+)'/gm,
    );
    for (const [, name = ''] of imports) {
      const target = name.startsWith('#lib/') ? name.replace('#lib/', 'src/lib/') : join(dirname(file), name);
      if (sources.has(target)) loaded.add(target);
    }
  }
  return loaded;
}

/** A sentence in forms by the number n. @param {Record<string, string>} match @returns {import('./wording.js').Sentence} */
function forms(match) {
  const cases = Object.fromEntries(Object.entries(match).map(([form, text]) => [`count=${form}`, text]));
  return [{ declarations: ['input n', 'local count = n: plural'], selectors: ['count'], match: cases }];
}
