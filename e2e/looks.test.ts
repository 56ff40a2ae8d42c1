import { Host } from './people.ts';
import { expect, test } from './porch.ts';

const PHONE = { viewport: { width: 360, height: 640 }, hasTouch: true };

test(
  'nothing scrolls sideways on a phone 360 pixels wide',
  { tag: '@every-browser' },
  async ({ newPage, newGuest, story }) => {
    const host = new Host(await newPage('host', PHONE), story);
    const guest = await newGuest(PHONE);
    const word = 'Donaudampfschifffahrtsgesellschaftskapitän'.repeat(5);

    await host.page.goto(story.origin);
    await expect(host.page.getByRole('button', { name: 'Create invite link' })).toBeVisible();
    expect(await host.scrollsSideways()).toBe(false);
    const link = await host.invites();
    expect(await host.scrollsSideways()).toBe(false);

    await guest.opens(link);
    expect(await guest.scrollsSideways()).toBe(false);
    await guest.asks('W'.repeat(32));
    await guest.isTold('Waiting to be let in');
    expect(await guest.scrollsSideways()).toBe(false);
    await host.hearsKnock('W'.repeat(32));
    expect(await host.scrollsSideways()).toBe(false);

    await host.letsIn();
    await host.isConnected();
    await guest.isConnected();
    await guest.says(word);
    await host.hears(word);
    for (const person of [host, guest]) {
      expect(await person.scrollsSideways()).toBe(false);
      await expect(person.composer).toBeInViewport();
      await person.page.getByRole('button', { name: 'Verify' }).click();
      await expect(person.page.getByRole('dialog')).toBeVisible();
      expect(await person.scrollsSideways()).toBe(false);
      await person.page.keyboard.press('Escape');
    }

    await host.ends();
    for (const person of [host, guest]) {
      await person.sees('Chat ended');
      expect(await person.scrollsSideways()).toBe(false);
    }
  },
);
