import type { BrowserContextOptions } from 'playwright';
import type { Page } from 'playwright/test';

import { cleanName } from '../../apps/web/src/lib/chat/text.ts';
import { Guest, Host, type Story } from '../../e2e/people.ts';
import { expect, test } from '../../e2e/porch.ts';
import { corpus, nameCorpus, shortCorpus } from '../hostile/corpus.ts';
import { HarmWatch, shapeOf } from '../hostile/harm.ts';
import { Hostile, HOSTILE_BROWSER } from '../hostile/hostile.ts';
import { title } from '../table.ts';

/** So many guests may knock with one link in ten minutes. */
const SEATS_PER_LINK = 5;

/** So many texts at once, and one more every 200 ms, are not left out. docs/protocol.md §4.4 */
const TEXTS_AT_ONCE = 20;
const TEXT_EVERY_MS = 200;

const HONEST = 'Mallory';

/** The pages as they are served, and once without their policy: what holds then is that text is text. */
const PAGES: readonly { how: string; options: BrowserContextOptions; names: readonly string[] }[] = [
  { how: 'under its policy', options: {}, names: nameCorpus },
  { how: 'without its policy', options: { bypassCSP: true }, names: shortCorpus },
];

/** Addresses that the browser itself opens where the server finds nothing; the others are asked for without a page. */
const PATHS_IN_BROWSER = 5;

test(title(16), async ({ newPage, story }, testInfo) => {
  // Some hundred pages are loaded.
  test.setTimeout(600_000);
  const atPages = PAGES.map(async ({ how, options, names }) => {
    const hostile = await Hostile.in(await newPage('guest', HOSTILE_BROWSER), story.origin);
    const host = new Host(await newPage('host', options), story);
    const guest = new Guest(await newPage('guest', options), story);
    const harm = new HarmWatch([host.page, guest.page], story.origin);
    await test.step(`texts, ${how}`, () => sendTexts(host, hostile));
    await harm.expectNone(`after all texts, ${how}`);
    await test.step(`names of guests, ${how}`, () => knock(host, hostile, harm, names));
    await harm.expectNone(`after the names of guests, ${how}`);
    await test.step(`names of hosts, ${how}`, () => playHost(guest, hostile, harm));
    await harm.expectNone(`after the names of hosts, ${how}`);
  });
  const atAddresses = test.step('addresses', async () => visit(await newPage('guest'), story.origin));
  const fromServer = test.step('words of the server', async () => {
    const host = new Host(await newPage('host'), story);
    await listenToServer(await newPage('guest'), story, await host.invites());
  });
  await Promise.all([...atPages, atAddresses, fromServer]);
  testInfo.annotations.push({
    type: 'figure',
    description: `${corpus.length} texts, ${new Set(nameCorpus.map(cleanName)).size} names, ${3 * corpus.length} addresses: nothing ran, no request left the origin`,
  });
});

/** Every text of the corpus as a message: it stands in the log to the letter, in a bubble like any other. */
async function sendTexts(host: Host, hostile: Hostile): Promise<void> {
  await host.page.clock.install();
  await hostile.knocks(await host.invites(), HONEST);
  await host.letsIn();
  await host.isConnected();
  await hostile.stands('chatting');
  // Whatever a message may bring: a link that can be pressed, and what unfolds a long one.
  for (const text of ['hello', 'https://example.org/', `${'line\n'.repeat(40)}end`]) await hostile.says(text);
  await expect(host.log.getByRole('button', { name: 'Show more' })).toBeVisible();
  const honest = await shapeOf(host.page);

  const paragraphs = host.log.locator('p[dir="auto"]');
  for (let sent = 0; sent < corpus.length; sent += TEXTS_AT_ONCE) {
    await host.page.clock.fastForward(TEXTS_AT_ONCE * TEXT_EVERY_MS);
    const some = corpus.slice(sent, sent + TEXTS_AT_ONCE);
    await hostile.page.evaluate((texts) => {
      for (const text of texts) window.hostile.say(text);
    }, some);
    // Of a long log only the end is drawn.
    const newest = () => paragraphs.evaluateAll((all) => all.map((one) => one.textContent));
    await expect.poll(async () => (await newest()).slice(-some.length), 'what the log says').toEqual(some);
  }
  expect(beyond(honest, await shapeOf(host.page)), 'elements that the texts brought').toEqual([]);
  await host.ends();
}

/** Names on the host's knock card, in its list and in its banner. */
async function knock(host: Host, hostile: Hostile, harm: HarmWatch, names: readonly string[]): Promise<void> {
  const card = host.page.getByRole('main').getByRole('heading', { name: /is asking to come in$/ });
  const listed = host.page.getByRole('navigation').locator('[aria-current="true"] bdi');
  const banner = host.page.locator('.banner');
  await host.page.getByRole('button', { name: 'Create another invite' }).click();
  // Not alone in the list from the start, so that later ones add nothing new to the page.
  await host.invites();

  let link = '';
  let honest: readonly string[] | null = null;
  const shown = [...new Set([HONEST, ...names].map((name) => cleanName(name) || 'Guest'))];
  for (const [place, name] of shown.entries()) {
    if (place % SEATS_PER_LINK === 0) {
      await host.wantsAnother();
      link = await host.invites();
    }
    await hostile.knocks(link, names.find((raw) => cleanName(raw) === name) ?? name);
    await expect(card).toBeVisible();
    expect(await card.locator('bdi').textContent(), 'the name on the card').toBe(name);
    expect(await listed.textContent(), 'the name in the list').toBe(name);
    const shape = await shapeOf(host.page);

    await host.wantsAnother();
    await expect(banner).toBeVisible();
    expect(await banner.locator('bdi').textContent(), 'the name in the banner').toBe(name);
    shape.push(...(await shapeOf(host.page)));
    await banner.getByRole('button', { name: 'Show' }).click();

    honest ??= shape;
    expect(beyond(honest, shape), `elements that the name ${name} brought`).toEqual([]);
    await harm.expectNone(`after the knock of ${name}`);
    await host.declines();
    await hostile.stands('declined');
  }
}

