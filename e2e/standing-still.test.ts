import type { Page } from 'playwright/test';

import { meet } from './people.ts';
import { expect, test } from './porch.ts';

test('a page that stands still is noticed, and the talk goes on when it moves', async ({ host, guest }) => {
  test.skip(!canStandStill(guest.page), 'only Chromium can be told to');
  await meet(host, guest);
  const moves = await standStill(guest.page);
  await host.isTold('Reconnecting…');
  await host.says('written while you stood still');
  await expect(host.page.getByText('Waiting to be sent')).toBeVisible();
  await moves();
  await guest.hears('written while you stood still');
  await guest.isConnected();
  await host.isConnected();
});

test('a page that stands still for a moment loses nothing, not even the line', async ({ host, guest }) => {
  test.skip(!canStandStill(guest.page), 'only Chromium can be told to');
  await meet(host, guest);
  const connections = await guest.connections();
  const moves = await standStill(guest.page);
  await passing(2_500);
  await moves();
  // It is told that its network may have changed: it has not.
  await guest.page.evaluate(() => ['offline', 'online'].map((name) => window.dispatchEvent(new Event(name))));
  await passing(6_000);
  await guest.says('only a moment');
  await host.hears('only a moment');
  expect(await guest.connections()).toBe(connections);
  expect(await host.statuses()).not.toContain('Reconnecting…');
});

const canStandStill = (page: Page): boolean => page.context().browser()?.browserType().name() === 'chromium';

/**
 * Nothing runs on this page until the returned function is called, as on one that the browser froze. A visible page
 * takes no notice of `Page.setWebLifecycleState`; a debugger stops it.
 */
async function standStill(page: Page): Promise<() => Promise<void>> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Debugger.enable');
  await devtools.send('Debugger.pause');
  return async () => {
    await devtools.send('Debugger.resume');
  };
}

const passing = (ms: number): Promise<void> => new Promise((passed) => setTimeout(passed, ms));
