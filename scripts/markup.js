import { parseSync, Visitor } from 'vite';

/** Elements by name, and of each its attributes with what may stand in them. @typedef {Readonly<Record<string, Readonly<Record<string, RegExp>>>>} Allowed */

const ANY = /^/;
/** A path on this origin. No second slash in front: that would be the name of a host. */
const PATH = /^\.?\/(?!\/)[\w./-]*$/;

/** All that our pages are made of. @type {Allowed} */
export const PAGE = {
  html: { lang: ANY },
  head: {},
  meta: {
    charset: /^utf-8$/,
    name: /^(?:color-scheme|referrer|theme-color|viewport)$/,
    'http-equiv': /^content-security-policy$/,
    content: ANY,
    media: ANY,
  },
  link: { rel: /^(?:apple-touch-icon|icon|manifest|modulepreload|stylesheet)$/, href: PATH, type: /^image\/svg\+xml$/ },
  title: {},
  body: {},
  div: { id: /^app$/ },
  script: {},
};

/** What an element of a template may have, whichever it is. A style attribute is checked by its hash. */
const COMMON = {
  'aria-atomic': ANY,
  'aria-hidden': ANY,
  'aria-label': ANY,
  'aria-live': ANY,
  'aria-relevant': ANY,
  class: ANY,
  dir: ANY,
  id: ANY,
  role: ANY,
  tabindex: ANY,
};
const TYPED_INTO = { autocapitalize: ANY, autocomplete: ANY, enterkeyhint: ANY, placeholder: ANY, readonly: ANY };

/** All that the templates of our components, and of SvelteKit, are made of. @type {Allowed} */
export const TEMPLATE = {
  a: {
    ...COMMON,
    href: PATH,
    'data-sveltekit-reload': ANY,
    // The link that a person chose to open (LinkDialog): its address is no part of a template.
    target: /^_blank$/,
    rel: /^noopener noreferrer$/,
    referrerpolicy: /^no-referrer$/,
  },
  bdi: COMMON,
  button: { ...COMMON, 'aria-haspopup': ANY, type: /^button$/ },
  details: COMMON,
  dialog: { ...COMMON, closedby: ANY },
  div: COMMON,
  fieldset: COMMON,
  form: COMMON,
  h1: COMMON,
  h2: COMMON,
  header: COMMON,
  input: { ...COMMON, ...TYPED_INTO, spellcheck: ANY, type: /^(?:checkbox|radio|search)$/ },
  label: COMMON,
  legend: COMMON,
  li: COMMON,
  main: COMMON,
  meta: { name: /^description$/, content: ANY },
  nav: COMMON,
  ol: COMMON,
  option: { ...COMMON, lang: ANY },
  p: COMMON,
  path: { ...COMMON, d: ANY },
  section: COMMON,
  select: COMMON,
  span: COMMON,
  strong: COMMON,
  summary: COMMON,
  svg: { ...COMMON, viewBox: ANY, 'shape-rendering': ANY },
  textarea: { ...COMMON, ...TYPED_INTO, rows: ANY },
  time: COMMON,
  ul: COMMON,
};

const DRAWN = { fill: ANY, opacity: ANY, stroke: ANY, 'stroke-width': ANY, 'stroke-linecap': ANY };

/** All that our pictures are made of. @type {Allowed} */
export const PICTURE = {
  svg: { xmlns: /^http:\/\/www\.w3\.org\/2000\/svg$/, viewBox: ANY },
  circle: { ...DRAWN, cx: ANY, cy: ANY, r: ANY },
  path: { ...DRAWN, d: ANY },
};

/**
 * @typedef {object} Tag
 * @property {string} element
 * @property {ReadonlyMap<string, string>} attributes as they are written
 * @property {string} text what stands inside, of an element that has text only
 */