/** Names of a host whose page is hostile too: in the header of the guest's room, and before each message. */
async function playHost(guest: Guest, hostile: Hostile, harm: HarmWatch): Promise<void> {
  const header = guest.page.getByRole('region', { name: 'Chat' }).getByRole('heading', { level: 1 });
  let honest: readonly string[] | null = null;
  for (const name of [HONEST, ...shortCorpus]) {
    await hostile.startsAnew();
    await guest.opens(await hostile.invites(name));
    await guest.asks();
    await guest.isConnected();
    await hostile.says('hello');
    await guest.hears('hello');
    expect(await header.textContent(), 'the name over the room').toBe(cleanName(name));
    expect(await guest.log.locator('.message .unseen').textContent()).toBe(`${cleanName(name)}:`);
    const shape = await shapeOf(guest.page);
    honest ??= shape;
    expect(beyond(honest, shape), `elements that the name ${name} brought`).toEqual([]);
    await harm.expectNone(`in a room with ${name}`);
    await guest.leaves();
    await guest.sees('Chat ended');
  }
}

/** Everything that an address can carry: the fragment of a link, a query, a path. */
async function visit(page: Page, origin: string): Promise<void> {
  const harm = new HarmWatch([page], origin);
  let honest: readonly string[] | null = null;
  let nowhere: readonly string[] | null = null;
  const texts = ['nothing', ...corpus];
  const opened = Math.ceil(texts.length / PATHS_IN_BROWSER);
  for (const [place, text] of texts.entries()) {
    const encoded = encodeURIComponent(text);
    // The % alone is escaped: SvelteKit decodes the fragment too, and reports one that cannot be as an error.
    const fragment = text.replaceAll('%', '%25');
    await page.goto(`${origin}/j?${encoded}#${fragment}`);
    await expect(page.getByRole('heading', { name: 'This link is damaged' })).toBeVisible();
    // What comes last: a page that is left before is not like the others.
    await expect(page.getByRole('combobox', { name: 'Language' })).toBeVisible();
    const shape = await shapeOf(page);
    honest ??= shape;
    expect(beyond(honest, shape), `elements that the link ${text} brought`).toEqual([]);
    expect(await page.evaluate(() => location.hash), 'what is left of the fragment').toBe('');

    const path = `${origin}/${encoded}?${encoded}#${fragment}`;
    const answer = await page.request.get(path);
    expect(answer.status(), `the answer to the path ${text}`).toBe(404);
    expect(answer.headers()['content-type'], `what the answer to the path ${text} is`).toMatch(/^text\/plain\b/);
    expect(await answer.text(), `what the server says to the path ${text}`).toBe('Not found');
    if (place % opened === 0) {
      await page.goto(path);
      await expect(page.getByRole('heading', { name: 'Nothing here' })).toBeVisible();
      await expect(page.getByRole('combobox', { name: 'Language' })).toBeVisible();
      const shown = await shapeOf(page);
      nowhere ??= shown;
      expect(beyond(nowhere, shown), `elements that the path ${text} brought`).toEqual([]);
    }
    await harm.expectNone(`at the address ${text}`);
  }
}

/** A server that refuses everything in words of its own, and says more of the kind: nobody shows them. */
async function listenToServer(page: Page, story: Story, link: string): Promise<void> {
  const harm = new HarmWatch([page], story.origin);
  const guest = new Guest(page, story);
  let words = '';
  let answers = 0;
  await page.routeWebSocket(/socket\.io/, (socket) => {
    // Engine.IO 4 and Socket.IO 5: 0 open, 40 connected, 42 event, 43 answer.
    socket.send(`0{"sid":${words},"upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":16384}`);
    socket.onMessage((data) => {
      const message = String(data);
      if (message.startsWith('40')) socket.send(`40{"sid":${words}}`);
      const [, number] = /^42(\d+)\[/.exec(message) ?? [];
      if (number === undefined) return;
      const [, inviteId = ''] = /"inviteId":"([^"]*)"/.exec(message) ?? [];
      socket.send(`42["invite:ended",{"inviteId":"${inviteId}","why":${words}}]`);
      socket.send(`42[${words},{"inviteId":"${inviteId}"}]`);
      socket.send(`43${number}[{"ok":false,"refusal":${words}}]`);
      answers += 1;
    });
  });
  for (const text of shortCorpus) {
    words = JSON.stringify(text);
    answers = 0;
    await guest.opens(link);
    await guest.asks();
    await expect.poll(() => answers, 'requests that were answered').toBeGreaterThan(0);
    await guest.isTold('Asking to join…');
    expect(await page.locator('body').innerText(), 'the page').not.toContain(text);
    await harm.expectNone(`after the server said ${text}`);
    await page.goto(`${story.origin}/healthz`);
    // A tab goes on where it was; the next text is for a new one.
    await page.evaluate(() => {
      sessionStorage.clear();
    });
  }
}

/** What is in `shape` and not in `honest`. */
const beyond = (honest: readonly string[], shape: readonly string[]): string[] =>
  shape.filter((element) => !honest.includes(element));
