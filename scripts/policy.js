import { createHash } from 'node:crypto';

import { markupIn, notListed, PAGE, PICTURE, readMarkup, TEMPLATE } from './markup.js';

/** @typedef {import('./markup.js').Allowed} Allowed */
/** @typedef {import('./markup.js').Tag} Tag */

/**
 * A content security policy as SvelteKit's configuration has it: keywords and hashes without quotes.
 * @typedef {object} Directives
 */

/**
 * Reads a whole build, by path, and gives for each page the Content-Security-Policy header it needs: the directives plus
 * the hashes of its inline scripts. Or every problem found, one sentence each: whatever the policy allows that it need
 * not, whatever the pages' own policies say otherwise, and whatever the pages have that our pages are not made of.
 *
 * The header is what protects: a browser obeys it whatever a script does. What is said here of scripts finds an accident
 * early, before a browser refuses it; somebody who wants to hide something in a script can.
 *
 * @param {Readonly<Record<string, string>>} files HTML, JavaScript, CSS and SVG
 * @param {Directives} directives
 * @param {string} [line] where the pages connect to, if not to where they came from: `wss://signal.example.org`
 * @returns {{ ok: true, headers: Record<string, string> } | { ok: false, problems: string[] }}
 */
export function policies(files, directives, line = "'self'") {
  const policy = quoted(directives);
  /** @type {string[]} */
  const problems = [];
  /** @type {Record<string, string>} */
  const headers = {};
  /** @type {Used} */
  const used = { styles: new Set(), names: new Set() };

  for (const [path, text] of Object.entries(files)) {
    /** @type {string[]} */
    let found;
    if (path.endsWith('.html')) {
      const page = readMarkup(text);
      const wanted = withScripts(policy, page.tags);
      headers[path] = write(wanted);
      const inScripts = scriptsOf(page.tags).flatMap((script) => inScript(script, policy, used));
      found = [...inMarkup(page, PAGE, policy, used), ...inItsPolicy(page.tags, wanted), ...inScripts];
    } else if (path.endsWith('.svg')) found = inMarkup(readMarkup(text), PICTURE, policy, used);
    else if (path.endsWith('.css')) found = inStyles(text);
    else found = inScript(text, policy, used);
    problems.push(...found.map((problem) => `${path}: ${problem}`));
  }
  if (Object.keys(headers).length === 0) problems.push('there is no page');
  problems.push(...inPolicy(policy, used, line));
  return problems.length === 0 ? { ok: true, headers } : { ok: false, problems };
}

/** Directives as they are written: each name with its sources. @typedef {ReadonlyMap<string, readonly string[]>} Policy */

/**
 * What the build needs of the policy: the hashes of its style attributes, the names of its Trusted Types policies.
 * @typedef {{ styles: Set<string>, names: Set<string> }} Used
 */

/**
 * All that a policy may say, in the order in which the header says it. To this come the hashes that are needed: of inline
 * scripts in script-src, of style attributes in style-src-attr.
 * @type {ReadonlyMap<string, readonly string[]>}
 */
const MAY_SAY = new Map([
  // The server starts with no other beginning (apps/signal/src/static.ts).
  ['default-src', ["'none'"]],
  ['script-src', ["'self'"]],
  ['style-src', ["'self'"]],
  ['style-src-attr', ["'unsafe-hashes'"]],
  ['img-src', ["'self'"]],
  ['manifest-src', ["'self'"]],
  // To this comes the one place where the pages' server is.
  ['connect-src', []],
  ['worker-src', ["'none'"]],
  ['base-uri', ["'none'"]],
  ['form-action', ["'none'"]],
  ['frame-ancestors', ["'none'"]],
  ['require-trusted-types-for', ["'script'"]],
  ['trusted-types', ['svelte-trusted-html']],
]);
/** What it must say: left out, these allow more, while all others fall back to default-src. */
const MUST_SAY = [
  'default-src',
  'base-uri',
  'form-action',
  'frame-ancestors',
  'require-trusted-types-for',
  'trusted-types',
];
/** What a browser ignores in a policy that stands in the page. */
const HEADER_ONLY = 'frame-ancestors';

/** @param {Directives} directives @returns {Policy} */
function quoted(directives) {
  return new Map(
    Object.entries(directives).map(([name, value]) => [
      name,
      (Array.isArray(value) ? value : [value]).map((source) =>
        /^(?:self|none|script|unsafe-hashes|sha256-.*)$/.test(String(source)) ? `'${source}'` : String(source),
      ),
    ]),
  );
}

/** @param {Policy} policy @returns {string} */
function write(policy) {
  return [...MAY_SAY.keys()]
    .filter((name) => policy.has(name))
    .map((name) => [name, ...sources(policy, name)].join(' '))
    .join('; ');
}

/** @param {Policy} policy @param {string} name @returns {readonly string[]} */
function sources(policy, name) {
  return policy.get(name) ?? [];
}

/** @param {readonly Tag[]} tags @returns {string[]} */
function scriptsOf(tags) {
  return tags.filter(({ element }) => element === 'script').map(({ text }) => text);
}

/** @param {Policy} policy @param {readonly Tag[]} tags @returns {Policy} */
function withScripts(policy, tags) {
  return new Map(policy).set('script-src', [...sources(policy, 'script-src'), ...new Set(scriptsOf(tags).map(hashOf))]);
}

