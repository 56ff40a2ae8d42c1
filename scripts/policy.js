import { createHash } from 'node:crypto';

import { readPage } from './markup.js';

/** @typedef {import('./markup.js').Page} Page */

/**
 * A content security policy as SvelteKit's configuration has it: keywords and hashes without quotes.
 * @typedef {object} Directives
 */

/**
 * Reads a whole build, by path, and gives for each page the Content-Security-Policy header it needs: the directives plus
 * the hashes of its inline scripts. Or every problem found, one sentence each: whatever the policy would refuse in a
 * browser, whatever the pages' own policies say otherwise, and whatever the policy allows without need.
 *
 * @param {Readonly<Record<string, string>>} files HTML, JavaScript, CSS and SVG
 * @param {Directives} directives
 * @returns {{ ok: true, headers: Record<string, string> } | { ok: false, problems: string[] }}
 */
export function policies(files, directives) {
  const named = Object.entries(files);
  const allowed = quoted(directives);
  const problems = [...tooLoose(allowed)];
  /** @type {Record<string, string>} */
  const headers = {};
  /** @type {Set<string>} */
  const used = new Set();

  for (const [path, text] of named) {
    const page = path.endsWith('.html') ? readPage(text) : null;
    const found = page === null ? inAsset(path, text, allowed, used) : inPage(page, allowed, used);
    problems.push(...found.map((problem) => `${path}: ${problem}`));
    if (page !== null) headers[path] = write(withScripts(allowed, page));
  }
  if (Object.keys(headers).length === 0) problems.push('there is no page');
  for (const source of [...sources(allowed, 'style-src-attr'), ...sources(allowed, 'trusted-types')]) {
    if (source !== "'unsafe-hashes'" && !used.has(source))
      problems.push(`the policy allows ${source}, which nothing uses`);
  }
  return problems.length === 0 ? { ok: true, headers } : { ok: false, problems };
}

/** Directives as they are written: each name with its sources, in order. @typedef {Map<string, string[]>} Policy */

/** What a browser ignores, or refuses to obey, in a policy that stands in the page. */
const HEADER_ONLY = new Set(['frame-ancestors', 'report-uri', 'sandbox']);
/** Sources that would undo the policy. */
const LOOSE =
  /^(?:'unsafe-inline'|'unsafe-eval'|'wasm-unsafe-eval'|'strict-dynamic'|'allow-duplicates'|\*|https?:|data:|blob:)/;
/** What a policy must say, whatever else it says. */
const REQUIRED = {
  'default-src': "'none'",
  'base-uri': "'none'",
  'form-action': "'none'",
  'frame-ancestors': "'none'",
  'require-trusted-types-for': "'script'",
};
const KEYWORDS = new Set([
  'allow-duplicates',
  'strict-dynamic',
  'self',
  'none',
  'script',
  'unsafe-inline',
  'unsafe-eval',
  'wasm-unsafe-eval',
  'unsafe-hashes',
]);

/** @param {Directives} directives @returns {Policy} */
function quoted(directives) {
  return new Map(
    Object.entries(directives).map(([name, value]) => [
      name,
      (Array.isArray(value) ? value : []).map((source) => {
        const text = String(source);
        return KEYWORDS.has(text) || /^sha\d{3}-/.test(text) ? `'${text}'` : text;
      }),
    ]),
  );
}

/** @param {Policy} policy @returns {string} */
function write(policy) {
  return [...policy].map((directive) => directive.flat().join(' ')).join('; ');
}

/** @param {string} text @returns {Policy} */
function read(text) {
  return new Map(
    text.split(';').map((directive) => {
      const [name = '', ...values] = directive.trim().split(/\s+/);
      return [name, values];
    }),
  );
}

/** @param {Policy} policy @param {string} name @returns {readonly string[]} */
function sources(policy, name) {
  return policy.get(name) ?? [];
}

/** @param {Policy} policy @param {Page} page @returns {Policy} */
function withScripts(policy, { scripts }) {
  const hashes = new Set(scripts.map(hashOf));
  return new Map(policy).set('script-src', [...sources(policy, 'script-src'), ...hashes]);
}

/** @param {string} text @returns {string} */
function hashOf(text) {
  return `'sha256-${createHash('sha256').update(text, 'utf8').digest('base64')}'`;
}

/** @param {Policy} policy @returns {string[]} */
function tooLoose(policy) {
  const problems = [...policy].flatMap(([name, values]) =>
    values.filter((source) => LOOSE.test(source)).map((source) => `the policy allows ${source} in ${name}`),
  );
  for (const [name, value] of Object.entries(REQUIRED)) {
    if (sources(policy, name).join(' ') !== value) problems.push(`the policy does not say ${name} ${value}`);
  }
  if (!policy.has('trusted-types')) problems.push('the policy does not say trusted-types');
  return problems;
}

