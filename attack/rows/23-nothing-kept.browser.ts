import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';

import { chromium, type BrowserContext, type Page } from 'playwright';

import { Guest, Host } from '../../e2e/people.ts';
import { expect, test } from '../../e2e/porch.ts';
import { tracesOf } from '../../e2e/traces.ts';
import { watchPage } from '../../e2e/watch.ts';
import { CHROMIUM_FLAGS, knownBrowsers } from '../../scripts/browsers.js';
import { title } from '../table.ts';

/** Found nowhere but in this chat. */
const HOST_NAME = 'Quillon Marchbanks';
const GUEST_NAME = 'Zephyrine Oduya';
const SAID = ['the heron lands at eleven tonight', 'then bring the copper kettle along'] as const;
/** Written and never sent. */
const DRAFTS = { host: 'the lantern hangs below the stairs', guest: 'nobody may learn of the rowing boat' };
const said = {
  'name of the host': HOST_NAME,
  'name of the guest': GUEST_NAME,
  'first message': SAID[0],
  'second message': SAID[1],
  'draft of the host': DRAFTS.host,
  'draft of the guest': DRAFTS.guest,
};

/**
 * What no page can keep a browser from: an address that is opened is noted, as it was opened, in its own history, before the
 * page's first script runs. For the page itself the timings of its own loading still say it, until the page is closed.
 * So a link stays with the guest's browser, used up (docs/threat-model.md).
 */
const NOTED_BY_CHROMIUM =
  /^(?:Default\/(?:History|Favicons|Network Action Predictor|Shortcuts|Top Sites|Sessions\/)|segmentation_platform\/)/;