/** @param {string} text @returns {string} */
function hashOf(text) {
  return `'sha256-${createHash('sha256').update(text, 'utf8').digest('base64')}'`;
}

/** @param {Policy} policy @param {Used} used @param {string} line @returns {string[]} */
function inPolicy(policy, { styles, names }, line) {
  const problems = [];
  for (const [name, said] of policy) {
    const listed = MAY_SAY.get(name);
    if (listed === undefined) problems.push(`the policy says ${name}`);
    const needed = name === 'connect-src' ? [line] : name === 'style-src-attr' ? styles : [];
    const may = new Set([...(listed ?? []), ...needed]);
    problems.push(...said.filter((one) => !may.has(one)).map((one) => `the policy allows ${one} in ${name}`));
  }
  for (const name of MUST_SAY) {
    const must = sources(MAY_SAY, name).join(' ');
    if (sources(policy, name).join(' ') !== must) problems.push(`the policy does not say ${name} ${must}`);
  }
  for (const name of sources(policy, 'trusted-types')) {
    if (!names.has(name)) problems.push(`nothing uses ${name}, which the policy allows in trusted-types`);
  }
  return problems;
}

/** @param {readonly Tag[]} tags of a page @param {Policy} wanted what the header says @returns {string[]} */
function inItsPolicy(tags, wanted) {
  const metas = tags.filter(({ attributes }) => attributes.has('http-equiv'));
  const [meta, ...more] = metas;
  if (meta === undefined || more.length > 0) return [`${metas.length} policies in the page instead of one`];

  const pairs = (meta.attributes.get('content') ?? '').split(';').map((directive) => {
    const [name = '', ...values] = directive.trim().split(/\s+/);
    return /** @type {const} */ ([name, values]);
  });
  const said = new Map(pairs);
  // A browser obeys the first of two.
  const problems = said.size < pairs.length ? ['its own policy says something twice'] : [];
  for (const script of scriptsOf(tags)) {
    if (!sources(said, 'script-src').includes(hashOf(script)))
      problems.push(`an inline script that its own policy does not cover: ${shortened(script)}`);
  }
  for (const name of new Set([...wanted.keys(), ...said.keys()])) {
    const here = [...sources(said, name)].sort().join(' ');
    const there = name === HEADER_ONLY ? '' : [...sources(wanted, name)].sort().join(' ');
    if (here !== there) problems.push(`its own policy says “${name} ${here}” and the header “${name} ${there}”`);
  }
  return problems;
}

/**
 * @param {ReturnType<typeof readMarkup>} read
 * @param {Allowed} allowed
 * @param {Policy} policy
 * @param {Used} used gets what is needed
 * @returns {string[]}
 */
function inMarkup({ tags, unread }, allowed, policy, used) {
  const problems = tags.flatMap((tag) => notListed(tag, allowed)).map((what) => `not on the list: ${shortened(what)}`);
  for (const { attributes } of tags) {
    const style = attributes.get('style');
    if (style === undefined) continue;
    used.styles.add(hashOf(style));
    if (!sources(policy, 'style-src-attr').includes(hashOf(style)))
      problems.push(`a style attribute that the policy does not cover: ${shortened(style)}`);
  }
  return unread === '' ? problems : [...problems, `markup that is not plain: ${shortened(unread)}`];
}

/** @param {string} text @returns {string} */
function shortened(text) {
  return text.trim().slice(0, 80);
}

/** Ways to another origin. The style sheets that we write need none; an escape could hide one. */
const NOT_IN_STYLES = /url\(|src\(|image-set\(|@import|\\/i;

/** @param {string} text @returns {string[]} */
function inStyles(text) {
  const found = NOT_IN_STYLES.exec(text);
  return found === null ? [] : [`not in a style sheet: ${shortened(text.slice(found.index))}`];
}

/** engine.io-client's last resort for a name of the global object, in a branch that no browser comes to. */
const NEVER_REACHED = 'Function(`return this`)()';

/**
 * Finds what libraries bring along in the open. What is hidden, and what is put together from pieces, is left to the header.
 *
 * @param {string} text
 * @param {Policy} policy
 * @param {Used} used gets what is needed
 * @returns {string[]}
 */
function inScript(text, policy, used) {
  const problems = [];
  const code = text.replaceAll(NEVER_REACHED, '');
  if (/\beval\s*\(/.test(code)) problems.push('eval in a script');
  if (/\bFunction\s*\(/.test(code)) problems.push('new Function in a script');
  for (const [, name = 'of unknown name'] of code.matchAll(/createPolicy(?:\(["'`]([^"'`]*)["'`])?/g)) {
    used.names.add(name);
    if (!sources(policy, 'trusted-types').includes(name))
      problems.push(`a Trusted Types policy that is not allowed: ${name}`);
  }
  const found = markupIn(text);
  if (!found.ok) return [...problems, `a script that cannot be read: ${found.problem}`];
  const made = found.markup.filter((markup) => markup.includes('${}'));
  problems.push(...made.map((markup) => `markup with a value in it: ${shortened(markup)}`));
  return [...problems, ...found.markup.flatMap((markup) => inMarkup(readMarkup(markup), TEMPLATE, policy, used))];
}
