import type { Page } from 'playwright/test';

import { Host, meet } from '../../e2e/people.ts';
import { expect, test } from '../../e2e/porch.ts';
import { Hostile, HOSTILE_BROWSER } from '../hostile/hostile.ts';
import { p95, typeAndMeasure } from '../hostile/typing.ts';
import { title } from '../table.ts';

const SPAMMER = 'Mallory';
const FRIEND = 'Mia Lindqvist';
const FLOODED = /sent more than anyone can read, so this page closed the connection/;
const LEFT_OUT = /sent more than anyone can read\. Some of it was left out/;

/** docs/protocol.md §4.4: so many texts at once, and so many messages drawn at most. */
const TEXTS_AT_ONCE = 20;
const MOST_DRAWN = 150;
/** §2.2: so many seats in ten minutes. */
const SEATS_PER_LINK = 5;

/** Each sends up to a thousand a second until the line is cut. They run in the spammer's page. */
const floods: Record<string, () => Promise<void>> = {
  texts: () => window.hostile.flood(() => window.hostile.say('Buy now!')),
  'typing notices': () => window.hostile.flood(() => window.hostile.sendFrame(128, 0, new Uint8Array(0))),
  'receipts for nothing': () => window.hostile.flood(() => window.hostile.sendFrame(2, 0, new Uint8Array(0))),
  'types that nobody knows': () => window.hostile.flood(() => window.hostile.sendFrame(200, 0, new Uint8Array(9999))),
};

test(title(18), async ({ host, guest, newPage, story }, testInfo) => {
  test.setTimeout(400_000);
  const spammer = await Hostile.in(await newPage('guest', HOSTILE_BROWSER), story.origin);
  await meet(host, guest);
  const delaysMs: number[] = [];

  await test.step('more texts than anyone can read are left out, and it says so', async () => {
    await letIn(host, spammer);
    await spammer.page.evaluate((count) => {
      for (let n = 0; n < count; n += 1) window.hostile.say(`Buy number ${n}!`);
    }, 3 * TEXTS_AT_ONCE);
    await expect(host.log.getByText(LEFT_OUT), 'the notice').toBeVisible();
    // How many at most is asked below, where no time passes.
    expect(await host.log.locator('.message').count(), 'texts in the log').toBeGreaterThanOrEqual(TEXTS_AT_ONCE);
    await host.isConnected();
  });

  await test.step('as much as goes without being ended, for ten seconds', async () => {
    await host.turnsTo(FRIEND);
    const spamming = spammer.page.evaluate(async () => {
      for (let n = 0; n < 100; n += 1) {
        window.hostile.say('Buy now!');
        if (n % 10 === 0) window.hostile.sendFrame(128, 0, new Uint8Array(0));
        window.hostile.sendFrame(200, 0, new Uint8Array(9999));
        await new Promise((next) => setTimeout(next, 100));
      }
    });
    delaysMs.push(...(await writeTo(host, 'While the other one shouts, this goes on as ever. '.repeat(3))));
    await spamming;
    expect(await spammer.page.evaluate(() => window.hostile.stands), 'the spammer').toBe('chatting');
    await guest.hears('While the other one shouts, this goes on as ever. '.repeat(3).trim());
    await host.turnsTo(SPAMMER);
    await host.ends();
    await dismiss(host);
  });

  for (const [name, flood] of Object.entries(floods)) {
    await test.step(`a thousand ${name} a second`, async () => {
      await letIn(host, spammer);
      await host.turnsTo(FRIEND);
      const flooding = spammer.page.evaluate(flood).catch(() => undefined);
      delaysMs.push(...(await writeTo(host, `Not even a thousand ${name} a second.`)));
      await flooding;
      await guest.hears(`Not even a thousand ${name} a second.`);
      await expectEndedFor(host, FLOODED);
    });
  }

  await test.step('coming back as fast as it can', async () => {
    await letIn(host, spammer);
    await host.turnsTo(FRIEND);
    const coming = comeBackUntilCut(spammer.page);
    delaysMs.push(...(await writeTo(host, 'However often it comes back.')));
    await guest.hears('However often it comes back.');
    await expectEndedFor(host, FLOODED, 60_000);
    await spammer.startsAnew();
    await coming;
  });

  await test.step('knocking and going away, again and again', async () => {
    await host.wantsAnother();
    const link = await host.invites();
    for (let seat = 0; seat < SEATS_PER_LINK; seat += 1) {
      await spammer.knocks(link, SPAMMER);
      await host.hearsKnock(SPAMMER);
      await spammer.leaves();
      await host.isTold('Waiting for your guest');
    }
    await spammer.page.evaluate(([url, name]) => window.hostile.knock(url, name), [link, SPAMMER] as const);
    await spammer.stands('try-later');
    await host.isTold('Waiting for your guest');
    await expect(host.page.getByText('The last guest left before you answered.')).toBeVisible();
  });

  await test.step('while no time passes, so many texts and not one more', async () => {
    await burst(new Host(await newPage('host'), story), spammer);
  });

  await test.step('a chat that never ends is not drawn whole', async () => {
    await sendMoreThanIsDrawn(new Host(await newPage('host'), story), spammer);
  });

  testInfo.annotations.push({
    type: 'figure',
    description: `from key to paint in another chat meanwhile: p95 ${Math.round(p95(delaysMs))} ms, at most ${Math.round(Math.max(...delaysMs))} ms, of ${delaysMs.length} keys`,
  });
});

