import type { Locator, TestInfo } from 'playwright/test';

import { cleanName } from '../../apps/web/src/lib/chat/text.ts';
import type { Host } from '../../e2e/people.ts';
import { expect, test } from '../../e2e/porch.ts';
import { Hostile, HOSTILE_BROWSER } from '../hostile/hostile.ts';
import { expectInSight, expectLeftToRight, expectOneLine, expectWithin, settled, WINDOWS } from '../hostile/layout.ts';
import { tooLongName, names, texts } from '../hostile/names.ts';
import { title } from '../table.ts';

const LABEL = 'Guest · not verified';
const HONEST = 'An honest line, before.';

test(title(17), async ({ host, newPage, story }, testInfo) => {
  // Every name is knocked with, looked at in two windows, let in, and looked at again.
  test.setTimeout(600_000);
  const hostile = await Hostile.in(await newPage('guest', HOSTILE_BROWSER), story.origin);
  await host.page.goto(story.origin);
  // One more in the list, so that there is a place where a knock is only announced.
  await host.invites();

  for (const { what, text } of names) {
    const shown = cleanName(text) || 'Guest';
    await test.step(`name: ${what}`, async () => {
      await host.wantsAnother();
      await hostile.startsAnew();
      await hostile.knocks(await host.invites(), text);
      await lookAtKnock(host, shown, picture(testInfo, `knock, ${what}`));
      await host.letsIn();
      await host.isConnected();
      await hostile.stands('chatting');
      await hostile.says(HONEST);
      await host.hears(HONEST);
      await lookAtRoom(host, shown, picture(testInfo, `room, ${what}`));
      await host.ends();
      await host.sees('Chat ended');
      await host.page.getByRole('button', { name: 'Create another invite' }).click();
    });
  }

  await test.step(`name: ${tooLongName.what}`, async () => {
    await hostile.startsAnew();
    const link = await host.invites();
    await hostile.page.evaluate(([url, name]) => window.hostile.knock(url, name), [link, tooLongName.text] as const);
    await hostile.stands('declined');
    await host.isTold('Waiting for your guest');
  });

  await test.step('texts', async () => {
    await host.wantsAnother();
    await hostile.startsAnew();
    await hostile.knocks(await host.invites(), 'Mallory');
    await host.letsIn();
    await host.isConnected();
    await hostile.stands('chatting');
    await hostile.says(HONEST);
    await host.says('An honest answer.');
    for (const { what, text } of texts) {
      await test.step(what, async () => {
        await hostile.says(text);
        await lookAtMessage(host, text, picture(testInfo, `text, ${what}`));
      });
    }
  });

  testInfo.annotations.push({
    type: 'figure',
    description: `${names.length + 1} names in 5 places and ${texts.length} texts, at ${WINDOWS.map(({ width }) => width).join(' and ')} pixels`,
  });
});

/** Takes a picture of the page for people to look at, in the folder of the test's results. */
type Picture = (host: Host, width: number) => Promise<void>;

const picture =
  (testInfo: TestInfo, name: string): Picture =>
  async ({ page }, width) => {
    await page.screenshot({ path: testInfo.outputPath(`${name} ${width}.png`.replaceAll(/[^\w .-]/g, '_')) });
  };

