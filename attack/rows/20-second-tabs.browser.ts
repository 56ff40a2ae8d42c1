import type { Page } from 'playwright';

import type { Reason } from '../../apps/web/src/lib/session/reasons.ts';
import { timing } from '../../apps/web/src/lib/session/timing.ts';
import { inEnglish } from '../../e2e/english.ts';
import { launch } from '../../e2e/launch.ts';
import { Guest, meet, type Story } from '../../e2e/people.ts';
import { expect, test } from '../../e2e/porch.ts';
import { knownBrowsers } from '../../scripts/browsers.js';
import { claimsIn } from '../record.ts';
import { title } from '../table.ts';

test(title(20), async ({ host, guest, newGuest, story }, testInfo) => {
  test.setTimeout(300_000);
  const link = await host.invites();
  await guest.opens(link);
  await guest.asks();
  await host.hearsKnock('Mia Lindqvist');
  const seats = (): number => claimsIn(testInfo.outputPath('relay.jsonl')).given;
  expect(seats(), 'seats given to the first tab').toBe(1);

  await test.step('the same tab twice, while the first one waits', async () => {
    for (const second of [await duplicated(guest, link, story), await openedFrom(guest, link, story)]) {
      await isTurnedAway(second, 'reserved');
      await second.page.close();
    }
  });
  await test.step('the link in another browser, while the first one waits', async () => {
    const second = await newGuest();
    await second.opens(link);
    await isTurnedAway(second, 'reserved');
    // Firefox is a second browser where there is one; a second profile of the first one is there always.
    if (knownBrowsers().found.firefox !== undefined) {
      const firefox = await launch('firefox');
      try {
        const third = new Guest(await firefox.newPage(), story);
        await third.opens(link);
        await isTurnedAway(third, 'reserved');
      } finally {
        await firefox.close();
      }
    }
  });
  expect(seats(), 'seats given while the first one waits').toBe(1);
  await guest.isTold('Waiting to be let in');

  await test.step('the first one comes in all the same', async () => {
    await host.letsIn();
    await host.isConnected();
    await guest.isConnected();
  });
  await test.step('the same tab twice, and another browser, during the chat', async () => {
    for (const second of [await duplicated(guest, link, story), await openedFrom(guest, link, story)]) {
      await isTurnedAway(second, 'used');
      await second.page.close();
    }
    const third = await newGuest();
    await third.opens(link);
    await isTurnedAway(third, 'used');
    await guest.says('still the one who was let in');
    await host.hears('still the one who was let in');
  });

  await test.step('away, back and forward: the tab that was let in goes on, and no other', async () => {
    await guest.page.goto('about:blank');
    await guest.page.goBack();
    await guest.isConnected();
    await guest.says('away and back');
    await host.hears('away and back');
    await guest.page.goForward();
    await host.isTold('Reconnecting…');
    await host.sees(inEnglish('peer-gone').heading, timing.farewell + 10_000);
    await expect(host.page.getByText(inEnglish('peer-gone').sentence)).toBeVisible();
  });
  await test.step('back after the other side has stopped waiting', async () => {
    await guest.page.goBack();
    await guest.sees(inEnglish('peer-gone').heading, timing.farewell + 15_000);
    await guest.page.reload();
    await says(guest.page, 'missing');
  });
  await test.step('a closed tab opened again, without and with what is behind the #', async () => {
    const context = guest.page.context();
    const address = guest.page.url();
    await guest.page.close();
    expect(address, 'what the browser remembers').not.toContain('#');
    const again = new Guest(await context.newPage(), story);
    await again.page.goto(address);
    await says(again.page, 'missing');
    await again.page.goto('about:blank');
    await again.opens(link);
    await isTurnedAway(again, 'used');
  });
  expect(seats(), 'seats given in all').toBe(1);

  await test.step('back after leaving', async () => {
    const [host2, guest2] = [host, await newGuest()];
    await host2.page.goto(story.origin);
    const secondLink = await meet(host2, guest2);
    await guest2.leaves();
    await says(guest2.page, 'left');
    await guest2.page.goto('about:blank');
    await guest2.page.goBack();
    const word = guest2.page
      .getByText(inEnglish('missing').sentence)
      .or(guest2.page.getByText(inEnglish('left').sentence));
    await expect(word, 'a page that was kept, or loaded anew').toBeVisible();
    await guest2.page.goto('about:blank');
    await guest2.opens(secondLink);
    await isTurnedAway(guest2, 'used');
  });
  expect(seats(), 'seats given by both links').toBe(2);
});

/** A tab as a browser duplicates it: same profile, same address, a copy of the session storage. */
async function duplicated(first: Guest, link: string, story: Story): Promise<Guest> {
  const kept = await first.page.evaluate(() => Object.entries<string>(sessionStorage));
  const page = await first.page.context().newPage();
  await page.addInitScript((entries) => {
    for (const [name, value] of entries) sessionStorage.setItem(name, value);
  }, kept);
  const second = new Guest(page, story);
  await second.opens(link);
  return second;
}

/** A tab opened by a script of the first one. */
async function openedFrom(first: Guest, link: string, story: Story): Promise<Guest> {
  const [page] = await Promise.all([
    first.page.context().waitForEvent('page'),
    first.page.evaluate((url) => void window.open(url), link),
  ]);
  await expect(page.getByText('You are invited to a private chat')).toBeVisible();
  return new Guest(page, story);
}

async function isTurnedAway(second: Guest, reason: Reason): Promise<void> {
  await second.asks('Second Guest');
  await says(second.page, reason);
}

async function says(page: Page, reason: Reason): Promise<void> {
  await expect(page.getByRole('heading', { name: inEnglish(reason).heading })).toBeVisible();
  await expect(page.getByText(inEnglish(reason).sentence)).toBeVisible();
}
