import type { Page } from 'playwright';

import { SIZES, turnTo } from '../screens/camera.ts';
import { endings, untold } from '../screens/endings.ts';
import { leave, type Place } from '../screens/people.ts';
import { TALKS, wordsOf } from '../screens/words.ts';
import { focused, obstacles } from './access.ts';
import { expect, test } from './porch.ts';

/** In which each ending is looked at, light and dark, once it has been come to as for its picture. */
const LOOKS = [
  ['at a desk', 'en', SIZES.desktop, false],
  ['on a phone, in Arabic', 'ar', SIZES.phone, true],
] as const;

for (const { name, endings: seen, others = [], tell } of endings) {
  test(`nothing keeps people from ${name}`, async ({ browserOf }) => {
    test.setTimeout(240_000);
    const [browser, say] = [await browserOf('host'), await wordsOf('en')];
    const place: Place = { browser, origin: '', language: 'en', say, talk: TALKS.en, contexts: [], servers: [] };
    const screens: string[] = [];
    const take = async (page: Page, screen: string): Promise<void> => {
      screens.push(screen);
      // An advice above an invitation takes nobody along.
      if (!screen.includes('in-app')) await takesAlong(page, screen);
      const browser = await page.context().newCDPSession(page);
      for (const [where, language, size, touch] of LOOKS) {
        await page.setViewportSize(size);
        await browser.send('Emulation.setTouchEmulationEnabled', { enabled: touch });
        await expect.poll(() => page.evaluate(() => matchMedia('(pointer: coarse)').matches)).toBe(touch);
        await turnTo(page, language);
        expect.soft(await obstacles(page, { touch }), `${screen}, ${where}`).toEqual([]);
      }
      // Which ends what it emulates.
      await browser.detach();
      await page.setViewportSize(SIZES.desktop);
      await turnTo(page, 'en');
    };
    try {
      await tell(place, { take });
    } finally {
      await leave(place);
    }
    expect(screens).toEqual([...seen.map((ending) => `end-${ending}`), ...others]);
  });
}

test('every way to end is looked at', () => {
  expect(untold).toEqual([]);
});

/** Whoever was here before is at the heading now. */
async function takesAlong(page: Page, screen: string): Promise<void> {
  await expect.soft
    .poll(() => focused(page), { message: `what has the focus: ${screen}`, timeout: 2000 })
    .toMatch(/^<h1/);
}