/** The card, the list and the banner of a knock. */
async function lookAtKnock(host: Host, name: string, take: Picture): Promise<void> {
  const { page } = host;
  const card = page.getByRole('main').locator('section.card');
  const label = card.locator('.badge');
  const banner = page.locator('.banner');
  for (const window of WINDOWS) {
    await page.setViewportSize(window);
    await expect(label).toHaveText(LABEL);
    await settled(page);
    await take(host, window.width);
    await expect(card.getByRole('heading').locator('bdi'), 'the name, kept apart').toHaveCount(1);
    expect(await card.getByRole('heading').locator('bdi').textContent(), 'the name').toBe(name);
    const [admit, decline] = [
      card.getByRole('button', { name: 'Let in' }),
      card.getByRole('button', { name: 'Decline' }),
    ];
    await expectInSight(page, { 'the label': label, 'Let in': admit, Decline: decline });
    for (const [what, thing] of Object.entries({ label, admit, decline })) {
      await expectWithin(thing, card, what);
      await expectOneLine(thing, what);
    }
    await expectWithin(card.getByRole('heading').locator('bdi'), card, 'the name');
    await expectLeftToRight(card.getByRole('heading'), ' is asking to come in');
    await expectLeftToRight(label, LABEL);
    expect(await page.title(), 'the title of the tab').toBe('● A guest is asking to come in – Porchlight');
  }

  const listed = page.getByRole('navigation').locator('.entry', { hasText: 'Wants to come in' });
  await expectInSight(page, { 'the entry in the list': listed });
  await expectWithin(listed.locator('.title'), listed, 'the name in the list');
  await expectLeftToRight(listed, 'Wants to come in');
  await host.wantsAnother();
  for (const window of WINDOWS.toReversed()) {
    await page.setViewportSize(window);
    await settled(page);
    await take(host, window.width + 1);
    const show = banner.getByRole('button', { name: 'Show' });
    await expectInSight(page, { 'the banner': banner, Show: show });
    await expectOneLine(show, 'Show');
    await expectWithin(banner.locator('bdi'), banner, 'the name in the banner');
    await expectLeftToRight(banner, ' is asking to come in.');
  }
  await banner.getByRole('button', { name: 'Show' }).click();
}

/** The header of the room, and the first message in it. */
async function lookAtRoom(host: Host, name: string, take: Picture): Promise<void> {
  const { page } = host;
  const room = page.getByRole('region', { name: 'Chat' });
  const header = room.locator('header');
  for (const window of WINDOWS) {
    await page.setViewportSize(window);
    await settled(page);
    await take(host, window.width);
    expect(await header.locator('bdi').textContent(), 'the name').toBe(name);
    await expectInSight(page, furniture(host, room));
    await expectWithin(header.getByRole('heading'), header, 'the name in the header');
    await expectLeftToRight(header.getByRole('status'), 'Connected directly');
    await expectLeftToRight(host.log, HONEST);
    expect(await page.title(), 'the title of the tab').toBe('Private chat – Porchlight');
  }
}

/** A message like no other: it stays in its bubble, and everything around it stays where it was. */
async function lookAtMessage(host: Host, text: string, take: Picture): Promise<void> {
  const { page } = host;
  const room = page.getByRole('region', { name: 'Chat' });
  const said = host.log.locator('.message.peer').last();
  await expect.poll(() => said.locator('p').evaluate((one) => one.textContent)).toBe(text);
  for (const window of WINDOWS) {
    await page.setViewportSize(window);
    await settled(page);
    await take(host, window.width);
    await expectInSight(page, furniture(host, room));
    await expectWithin(said, host.log, 'the bubble in the log');
    await expectWithin(said.locator('p'), said, 'the text in its bubble');
    expect
      .soft(
        await host.log.evaluate((log) => log.scrollWidth - log.clientWidth),
        'pixels by which the log is wider than it shows',
      )
      .toBe(0);
    await expectLeftToRight(host.log, HONEST);
    await expectLeftToRight(host.log, 'An honest answer.');
    await expectLeftToRight(said.locator('time'), (await said.locator('time').textContent()) ?? '');
  }
}

/** What a room needs to be used and left. */
const furniture = (host: Host, room: Locator): Readonly<Record<string, Locator>> => ({
  Verify: room.getByRole('button', { name: 'Verify' }),
  'End chat': room.getByRole('button', { name: 'End chat' }),
  'the status': room.getByRole('status'),
  'the composer': host.composer,
  Send: room.getByRole('button', { name: 'Send' }),
});
