import { expect, test } from 'playwright/test';

import { launch } from '../e2e/launch.ts';
import { Ledger } from './ledger.ts';
import { Person } from './person.ts';
import { createRandom } from './random.ts';
import { textOf } from './texts.ts';

test('what a real page draws is held against the ledger', async () => {
  const browser = await launch('chromium');
  try {
    const ledger = new Ledger();
    for (const side of ['host', 'guest'] as const) {
      ledger.offers(side, 3);
      ledger.took(side, 3, 0);
    }
    const { page } = await Person.arrives('guest', browser, ledger, createRandom(1));
    await page.goto('data:text/html,<main></main>');
    await page.evaluate(() => {
      document.querySelector('main')?.insertAdjacentHTML('beforeend', '<div role="log"></div>');
    });
    const draws = (classes: string, text: string): Promise<void> =>
      page.evaluate(
        ([classes, text]) => {
          const message = document.createElement('div');
          message.className = `message ${classes}`;
          message.append(Object.assign(document.createElement('p'), { textContent: text }));
          document.querySelector('[role="log"]')?.append(message);
        },
        [classes, text] as const,
      );

    await draws('peer delivered', textOf('host', 1));
    await draws('me sent', textOf('guest', 1));
    await expect.poll(() => ledger.arrivedAt('host', 1)).not.toBeNull();
    expect(ledger.violations).toEqual([]);

    await draws('peer delivered', textOf('host', 1));
    await expect.poll(() => ledger.violations).toEqual([expect.stringContaining("shows the host's 1 twice")]);
    await draws('peer delivered', textOf('host', 3));
    await expect.poll(() => ledger.violations).toHaveLength(2);

    await page.evaluate(() => {
      document.querySelector('.me')?.classList.add('delivered');
    });
    await draws('peer delivered', textOf('host', 2));
    await expect.poll(() => ledger.violations).toHaveLength(3);
    ledger.finish({ host: [], guest: [] });
    expect(ledger.violations).toContainEqual(expect.stringContaining("The guest's 1 is shown as delivered, and"));
  } finally {
    await browser.close();
  }
});
