/*
 * What is wrong with the words in apps/web/messages: missing ones, ones that differ from the English in what they take, ones
 * that nobody says. docs/translating.md
 */

/**
 * A sentence as it stands in the files: one text, or one for each form.
 * @typedef {string | readonly [{ declarations: string[], selectors: string[], match: Record<string, string> }]} Sentence
 */
/** All sentences of a language, by key. @typedef {Readonly<Record<string, Sentence>>} Sentences */

/**
 * What keeps these sentences from standing in for the English ones, each as a line: a key too few or too many, other
 * parameters, a plural form that the language needs or does not have.
 *
 * @param {Sentences} english @param {Sentences} others @param {string} locale of the others
 * @returns {readonly string[]}
 */
export function misfits(english, others, locale) {
  const tooMany = Object.keys(others).filter((key) => !Object.hasOwn(english, key));
  const wrong = Object.entries(english).flatMap(([key, model]) => {
    const sentence = others[key];
    if (sentence === undefined) return [`${key} is missing`];
    return [...wrongTexts(model, sentence), ...wrongForms(model, sentence, locale)].map((why) => `${key}: ${why}`);
  });
  return [...tooMany.map((key) => `${key} is not an English key`), ...wrong];
}

/** Keys that no source names. @param {Iterable<string>} keys @param {readonly string[]} sources */
export function unused(keys, sources) {
  const named = new Set(sources.flatMap((source) => source.match(/\b[a-z]+(?:_[a-z0-9]+)+\b/g) ?? []));
  return [...keys].filter((key) => !named.has(key));
}

/** @param {Sentence} model @param {Sentence} sentence */
function wrongTexts(model, sentence) {
  const wanted = parametersOf(model);
  const has = parametersOf(sentence);
  return [
    ...textsOf(sentence)
      .filter((text) => text.trim() === '')
      .map(() => 'says nothing'),
    ...[...wanted].filter((name) => !has.has(name)).map((name) => `does not say {${name}}`),
    ...[...has].filter((name) => !wanted.has(name)).map((name) => `nobody gives it {${name}}`),
  ];
}

/** @param {Sentence} model @param {Sentence} sentence @param {string} locale */
function wrongForms(model, sentence, locale) {
  if (typeof model === 'string') return typeof sentence === 'string' ? [] : ['has forms, and the English one has none'];
  const valuesOf = (/** @type {string} */ selector) => {
    const plural = model[0].declarations.find(
      (text) => text.startsWith(`local ${selector} =`) && text.includes(': plural'),
    );
    if (plural === undefined) return new Set(formsOf(model).map((form) => form.get(selector) ?? '*'));
    const type = plural.includes('type=ordinal') ? 'ordinal' : 'cardinal';
    return new Set(new Intl.PluralRules(locale, { type }).resolvedOptions().pluralCategories);
  };
  const [{ selectors }] = model;
  const needed = selectors.reduce(
    (/** @type {Map<string, string>[]} */ forms, selector) =>
      forms.flatMap((form) => [...valuesOf(selector)].map((value) => new Map(form).set(selector, value))),
    [/** @type {Map<string, string>} */ (new Map())],
  );
  // A language with one form for every number may say so in one sentence.
  if (typeof sentence === 'string') return needed.length === 1 ? [] : ['has one form only'];

  const given = formsOf(sentence);
  const fits = (/** @type {Map<string, string>} */ form, /** @type {Map<string, string>} */ wanted) =>
    selectors.every((selector) => ['*', undefined, wanted.get(selector)].includes(form.get(selector)));
  const print = (/** @type {Map<string, string>} */ form) => [...form].map((part) => part.join('=')).join(', ');
  return [
    ...needed
      .filter((form) => !given.some((other) => fits(other, form)))
      .map((form) => `has no form for ${print(form)}`),
    ...given.filter((form) => !needed.some((other) => fits(form, other))).map((form) => `never needs ${print(form)}`),
  ];
}

/** @param {Exclude<Sentence, string>} sentence @returns {Map<string, string>[]} */
const formsOf = ([{ match }]) =>
  Object.keys(match).map(
    (form) => new Map(form.split(',').map((part) => /** @type {[string, string]} */ (part.trim().split('=')))),
  );

/** @param {Sentence} sentence @returns {readonly string[]} */
const textsOf = (sentence) => (typeof sentence === 'string' ? [sentence] : Object.values(sentence[0].match));

/** @param {Sentence} sentence @returns {Set<string>} */
const parametersOf = (sentence) =>
  new Set(textsOf(sentence).flatMap((text) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name)));