/** A new invite, and the spammer in its chat, which is open on the host's page. */
async function letIn(host: Host, spammer: Hostile): Promise<void> {
  await host.wantsAnother();
  await spammer.startsAnew();
  await spammer.knocks(await host.invites(), SPAMMER);
  await host.hearsKnock(SPAMMER);
  await host.letsIn();
  await host.isConnected();
  await spammer.stands('chatting');
}

/** Writes to the friend, whose chat is open, and gives how long each letter took to be seen, in ms. */
async function writeTo(host: Host, text: string): Promise<number[]> {
  await host.page.bringToFront();
  await host.composer.focus();
  const delays = await typeAndMeasure(host.page, text);
  await expect(host.composer, 'what was typed').toHaveValue(text);
  await host.says(text.trim());
  return delays;
}

/** The one session in the list that is over ended for this reason; then it is taken off the list. */
async function expectEndedFor(host: Host, reason: RegExp, withinMs = 20_000): Promise<void> {
  const over = host.page.getByRole('navigation').getByRole('button', { name: /Over$/ });
  await expect(over, 'the spammer in the list').toBeVisible({ timeout: withinMs });
  await over.click();
  await host.sees('Chat ended');
  await expect(host.page.getByRole('main'), 'why it ended').toContainText(reason);
  await dismiss(host);
}

async function dismiss(host: Host): Promise<void> {
  await host.page.getByRole('button', { name: 'Create another invite' }).click();
}

/** Comes back whenever it is in, until the page is left. */
async function comeBackUntilCut(page: Page): Promise<void> {
  await page
    .evaluate(async () => {
      for (let n = 0; n < 1000; n += 1) {
        window.hostile.comeBack();
        await new Promise((next) => setTimeout(next, 50));
      }
    })
    .catch(() => undefined);
}

/** Three times as many texts as are shown at once, by a clock that stands still. */
async function burst(host: Host, spammer: Hostile): Promise<void> {
  await meetByAClock(host, spammer);
  await host.page.clock.pauseAt(await host.page.evaluate(() => Date.now() + 1000));
  try {
    await spammer.page.evaluate((count) => {
      for (let n = 0; n < count; n += 1) window.hostile.say(`Buy number ${n}!`);
      // Comes after all of them, and is seen.
      window.hostile.sendFrame(128, 0, new Uint8Array(0));
    }, 3 * TEXTS_AT_ONCE);
    await expect(host.page.getByText(/is writing/), 'the typing notice behind the last text').toBeVisible();
    expect(await host.log.locator('.message').count(), 'texts in the log').toBe(TEXTS_AT_ONCE);
    await expect(host.log.getByText(LEFT_OUT), 'the notice').toBeVisible();
  } finally {
    // A page that is closed has to wait for its own clock (e2e/porch.ts).
    await host.page.clock.resume();
  }
}

/** A chat with the spammer in a page whose clock can be moved. */
async function meetByAClock(host: Host, spammer: Hostile): Promise<void> {
  await host.page.clock.install();
  await spammer.startsAnew();
  await spammer.knocks(await host.invites(), SPAMMER);
  await host.letsIn();
  await host.isConnected();
  await spammer.stands('chatting');
}

/** More texts than are drawn, each twenty of them four seconds after the last, by a clock that is hurried. */
async function sendMoreThanIsDrawn(host: Host, spammer: Hostile): Promise<void> {
  await meetByAClock(host, spammer);
  const drawn = host.log.locator('.message');
  for (let sent = 0; sent < MOST_DRAWN + 100; sent += TEXTS_AT_ONCE) {
    await spammer.page.evaluate(
      ([first, count]) => {
        for (let n = first; n < first + count; n += 1) window.hostile.say(`text ${n}`);
      },
      [sent, TEXTS_AT_ONCE] as const,
    );
    await expect(drawn.last(), 'the newest text').toContainText(`text ${sent + TEXTS_AT_ONCE - 1}`);
    await host.page.clock.fastForward(TEXTS_AT_ONCE * 200);
  }
  await expect(host.page.getByText(LEFT_OUT)).toBeHidden();
  expect(await drawn.count(), 'messages in the page').toBeLessThanOrEqual(MOST_DRAWN);
  // What is not drawn is not lost: the first message is where one goes for it.
  await drawn.last().focus();
  await host.page.keyboard.press('Home');
  await expect(drawn.first(), 'the oldest text').toContainText('text 0');
  expect(await drawn.count(), 'messages in the page').toBeLessThanOrEqual(MOST_DRAWN);
}
