import { defineConfig } from 'playwright/test';

import type { Pairing } from './e2e/porch.ts';
import { TEST_NODES } from './e2e/server.ts';
import { knownBrowsers } from './scripts/browsers.js';

/** Tests that every pairing of browsers must pass; the others run once, in the first browser there is. */
const EVERY_PAIRING = /@every-pairing/;
/** Tests that depend on one browser and not on two: they run in each. */
const EVERY_BROWSER = /@every-browser/;
/** With PORCHLIGHT_EVERY_PAIRING=1 every test of e2e must pass in every pairing, and nothing else runs. */
const EVERYTHING = process.env['PORCHLIGHT_EVERY_PAIRING'] === '1';

const { found } = knownBrowsers();
const names = (['chromium', 'firefox', 'webkit'] as const).filter((name) => found[name] !== undefined);

const pairings = names.flatMap((host) =>
  names.map((guest) => ({
    name: `${host}-${guest}`,
    grep: EVERYTHING ? /./ : EVERY_PAIRING,
    use: { pairing: { host, guest } },
  })),
);
const alone = names.map((name, place) => ({
  name,
  ...(place === 0 ? { grepInvert: EVERY_PAIRING } : { grep: EVERY_BROWSER }),
  use: { pairing: { host: name, guest: name } },
}));

/** The rows of attack/table.ts that need a browser: in the first one, which is Chromium wherever it can be had. */
const attacks = names.slice(0, 1).map((name) => ({
  name: 'attack',
  testDir: 'attack/rows',
  testMatch: '*.browser.ts',
  timeout: 180_000,
  retries: 0,
  use: { pairing: { host: name, guest: name } },
}));

/** Two Chromium of its own, a server of its own, and the network between them (cuts/short.browser.ts). */
const cuts =
  found.chromium === undefined || TEST_NODES > 1
    ? []
    : [{ name: 'cuts', testDir: 'cuts', testMatch: '*.browser.ts', timeout: 600_000, retries: 0 }];

// Every test starts the real server with the production build on a port of its own (e2e/server.ts).
export default defineConfig<object, { pairing: Pairing }>({
  testDir: 'e2e',
  outputDir: 'test-results',
  fullyParallel: true,
  forbidOnly: process.env['CI'] !== undefined,
  workers: 2,
  // Two browsers on two busy cores: one more attempt, which the summary names (scripts/summary.js). None for the attacks.
  retries: process.env['CI'] === undefined ? 0 : 1,
  timeout: 90_000,
  expect: { timeout: 20_000 },
  reporter: 'list',
  projects: EVERYTHING ? pairings : [...pairings, ...alone, ...attacks, ...cuts],
});
