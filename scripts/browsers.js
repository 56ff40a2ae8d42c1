import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';

import { at, node } from './places.js';
import { quietly, step, StepFailed } from './step.js';

/**
 * A browser that starts. `own`: Playwright's build of it, else the one people use.
 * @typedef {{ path: string, version: string, own: boolean }} Browser
 *
 * Which browsers the tests can have, and for each of the others why not. Written to .cache/browsers.json.
 * @typedef {'chromium' | 'firefox' | 'webkit'} BrowserName
 * @typedef {{ found: Partial<Record<BrowserName, Browser>>, missing: Partial<Record<BrowserName, string>> }} Browsers
 */

const SYSTEM = {
  chromium: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'],
  firefox: ['firefox-esr', 'firefox'],
};
const DEBIAN = { chromium: 'chromium', firefox: 'firefox-esr' };

const INSTALLER_LIMIT_MS = 120_000;
const PACKAGES_LIMIT_MS = 900_000;

/**
 * Finds Chromium and Firefox, installing what is missing, and WebKit if Playwright's is there already.
 * Order for each: the environment (PORCHLIGHT_CHROMIUM, PORCHLIGHT_FIREFOX), Playwright's own, the system's,
 * Playwright's installer, the system's packages (as root). Throws StepFailed if there is no browser at all.
 *
 * @returns {Promise<Browsers>}
 */
export async function ensureBrowsers() {
  /** @type {Browsers} */
  const browsers = { found: {}, missing: {} };
  for (const name of /** @type {const} */ (['chromium', 'firefox'])) {
    const browser = (await present(name)) ?? (await installed(name));
    if (typeof browser === 'string') browsers.missing[name] = browser;
    else browsers.found[name] = browser;
  }
  const webkit = await playwrights('webkit');
  if (webkit) browsers.found.webkit = webkit;
  else browsers.missing.webkit = 'only Playwright brings it, and its build is not installed here';

  mkdirSync(at('.cache'), { recursive: true });
  writeFileSync(at('.cache', 'browsers.json'), `${JSON.stringify(browsers, null, 2)}\n`);
  if (Object.keys(browsers.found).length === 0) {
    const reasons = Object.entries(browsers.missing).map(([name, why]) => `${name}: ${why}`);
    throw new StepFailed('Looking for browsers', 'there is none to test with.', reasons.join('\n'));
  }
  return browsers;
}

/** @param {'chromium' | 'firefox'} name @returns {Promise<Browser | string | null>} a text: the person chose one that does not start */
async function present(name) {
  const variable = `PORCHLIGHT_${name.toUpperCase()}`;
  const chosen = process.env[variable];
  if (chosen) return (await startable(chosen, false)) ?? `${variable} names ${chosen}, which does not start`;
  return (await playwrights(name)) ?? (await systems(name));
}

/** @param {BrowserName} name @returns {Promise<Browser | null>} */
async function playwrights(name) {
  const playwright = await import('playwright');
  const path = playwright[name].executablePath();
  if (!existsSync(path)) return null;
  // Playwright's WebKit is a script that knows no --version.
  return name === 'webkit' ? { path, version: 'WebKit (Playwright)', own: true } : startable(path, true);
}

/** @param {'chromium' | 'firefox'} name @returns {Promise<Browser | null>} */
async function systems(name) {
  for (const program of SYSTEM[name]) {
    const browser = await startable(`/usr/bin/${program}`, false);
    if (browser) return browser;
  }
  return null;
}

/** @param {string} path @param {boolean} own @returns {Promise<Browser | null>} */
async function startable(path, own) {
  if (!existsSync(path)) return null;
  const { ok, output } = await quietly(path, ['--version'], { limitMs: 30_000 });
  const version = /^.*\d+\.\d+.*$/m.exec(output)?.[0].trim();
  return ok && version ? { path, version, own } : null;
}

/** @param {'chromium' | 'firefox'} name @returns {Promise<Browser | string>} a text: why it is not to be had */
async function installed(name) {
  const cli = at('node_modules', 'playwright', 'cli.js');
  const download = await attempt(`Fetching Playwright's ${name}`, node, [cli, 'install', name], INSTALLER_LIMIT_MS);
  const fetched = await playwrights(name);
  if (fetched) return fetched;
  const notFetched = download ?? 'its build does not start here (system libraries are missing)';

  if (process.getuid?.() !== 0)
    return `not on this machine; Playwright's installer: ${notFetched}; not root, so no system package`;
  if (!existsSync('/usr/bin/apt-get')) return `not on this machine; Playwright's installer: ${notFetched}; no apt-get`;
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  await attempt('Refreshing the package lists', 'apt-get', ['update'], PACKAGES_LIMIT_MS, env);
  // Without an emoji font the five emoji of Verify are empty boxes in pictures.
  const packages = hasEmoji() ? [DEBIAN[name]] : [DEBIAN[name], 'fonts-noto-color-emoji'];
  const install = ['install', '-y', '--no-install-recommends', ...packages];
  const unpacked = await attempt(`Installing the system's ${name}`, 'apt-get', install, PACKAGES_LIMIT_MS, env);
  return (
    (await systems(name)) ??
    `not on this machine; Playwright's installer: ${notFetched}; apt-get: ${unpacked ?? 'it does not start'}`
  );
}

/**
 * A step that may fail, because there is another way.
 * @param {string} title @param {string} command @param {readonly string[]} args @param {number} limitMs
 * @param {Record<string, string>} [env]
 * @returns {Promise<string | null>} why it failed, in one line
 */
async function attempt(title, command, args, limitMs, env = {}) {
  try {
    await step(title, command, args, { limitMs, env });
    return null;
  } catch (error) {
    if (!(error instanceof StepFailed)) throw error;
    const said = error.output.split('\n').find((line) => /error|fail|ENOTFOUND|E:/i.test(line));
    return (said ?? error.message).trim();
  }
}

function hasEmoji() {
  const fonts = '/usr/share/fonts';
  return existsSync(fonts) && readdirSync(fonts, { recursive: true }).some((name) => /emoji/i.test(String(name)));
}

/** What Chromium needs to run as root, without a screen, and to leave the outside alone. */
export const CHROMIUM_FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** What the last `ensureBrowsers` found. Throws when there was none yet. @returns {Browsers} */
export function knownBrowsers() {
  const file = at('.cache', 'browsers.json');
  if (!existsSync(file)) throw new Error('No browsers are known yet. Run `npm test` once: it finds or installs them.');
  return /** @type {Browsers} */ (JSON.parse(readFileSync(file, 'utf8')));
}
