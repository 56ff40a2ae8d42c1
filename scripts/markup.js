/**
 * What of a page a policy has a say in.
 * @typedef {object} Page
 * @property {readonly (readonly [name: string, value: string])[]} attributes of all elements
 * @property {readonly string[]} elements names of all elements, in lower case
 * @property {readonly string[]} scripts texts of the inline scripts
 * @property {readonly string[]} styles texts of the style elements
 * @property {readonly string[]} metas the policies in the page
 */

const TAG = /<([a-z][a-z0-9-]*)((?:\s+[^\s"'<>/=]+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'<>=`]+))?)*)\s*\/?>/gi;
const ATTRIBUTE = /([^\s"'<>/=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'<>=`]+)))?/g;

/** Reads a page, or a piece of one. @param {string} html @returns {Page} */
export function readPage(html) {
  /** @type {[string, string][]} */
  const all = [];
  /** @type {string[]} */
  const elements = [];
  /** @type {string[]} */
  const scripts = [];
  /** @type {string[]} */
  const styles = [];
  /** @type {string[]} */
  const metas = [];
  TAG.lastIndex = 0;
  for (let tag = TAG.exec(html); tag !== null; tag = TAG.exec(html)) {
    const element = (tag[1] ?? '').toLowerCase();
    const attributes = attributesOf(tag[2] ?? '');
    elements.push(element);
    all.push(...attributes);
    if (element === 'meta' && attributes.get('http-equiv')?.toLowerCase() === 'content-security-policy') {
      metas.push(attributes.get('content') ?? '');
    }
    if (element !== 'script' && element !== 'style') continue;
    // Inside these two a tag is only text.
    const ends = html.indexOf(`</${element}`, TAG.lastIndex);
    const text = html.slice(TAG.lastIndex, ends === -1 ? undefined : ends);
    if (element === 'style') styles.push(text);
    else if (!attributes.has('src')) scripts.push(text);
    TAG.lastIndex += text.length;
  }
  return { attributes: all, elements, scripts, styles, metas };
}

/** @param {string} text @returns {Map<string, string>} */
function attributesOf(text) {
  return new Map(
    [...text.matchAll(ATTRIBUTE)].map(([, name = '', double, single, bare]) => [
      name.toLowerCase(),
      (double ?? single ?? bare ?? '').replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&amp;', '&'),
    ]),
  );
}