/** Between two start tags: text, the end of an element, the doctype, and the places that Svelte fills. */
const BETWEEN = /(?:[^<]|<\/[a-z][a-z0-9]*>|<!doctype html>|<!>|<!---->)*/y;
const START = /<([a-z][a-z0-9]*)((?:\s+[^\s"'<>/=]+(?:="[^"<>]*")?)*)\s*\/?>/y;
const ATTRIBUTE = /([^\s"'<>/=]+)(?:="([^"]*)")?/g;
/** Elements in which a tag is no tag. */
const TEXT_ONLY = new Set(['script', 'textarea', 'title']);

/**
 * Reads markup that is written in the plainest way, as our tools write it: lower case, double quotes, no comments. Stops
 * at anything else, because whoever reads it otherwise than a browser does can be deceived.
 *
 * @param {string} markup
 * @returns {{ tags: readonly Tag[], unread: string }} what was read until there, and the rest
 */
export function readMarkup(markup) {
  /** @type {Tag[]} */
  const tags = [];
  for (let at = 0; ;) {
    BETWEEN.lastIndex = at;
    BETWEEN.test(markup);
    at = BETWEEN.lastIndex;
    if (at === markup.length) return { tags, unread: '' };
    START.lastIndex = at;
    const start = START.exec(markup);
    if (start === null) return { tags, unread: markup.slice(at) };
    const [, element = '', inside = ''] = start;
    const pairs = [...inside.matchAll(ATTRIBUTE)];
    const attributes = new Map(pairs.map(([, name = '', value = '']) => [name, value]));
    if (attributes.size < pairs.length) return { tags, unread: markup.slice(at) };

    let text = '';
    if (TEXT_ONLY.has(element)) {
      text = markup.slice(START.lastIndex).split('</', 1)[0] ?? '';
      const ends = markup.startsWith(`</${element}>`, START.lastIndex + text.length);
      // Behind <!-- a script may end elsewhere; and in a drawing no element is text only.
      if (!ends || text.includes(element === 'script' ? '<!--' : '<')) return { tags, unread: markup.slice(at) };
    }
    tags.push({ element, attributes, text });
    at = START.lastIndex + text.length;
  }
}

/** @param {Tag} tag @param {Allowed} allowed @returns {string[]} what is not on the list, as it would be written */
export function notListed({ element, attributes }, allowed) {
  if (!Object.hasOwn(allowed, element)) return [`<${element}>`];
  const own = allowed[element] ?? {};
  return [...attributes]
    .filter(([name, value]) => {
      if (name === 'style') return false;
      // Without a rel, the page that is opened could send ours elsewhere, and would learn where it came from.
      if (name === 'target' && !attributes.has('rel')) return true;
      return !(Object.hasOwn(own, name) && own[name]?.test(value));
    })
    .map(([name, value]) => `<${element} ${name}="${value}">`);
}

/** Texts of our libraries that look like markup and are none: descriptions, and Svelte's element of any name. */
const NO_MARKUP = new Set(['<Point ${}>', '<Buffer ', '<function>', '<object>', '<${}>${}</${}>']);
/** SvelteKit's page for an error on a server, in two pieces. It comes along with what browsers get, and none gets it. */
const ERROR_PAGE = [
  /^<!doctype html>\n<html lang="en">\n\t<head>\n\t\t<meta charset="utf-8" \/>\n\t\t<title>$/,
  /^<\/title>\n\n\t\t<style>[^<]*<\/style>\n\t<\/head>\n\t<body>\n\t\t<div class="error">\n\t\t\t<span class="status">$/,
];

/** @param {string} text @returns {boolean} */
function isMarkup(text) {
  return /<[a-z!/?]/i.test(text) && !NO_MARKUP.has(text) && !ERROR_PAGE.some((piece) => piece.test(text));
}

/**
 * The markup in a script: each string that has a tag in it. Where a value comes in between stands `${}`. Markup made of
 * single strings is not noticed.
 *
 * @param {string} script
 * @returns {{ ok: true, markup: string[] } | { ok: false, problem: string }}
 */
export function markupIn(script) {
  const { program, errors } = parseSync('script.js', script);
  if (errors[0] !== undefined) return { ok: false, problem: errors[0].message };
  /** @type {string[]} */
  const texts = [];
  new Visitor({
    Literal: ({ value }) => {
      if (typeof value === 'string') texts.push(value);
    },
    TemplateLiteral: ({ quasis }) => {
      texts.push(quasis.map(({ value }) => value.cooked ?? value.raw).join('${}'));
    },
  }).visit(program);
  return { ok: true, markup: texts.filter(isMarkup) };
}
