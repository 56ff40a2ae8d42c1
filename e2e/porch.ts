import { readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';

import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright';
import { expect, test as base } from 'playwright/test';

import { launch, type BrowserName } from './launch.ts';
import { Guest, Host, type Story } from './people.ts';
import { startPorch, TEST_NODES, type PorchServer } from './server.ts';
import { tracesOf } from './traces.ts';
import { watchPage } from './watch.ts';

export { expect };

/** Which browser is whose. */
export interface Pairing {
  host: BrowserName;
  guest: BrowserName;
}

/** What a test may ask for. */
interface Porch {
  /** Starts the server whose clock can be moved, instead of the plain one. */
  clock: boolean;
  /** Of how many processes the server is made; more than one share a Redis. */
  nodes: number;
  /** The server of this test alone. */
  server: PorchServer;
  story: Story;
  host: Host;
  guest: Guest;
  /** One more guest, in a browser profile of its own. */
  newGuest: (options?: BrowserContextOptions) => Promise<Guest>;
  /** What went wrong in the pages so far: errors nobody caught, and whatever a policy refused. None may be left at the end. */
  problems: string[];
  /** One more page in a fresh profile of the host's browser. */
  newPage: (whose: keyof Pairing, options?: BrowserContextOptions) => Promise<Page>;
}

interface Browsers {
  pairing: Pairing;
  browserOf: (whose: keyof Pairing) => Promise<Browser>;
}

/** A porch with a host, a guest and a real server. After each test: nothing private was readable at the server. */
export const test = base.extend<Porch, Browsers>({
  pairing: [
    { host: 'chromium', guest: 'chromium' },
    { option: true, scope: 'worker' },
  ],

  browserOf: [
    async ({ pairing }, use) => {
      const launched = new Map<BrowserName, Promise<Browser>>();
      await use((whose) => {
        const name = pairing[whose];
        const browser = launched.get(name) ?? launch(name);
        launched.set(name, browser);
        return browser;
      });
      for (const browser of launched.values()) await (await browser).close();
    },
    { scope: 'worker' },
  ],

  clock: [false, { option: true }],
  nodes: [TEST_NODES, { option: true }],

  server: async ({ clock, nodes }, use, testInfo) => {
    const server = await startPorch({ recordTo: testInfo.outputPath('relay.jsonl'), clock, nodes });
    await use(server);
    await server.close();
  },

  story: async ({ server }, use, testInfo) => {
    const story: Story = { origin: server.origin, private: new Set() };
    await use(story);

    const file = testInfo.outputPath('relay.jsonl');
    const record = readFileSync(file);
    // A name or a message was given, so something must have passed.
    if (story.private.size > 0) expect(record.length, 'what the server recorded').toBeGreaterThan(0);
    const secrets = [...story.private].filter((text) => Buffer.byteLength(text) >= 6);
    for (const text of [...secrets, ...HANDSHAKE_WORDS, ...ADDRESSES]) {
      expect(tracesOf(text, record), `what the server can read of “${text.slice(0, 40)}”`).toEqual([]);
    }
  },

  // A fixture of its own, so that a test can see it fill up (policy.test.ts).
  // eslint-disable-next-line no-empty-pattern -- Playwright wants a pattern to read the names of the fixtures from.
  problems: async ({}, use) => {
    await use([]);
  },

  newPage: async ({ browserOf, problems }, use) => {
    const close: (() => Promise<void>)[] = [];
    await use(async (whose, options = {}) => {
      const context = await (await browserOf(whose)).newContext({ ...USUAL, ...options });
      close.push(async () => {
        await Promise.all(context.pages().map(hasReported));
        await context.close();
      });
      await context.addInitScript(watchPage);
      collectProblems(context, problems);
      const page = await context.newPage();
      const goNow = page.goto.bind(page);
      page.goto = async (...where) => {
        if (page.url() !== 'about:blank') await hasReported(page);
        return goNow(...where);
      };
      const closeNow = page.close.bind(page);
      page.close = async (options) => {
        await hasReported(page);
        await closeNow(options);
      };
      return page;
    });
    for (const end of close) await end();
    expect(problems, 'errors in the pages').toEqual([]);
  },

  host: async ({ newPage, story }, use) => {
    await use(new Host(await newPage('host'), story));
  },

  newGuest: async ({ newPage, story }, use) => {
    await use(async (options) => new Guest(await newPage('guest', options), story));
  },

  guest: async ({ newGuest }, use) => {
    await use(await newGuest());
  },
});

/** A desk, and nothing that moves: a page that is still sooner is looked at sooner. */
const USUAL: BrowserContextOptions = { viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce' };

/**
 * Of every page and frame of a profile, whoever opened it. Chromium reports what a policy refused on the console, Firefox as
 * an error of the page. What watch.ts says comes on top.
 */
function collectProblems(context: BrowserContext, problems: string[]): void {
  context.on('weberror', (error) => {
    const { message } = error.error();
    if (!LINE_LOST.test(message)) problems.push(message);
  });
  context.on('console', (message) => {
    if (/content security policy|trusted ?type|permissions.policy|policy violation/i.test(message.text())) {
      problems.push(message.text());
    }
  });
}

/** Firefox calls it an error of the page when a socket breaks, as one does that is opening while its page reloads. */
const LINE_LOST = /^(Firefox can’t establish a connection to the server at|The connection to) wss?:/;

/** How long a page that is about to be left may take to tell what was refused in it. */
const LAST_WORDS_MS = 150;

/** Gives the page time to tell what was refused until now: Firefox says nothing of a page that is gone, Chromium not always. */
async function hasReported(page: Page): Promise<void> {
  // A page that crashed, or was closed, has told all it will.
  await page.evaluate((ms) => new Promise((resolve) => setTimeout(resolve, ms)), LAST_WORDS_MS).catch(() => undefined);
}

/** Words of an SDP that have no business at the server. */
const HANDSHAKE_WORDS = ['candidate:', 'ice-ufrag', 'fingerprint', 'a=setup', 'typ host', 'webrtc-datachannel'];
/** Every address of this machine, and the ending of the names that browsers give to addresses they hide. */
const ADDRESSES = [
  '.local',
  ...Object.values(networkInterfaces()).flatMap((all) => (all ?? []).map(({ address }) => address)),
].filter((text) => text.length >= 6);
