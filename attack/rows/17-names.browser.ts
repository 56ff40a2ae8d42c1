import type { Locator, Page, TestInfo, ViewportSize } from 'playwright/test';

import { cleanName } from '../../apps/web/src/lib/chat/text.ts';
import type { Host } from '../../e2e/people.ts';
import { expect, test } from '../../e2e/porch.ts';
import { Hostile, HOSTILE_BROWSER } from '../hostile/hostile.ts';
import { faultsOf, settled, WINDOWS, type Layout } from '../hostile/layout.ts';
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
      await lookAtKnock(host, shown, { testInfo, what });
      await host.letsIn();
      await host.isConnected();
      await hostile.stands('chatting');
      await hostile.says(HONEST);
      await host.hears(HONEST);
      await lookAtRoom(host, shown, { testInfo, what });
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
        await lookAtMessage(host, text, { testInfo, what });
      });
    }
  });

  testInfo.annotations.push({
    type: 'figure',
    description: `${names.length + 1} names in 5 places and ${texts.length} texts, at ${WINDOWS.map(({ width }) => width).join(' and ')} pixels`,
  });
});

/** What is being looked at, by which a fault and its picture are known. */
interface Look {
  readonly testInfo: TestInfo;
  readonly what: string;
}

/** Looks at the page in each window. Takes a picture for people where something is not. */
async function lookAt(
  { testInfo, what }: Look,
  page: Page,
  layout: Layout,
  windows: readonly ViewportSize[] = WINDOWS,
): Promise<void> {
  for (const window of windows) {
    await page.setViewportSize(window);
    await settled(page);
    const faults = await faultsOf(page, layout);
    const where = `${what} ${window.width}`;
    if (faults.length > 0)
      await page.screenshot({ path: testInfo.outputPath(`${where}.png`.replaceAll(/[^\w .-]/g, '_')) });
    expect.soft(faults, `${where} pixels`).toEqual([]);
  }
}

/** The card, the list and the banner of a knock. */
async function lookAtKnock(host: Host, name: string, { testInfo, what }: Look): Promise<void> {
  const { page } = host;
  const card = page.getByRole('main').locator('section.card');
  const heading = card.getByRole('heading');
  const label = card.locator('.badge');
  const admit = card.getByRole('button', { name: 'Let in' });
  const decline = card.getByRole('button', { name: 'Decline', exact: true });
  const banner = page.locator('.banner');
  await expect(heading.locator('bdi'), 'the name, kept apart').toHaveCount(1);
  await lookAt({ testInfo, what: `knock, ${what}, card` }, page, {
    says: {
      'the name': [heading.locator('bdi'), name],
      'the label': [label, LABEL],
      'the title of the tab': [titleOf(page), '● A guest is asking to come in – Porchlight'],
    },
    inSight: { 'the label': label, 'Let in': admit, Decline: decline },
    within: {
      'the label': [label, card],
      'Let in': [admit, card],
      Decline: [decline, card],
      'the name': [heading.locator('bdi'), card],
    },
    oneLine: { 'the label': label, 'Let in': admit, Decline: decline },
    leftToRight: [
      [heading, ' is asking to come in'],
      [label, LABEL],
    ],
  });

  const listed = page.getByRole('navigation').locator('.entry', { hasText: 'Wants to come in' });
  await lookAt(
    { testInfo, what: `knock, ${what}, list` },
    page,
    {
      inSight: { 'the entry in the list': listed },
      within: { 'the name in the list': [listed.locator('.title'), listed] },
      leftToRight: [[listed, 'Wants to come in']],
    },
    WINDOWS.slice(-1),
  );

  await host.wantsAnother();
  const show = banner.getByRole('button', { name: 'Show' });
  await lookAt(
    { testInfo, what: `knock, ${what}, banner` },
    page,
    {
      inSight: { 'the banner': banner, Show: show },
      within: { 'the name in the banner': [banner.locator('bdi'), banner] },
      oneLine: { Show: show },
      leftToRight: [[banner, ' is asking to come in.']],
    },
    WINDOWS.toReversed(),
  );
  await show.click();
}

/** The header of the room, and the first message in it. */
async function lookAtRoom(host: Host, name: string, { testInfo, what }: Look): Promise<void> {
  const { page } = host;
  const room = page.getByRole('region', { name: 'Chat' });
  const header = room.locator('header');
  await lookAt({ testInfo, what: `room, ${what}` }, page, {
    says: {
      'the name': [header.locator('bdi'), name],
      'the title of the tab': [titleOf(page), 'Private chat – Porchlight'],
    },
    inSight: furniture(host, room),
    within: { 'the name in the header': [header.getByRole('heading'), header] },
    leftToRight: [
      [header.getByRole('status'), 'Connected directly'],
      [host.log, HONEST],
    ],
  });
}

/** A message like no other: it stays in its bubble, and everything around it stays where it was. */
async function lookAtMessage(host: Host, text: string, { testInfo, what }: Look): Promise<void> {
  const { page } = host;
  const room = page.getByRole('region', { name: 'Chat' });
  const said = host.log.locator('.message.peer').last();
  await expect.poll(() => said.locator('p').evaluate((one) => one.textContent)).toBe(text);
  await lookAt({ testInfo, what: `text, ${what}` }, page, {
    inSight: furniture(host, room),
    within: {
      'the bubble in the log': [said, host.log],
      'the text in its bubble': [said.locator('p'), said],
    },
    notWider: { 'the log': host.log },
    leftToRight: [
      [host.log, HONEST],
      [host.log, 'An honest answer.'],
      [said.locator('time'), (await said.locator('time').textContent()) ?? ''],
    ],
  });
}

/** What the tab is called. */
const titleOf = (page: Page): Locator => page.locator('head > title');

/** What a room needs to be used and left. */
const furniture = (host: Host, room: Locator): Readonly<Record<string, Locator>> => ({
  Verify: room.getByRole('button', { name: 'Verify' }),
  'End chat': room.getByRole('button', { name: 'End chat' }),
  'the status': room.getByRole('status'),
  'the composer': host.composer,
  Send: room.getByRole('button', { name: 'Send' }),
});
