/**
 * What a web server other than ours must send with the client, so that browsers are told exactly what ours tells them.
 *
 * @typedef {object} Said
 * @property {Readonly<Record<string, string>>} policies the Content-Security-Policy of each page, as `policies` gives it
 * @property {Readonly<Record<string, string>>} always headers of everything; its Content-Security-Policy of all but pages
 */

/**
 * For nginx: a file for its `http` block, which knows each page's policy, and one for the `server` block, which sends it.
 * @param {Said} said
 * @returns {{ http: string, server: string }}
 */
export function forNginx({ policies, always }) {
  const { [POLICY]: otherwise = '', ...others } = always;
  const pages = pagesOf(policies);
  return {
    http: lines(
      MADE,
      'map $uri $porchlight_policy {',
      `  default ${inQuotes(otherwise)};`,
      ...pages.map(([path, policy]) => `  ${path} ${inQuotes(policy)};`),
      '}',
      'map $uri $porchlight_cache {',
      `  default ${inQuotes(CACHE.file)};`,
      ...pages.map(([path]) => `  ${path} ${inQuotes(CACHE.page)};`),
      `  ~^${HASHED} ${inQuotes(CACHE.hashed)};`,
      '}',
    ),
    server: lines(
      MADE,
      `add_header ${POLICY} $porchlight_policy always;`,
      // Also with the page for a wrong address. By then $uri is that page, so no missing file is kept for a year.
      'add_header Cache-Control $porchlight_cache always;',
      ...Object.entries(others).map(([name, value]) => `add_header ${name} ${inQuotes(value)} always;`),
    ),
  };
}

/**
 * For Caddy: a snippet, which `import porchlight-page` sends.
 * @param {Said} said
 * @returns {string}
 */
export function forCaddy({ policies, always }) {
  const { [POLICY]: otherwise = '', ...others } = always;
  const pages = pagesOf(policies);
  return lines(
    MADE,
    '(porchlight-page) {',
    '\tmap {path} {porchlight_policy} {',
    ...pages.map(([path, policy]) => `\t\t${path} ${inQuotes(policy)}`),
    `\t\tdefault ${inQuotes(otherwise)}`,
    '\t}',
    '\tmap {path} {porchlight_cache} {',
    ...pages.map(([path]) => `\t\t${path} ${inQuotes(CACHE.page)}`),
    `\t\tdefault ${inQuotes(CACHE.file)}`,
    '\t}',
    // Only what is there: that there is no such file is not to be kept for a year.
    '\t@porchlight_hashed {',
    `\t\tpath ${HASHED}*`,
    '\t\tfile',
    '\t}',
    '\troute {',
    '\t\theader {',
    `\t\t\t${POLICY} {porchlight_policy}`,
    '\t\t\tCache-Control {porchlight_cache}',
    ...Object.entries(others).map(([name, value]) => `\t\t\t${name} ${inQuotes(value)}`),
    '\t\t}',
    `\t\theader @porchlight_hashed Cache-Control ${inQuotes(CACHE.hashed)}`,
    '\t}',
    '}',
  );
}

const MADE = '# Written by the build, which has proved these policies (scripts/policies.js). Not to be edited.';
const POLICY = 'Content-Security-Policy';

/** Vite puts the hash of the content into these names. */
const HASHED = '/_app/immutable/';
/** What a browser may keep, as apps/signal/src/static.ts says it. */
const CACHE = { page: 'no-store', file: 'no-cache', hashed: 'public, max-age=31536000, immutable' };

/**
 * Each page by all of its paths: `/j` and `/j.html`.
 * @param {Readonly<Record<string, string>>} policies
 */
function pagesOf(policies) {
  return Object.entries(policies).flatMap(([file, policy]) => {
    const path = `/${file}`;
    return [path, path.replace(/(?:(?<=\/)index)?\.html$/, '')].map((one) => /** @type {const} */ ([one, policy]));
  });
}

/** @param {string} value @returns {string} */
function inQuotes(value) {
  // These mean something to one of the two, and no header of ours needs them.
  if (/["\\`${}\n]/.test(value)) throw new Error(`A header that no configuration can hold: ${value}`);
  return `"${value}"`;
}

/** @param {string[]} written @returns {string} */
function lines(...written) {
  return written.map((line) => `${line}\n`).join('');
}