/** @param {Page} page @param {Policy} allowed @param {Set<string>} used gets the sources that were needed @returns {string[]} */
function inPage(page, allowed, used) {
  return [
    ...inMeta(page, allowed),
    ...inMarkup(page, allowed, used),
    ...page.styles
      .filter((text) => !sources(allowed, 'style-src').includes(hashOf(text)))
      .map(() => 'an inline <style> that the policy does not cover'),
  ];
}

/** @param {Page} page @param {Policy} allowed @returns {string[]} */
function inMeta(page, allowed) {
  const [meta, ...more] = page.metas;
  if (meta === undefined || more.length > 0) return [`${page.metas.length} policies in the page instead of one`];
  const said = read(meta);
  const problems = page.scripts
    .filter((text) => !sources(said, 'script-src').includes(hashOf(text)))
    .map((text) => `an inline script that the policy does not cover: ${text.trim().slice(0, 40)}`);

  const wanted = withScripts(allowed, page);
  for (const name of new Set([...wanted.keys(), ...said.keys()])) {
    const [here, there] = [sources(said, name), HEADER_ONLY.has(name) ? [] : sources(wanted, name)];
    if ([...here].sort().join(' ') !== [...there].sort().join(' ')) {
      problems.push(`its own policy says “${name} ${here.join(' ')}” and the header “${name} ${there.join(' ')}”`);
    }
  }
  return problems;
}

/** Attributes that load or send. */
const ADDRESSES = new Set(['src', 'href', 'srcset', 'data', 'action', 'formaction', 'poster', 'ping', 'background']);
/** Elements that the policy refuses, or that could carry what it cannot see. */
const REFUSED = new Set(['base', 'iframe', 'frame', 'object', 'embed', 'applet', 'portal']);

/** @param {Pick<Page, 'attributes' | 'elements'>} page @param {Policy} allowed @param {Set<string>} used @returns {string[]} */
function inMarkup({ attributes, elements }, allowed, used) {
  const problems = elements.filter((element) => REFUSED.has(element)).map((element) => `a <${element}>`);
  for (const [name, value] of attributes) {
    if (name.startsWith('on')) problems.push(`an event handler in an attribute: ${name}`);
    if (ADDRESSES.has(name) && !isOurs(value)) problems.push(`an address of another origin: ${value}`);
    if (name === 'srcdoc') problems.push('a srcdoc');
    if (name === 'style') {
      const hash = hashOf(value);
      used.add(hash);
      if (!sources(allowed, 'style-src-attr').includes(hash))
        problems.push(`a style attribute that the policy does not cover: ${value.slice(0, 40)}`);
    }
  }
  return problems;
}

/** @param {string} address @returns {boolean} */
function isOurs(address) {
  const here = 'https://porchlight.invalid';
  return URL.canParse(address, here) && new URL(address, here).origin === here;
}

/** engine.io-client's last resort for a name of the global object, in a branch that no browser comes to. */
const NEVER_REACHED = 'Function(`return this`)()';
/** A piece of markup inside of a script, as Svelte's templates are. */
const MARKUP = /<[a-z][a-z0-9-]*(?:\s+[a-z:-]+(?:="[^"]*")?)+\s*\/?>/gi;

/**
 * @param {string} path
 * @param {string} text
 * @param {Policy} allowed
 * @param {Set<string>} used gets the sources that were needed
 * @returns {string[]}
 */
function inAsset(path, text, allowed, used) {
  if (path.endsWith('.css')) {
    return [...text.matchAll(/(?:url\(|@import)\s*["']?([^"')\s;]+)/g)]
      .filter(([, address = '']) => !isOurs(address))
      .map(([, address = '']) => `an address of another origin: ${address}`);
  }
  if (path.endsWith('.svg')) {
    const page = readPage(text);
    const problems = inMarkup(page, allowed, used);
    return page.elements.includes('script') ? [...problems, 'a script in a picture'] : problems;
  }
  const problems = [];
  const code = text.replaceAll(NEVER_REACHED, '');
  for (const [what, pattern] of /** @type {const} */ ([
    ['eval', /\beval\s*\(/],
    ['new Function', /\bFunction\s*\(/],
    ['document.write', /\bdocument\.write/],
    ['a worker', /\bnew\s+(?:Shared)?Worker\b|\bimportScripts\b|\bserviceWorker\.register\b/],
    ['an import of another origin', /\b(?:from|import)\s*\(?\s*["'`](?:https?:)?\/\//],
  ])) {
    if (pattern.test(code)) problems.push(`${what} in a script`);
  }
  for (const [, name] of code.matchAll(/createPolicy(?:\(["'`]([^"'`]*)["'`])?/g)) {
    used.add(name ?? '');
    if (name === undefined || !sources(allowed, 'trusted-types').includes(name)) {
      problems.push(`a Trusted Types policy that is not allowed: ${name ?? 'of unknown name'}`);
    }
  }
  const markup = (code.match(MARKUP) ?? []).map(readPage);
  return [...problems, ...markup.flatMap((page) => inMarkup(page, allowed, used))];
}