test(title(23), async ({ newGuest, story, server }, testInfo) => {
  test.setTimeout(180_000);
  const profiles = { host: profile(), guest: profile() };
  try {
    const [hosts, guests] = [await open(profiles.host), await open(profiles.guest)];
    const host = new Host(await hosts.newPage(), story);
    const guest = new Guest(await guests.newPage(), story);
    const link = await aWholeChat(host, guest);
    const secrets = { ...said, ...partsOf(link) };

    for (const [who, { page }] of [
      ['host', host],
      ['guest', guest],
    ] as const) {
      await test.step(`what the ${who}’s page can still read`, async () => {
        // Deleting takes a moment, and that it is over is noted for as long as that takes.
        await expect
          .poll(async () => (await keptBy(page)).stored, { message: `storage of the ${who}`, timeout: 5_000 })
          .toEqual({ local: [], session: [], databases: [], caches: [], workers: 0, cookies: '' });
        expect(
          tracesIn(Buffer.from((await keptBy(page)).scrolling), secrets),
          `what SvelteKit notes in the page of the ${who}`,
        ).toEqual([]);
        expect(await page.context().cookies(), `cookies of the ${who}`).toEqual([]);
        const seen = Buffer.from(JSON.stringify([await historyOf(page), await shownBy(page)]));
        expect(tracesIn(seen, secrets), `history and page of the ${who}`).toEqual([]);
        const told = await page.evaluate(() => performance.getEntries().map((entry) => JSON.stringify(entry)));
        const names = told.filter((entry) => tracesIn(Buffer.from(entry), said).length > 0);
        expect(names, `timings of the ${who} that say a name or message`).toEqual([]);
      });
    }
    await test.step('back and forward in the history', async () => {
      await guest.page.goto('about:blank');
      await guest.page.goBack();
      expect(guest.page.url(), 'where back leads').not.toContain('#');
      await expect(guest.page.getByRole('heading')).toBeVisible();
      expect(
        tracesIn(Buffer.from(JSON.stringify(await shownBy(guest.page))), secrets),
        'the page after going back',
      ).toEqual([]);
    });
    // A browser that is ended by its person writes down what it wants to keep.
    await hosts.close();
    await guests.close();

    let files = 0;
    for (const [who, folder] of Object.entries(profiles)) {
      const kept = filesBelow(folder);
      files += kept.length;
      expect(
        tracesInFiles(folder, kept, { address: `${server.origin}/` }).length,
        `that the search finds what the browser of the ${who} does keep`,
      ).toBeGreaterThan(0);
      expect(tracesInFiles(folder, kept, said), `names and messages in the profile of the ${who}`).toEqual([]);
      const others = kept.filter((file) => who === 'host' || !NOTED_BY_CHROMIUM.test(relative(folder, file)));
      expect(tracesInFiles(folder, others, partsOf(link)), `the link in the profile of the ${who}`).toEqual([]);
    }
    await test.step('the link that the history of a browser notes is used up', async () => {
      const finder = await newGuest();
      await finder.opens(link);
      await finder.asks('Who found it');
      await finder.sees('This link was already used');
    });
    testInfo.annotations.push({
      type: 'figure',
      description: `${files} files of two profiles, 0 traces of names and messages`,
    });
  } finally {
    for (const folder of Object.values(profiles)) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
});

function profile(): string {
  return mkdtempSync(join(tmpdir(), 'porchlight-profile-'));
}

async function open(folder: string): Promise<BrowserContext> {
  const executablePath = knownBrowsers().found.chromium?.path;
  if (executablePath === undefined) throw new Error('Chromium is not to be had on this machine.');
  const context = await chromium.launchPersistentContext(folder, { executablePath, args: CHROMIUM_FLAGS });
  await context.addInitScript(watchPage);
  return context;
}

/** Everything a chat has, from the invite to its end; gives the link. */
async function aWholeChat(host: Host, guest: Guest): Promise<string> {
  const link = await host.invites(HOST_NAME);
  await guest.opens(link);
  await guest.asks(GUEST_NAME);
  await host.hearsKnock(GUEST_NAME);
  await host.letsIn();
  await host.isConnected();
  await guest.isConnected();
  await guest.says(SAID[0]);
  await host.hears(SAID[0]);
  await host.says(SAID[1]);
  await guest.hears(SAID[1]);
  await guest.verifies();
  await keepsDraft(host, DRAFTS.host);
  await keepsDraft(guest, DRAFTS.guest);
  await host.ends();
  await guest.sees('Chat ended');
  await host.sees('Chat ended');
  return link;
}

/** Writes without sending, until it is kept: then it is there when the page was loaded again. */
async function keepsDraft(person: Host | Guest, text: string): Promise<void> {
  await person.writes(text);
  await person.page.reload();
  await expect(person.composer).toHaveValue(text);
  await person.isConnected();
}

/** The link as it is told, and each of its parts. docs/protocol.md §1 */
function partsOf(link: string): Record<string, string> {
  const fragment = link.slice(link.indexOf('#') + 1);
  const bytes = Buffer.from(fragment, 'base64url');
  // From and to multiples of three bytes, so that the text of a part is a piece of the text of the whole.
  const part = (from: number, to: number): string => bytes.subarray(from, to).toString('base64url');
  return { fragment, 'key of the host, in the link': part(3, 30), 'secret, in the link': part(36, 63) };
}

/** What a page may store, as names of what there is, but for what SvelteKit notes of how far pages were scrolled: that whole. */
async function keptBy(page: Page) {
  return page.evaluate(async () => ({
    stored: {
      local: Object.keys(localStorage),
      session: Object.keys(sessionStorage).filter((name) => !name.startsWith('sveltekit:')),
      databases: (await indexedDB.databases()).map(({ name }) => name ?? ''),
      caches: await caches.keys(),
      workers: (await navigator.serviceWorker.getRegistrations()).length,
      cookies: document.cookie,
    },
    scrolling: JSON.stringify(Object.entries(sessionStorage).filter(([name]) => name.startsWith('sveltekit:'))),
  }));
}

/** What the browser remembers of where this tab has been, apart from what was typed or handed to it to get there. */
async function historyOf(page: Page) {
  const devtools = await page.context().newCDPSession(page);
  const { entries } = await devtools.send('Page.getNavigationHistory');
  return entries.map((entry) => [entry.url, entry.title]);
}

/** What scripts of this page, or the next ones in it, could read. The heading names nobody. */
async function shownBy(page: Page) {
  return page.evaluate(() => ({
    address: location.href,
    name: window.name,
    title: document.title,
    state: history.state as unknown,
    inputs: [...document.querySelectorAll('input, textarea')].map((field) => (field as HTMLInputElement).value),
  }));
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** Where which of the texts was found: in a file, or in its name. */
function tracesInFiles(folder: string, files: readonly string[], texts: Readonly<Record<string, string>>): string[] {
  return files.flatMap((file) =>
    tracesIn(Buffer.concat([Buffer.from(`${file}\n`), readFileSync(file)]), texts).map(
      (trace) => `${relative(folder, file)}: ${trace}`,
    ),
  );
}

function tracesIn(content: Buffer, texts: Readonly<Record<string, string>>): string[] {
  return Object.entries(texts).flatMap(([what, text]) => tracesOf(text, content).map((form) => `${what}, ${form}`));
}
