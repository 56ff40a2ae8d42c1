import type { Page } from 'playwright';

import { comeIn, meet } from './people.ts';
import { expect, test } from './porch.ts';

test(
  'what both were writing is there after a reload, and is sent',
  { tag: '@every-browser' },
  async ({ host, guest }) => {
    await meet(host, guest);
    await host.writes('what the host was about to say');
    await guest.writes('what the guest was about to say');
    await Promise.all([host.page.reload(), guest.page.reload()]);
    await expect(host.composer).toHaveValue('what the host was about to say');
    await expect(guest.composer).toHaveValue('what the guest was about to say');

    for (const { composer } of [host, guest]) await composer.press('Enter');
    await guest.hears('what the host was about to say');
    await host.hears('what the guest was about to say');
    await Promise.all([host.page.reload(), guest.page.reload()]);
    for (const person of [host, guest]) {
      await person.isConnected();
      await expect(person.composer).toHaveValue('');
    }
  },
);

test('an answer and an edit are there after a reload, and what waited for the edit', async ({ host, guest }) => {
  await meet(host, guest);
  await host.says('shall we meet at noon');
  await guest.hears('shall we meet at noon');
  await guest.says('the third question');
  await host.hears('the third question');

  await guest.chooses('Reply', 'shall we meet at noon');
  await guest.writes('gladly, if');
  await guest.page.reload();
  await expect(guest.page.getByRole('button', { name: 'Cancel reply' })).toBeVisible();
  await expect(guest.composer).toHaveValue('gladly, if');
  await guest.says('gladly, if the sun shines');
  await host.hears('gladly, if the sun shines');
  await expect(host.bubble('gladly, if the sun shines')).toContainText('shall we meet at noon');

  await guest.writes('and bring');
  await guest.chooses('Edit', 'the third question');
  await guest.writes('the fourth question');
  await guest.page.reload();
  await expect(guest.page.getByRole('button', { name: 'Cancel edit' })).toBeVisible();
  await expect(guest.composer).toHaveValue('the fourth question');
  await guest.composer.press('Enter');
  await host.hears('the fourth question');
  await expect(guest.composer).toHaveValue('and bring');
});

test('each chat of a host has what was being written in it', async ({ host, guest, newGuest }) => {
  await meet(host, guest);
  await host.writes('for the first guest');
  await host.wantsAnother();
  const second = await newGuest();
  await second.opens(await host.invites());
  await second.asks('Bela Bartholdy');
  await host.hearsKnock('Bela Bartholdy');
  await host.letsIn();
  await second.isConnected();
  await expect(host.composer).toHaveValue('');
  await host.writes('for the second guest');
  for (let times = 0; times < 2; times += 1) {
    await host.turnsTo('Mia Lindqvist');
    await expect(host.composer).toHaveValue('for the first guest');
    await host.turnsTo('Bela Bartholdy');
    await expect(host.composer).toHaveValue('for the second guest');
    if (times === 0) await host.page.reload();
  }
});

test('with the chat goes what was being written in it', { tag: '@every-browser' }, async ({ host, guest }) => {
  await meet(host, guest);
  for (const person of [host, guest]) {
    await person.writes('never to be sent');
    await person.page.reload();
    await expect(person.composer).toHaveValue('never to be sent');
    await person.isConnected();
  }
  await guest.leaves();
  for (const person of [host, guest]) {
    await person.sees('Chat ended');
    await expect.poll(() => keptBy(person.page), 'what is kept').toEqual([]);
  }
  await host.wantsAnother();
  await comeIn(host, guest, await host.invites());
  for (const { composer } of [host, guest]) await expect(composer).toHaveValue('');
});

/** What a page has stored, by its names. SvelteKit notes how far a page was scrolled before it was loaded again. */
const keptBy = (page: Page): Promise<string[]> =>
  page.evaluate(async () => [
    ...Object.keys(localStorage),
    ...Object.keys(sessionStorage).filter((name) => !name.startsWith('sveltekit:')),
    ...(await indexedDB.databases()).map(({ name = '' }) => name),
  ]);
