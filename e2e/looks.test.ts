import type { Locator } from 'playwright/test';

import { Host, meet } from './people.ts';
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

for (const colorScheme of ['light', 'dark'] as const) {
  test(`text can be read in ${colorScheme}`, async ({ newPage, newGuest, story }) => {
    const host = new Host(await newPage('host', { colorScheme }), story);
    const guest = await newGuest({ colorScheme });
    await meet(host, guest);
    await host.says('Can you read this?');
    await guest.hears('Can you read this?');
    for (const { page } of [host, guest]) {
      for (const text of [
        page.getByText('Can you read this?', { exact: true }),
        page.getByRole('status'),
        page.getByRole('button', { name: 'Verify' }),
        page.getByRole('button', { name: /^(End|Leave) chat$/ }),
      ]) {
        // WCAG 2.2, 1.4.3
        expect(await contrastOf(text)).toBeGreaterThanOrEqual(4.5);
      }
      expect(await page.evaluate(() => getComputedStyle(document.body).colorScheme)).toContain(colorScheme);
    }
  });
}

/** The contrast of a text with what is painted behind it, as WCAG computes it: 1 to 21. */
async function contrastOf(text: Locator): Promise<number> {
  return text.evaluate((element) => {
    const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
    if (canvas === null) throw new Error('no canvas');
    const channels = (color: string): number[] => {
      canvas.clearRect(0, 0, 1, 1);
      canvas.fillStyle = color;
      canvas.fillRect(0, 0, 1, 1);
      return [...canvas.getImageData(0, 0, 1, 1).data];
    };
    const luminance = (color: number[]): number => {
      const [red = 0, green = 0, blue = 0] = color.map((value) => {
        const part = value / 255;
        return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    let behind: Element | null = element;
    while (behind !== null && (channels(getComputedStyle(behind).backgroundColor)[3] ?? 0) < 255)
      behind = behind.parentElement;
    const ground = behind === null ? [255, 255, 255] : channels(getComputedStyle(behind).backgroundColor);
    const [light = 0, dark = 0] = [luminance(channels(getComputedStyle(element).color)), luminance(ground)].sort(
      (a, b) => b - a,
    );
    return (light + 0.05) / (dark + 0.05);
  });
}
