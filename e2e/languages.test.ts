import { readFileSync } from 'node:fs';

import type { Page, Response } from 'playwright';

import { at } from '../scripts/places.js';
import { whatWouldNotFit } from './longer.ts';
import { Host, meet } from './people.ts';
import { expect, test } from './porch.ts';

/** What the page says in a language, by key. */
function wordsIn(locale: string, area: string): Record<string, string> {
  return JSON.parse(readFileSync(at('apps', 'web', 'messages', locale, `${area}.json`), 'utf8')) as Record<
    string,
    string
  >;
}

/** The scripts with words that a page loads from now on, with their text. */
function collectWords(page: Page): () => Promise<{ url: string; text: string }[]> {
  const loaded: Promise<{ url: string; text: string }>[] = [];
  page.on('response', (response: Response) => {
    if (response.url().endsWith('.js')) loaded.push(response.text().then((text) => ({ url: response.url(), text })));
  });
  return async () => (await Promise.all(loaded)).filter(({ text }) => /\bas (?:common_close|chat_search)\b/.test(text));
}

test('a browser set to German gets German, and the words of no other language', async ({ host, newGuest }) => {
  const link = await host.invites();
  const guest = await newGuest({ locale: 'de-AT' });
  const collected = collectWords(guest.page);
  const { door_invited: heading = '', door_ask: ask = '' } = wordsIn('de', 'door');
  await guest.page.goto(link);
  await expect(guest.page.getByRole('heading', { name: heading })).toBeVisible();
  await expect(guest.page.getByRole('button', { name: ask })).toBeVisible();
  await expect(guest.page.locator('html')).toHaveAttribute('lang', 'de');
  await guest.page.waitForLoadState('networkidle');

  const first = (await collected()).filter(({ text }) => text.includes('common_close'));
  expect(first.map(({ text }) => text.includes(heading))).toEqual([true]);
});

test('Arabic runs from right to left', { tag: '@every-browser' }, async ({ newPage, story }) => {
  const page = await newPage('host', { locale: 'ar', viewport: { width: 360, height: 640 } });
  await page.goto(story.origin);
  await expect(page.locator('html')).toHaveAttribute('dir', 'rtl');
  await expect(page.locator('html')).toHaveAttribute('lang', 'ar');
  await expect(page.getByRole('heading', { level: 1 })).toHaveCSS('direction', 'rtl');
  expect(await new Host(page, story).scrollsSideways()).toBe(false);
});

test(
  'a language chosen in a running chat changes the words and nothing else, and is remembered',
  { tag: '@every-pairing' },
  async ({ host, guest }) => {
    await meet(host, guest);
    await host.says('before');
    await guest.hears('before');
    await guest.writes('half a sentence');
    await guest.page.getByRole('button', { name: 'More', exact: true }).click();
    await guest.page.getByRole('menuitem', { name: 'Language' }).click();
    await guest.page.getByRole('menuitemradio', { name: 'Deutsch' }).click();

    const german = { ...wordsIn('de', 'chat'), ...wordsIn('de', 'common'), ...wordsIn('de', 'compose') };
    const { chat_leave: leave = '', common_path_direct: connected = '', compose_message: message = '' } = german;
    const composer = guest.page.getByRole('textbox', { name: message, exact: true });
    await expect(guest.page.getByRole('button', { name: leave })).toBeVisible();
    await expect(guest.page.getByRole('status', { name: connected })).toBeVisible();
    await expect(guest.page.locator('html')).toHaveAttribute('lang', 'de');
    await expect(composer).toHaveValue('half a sentence');
    await guest.page.keyboard.press('Escape');
    await composer.press('Enter');
    await host.hears('half a sentence');
    await host.says('after');
    for (const text of ['before', 'half a sentence', 'after']) await expect(guest.page.getByText(text)).toBeVisible();

    await guest.page.reload();
    await expect(guest.page.getByRole('button', { name: leave })).toBeVisible();
    await expect(guest.page.getByText('after')).toBeVisible();
  },
);

test('the start page speaks the language that was picked there', async ({ newPage, story }) => {
  const page = await newPage('host');
  await page.goto(story.origin);
  await page.getByRole('combobox', { name: 'Language' }).selectOption({ label: 'Français' });
  const { host_create: create = '' } = wordsIn('fr', 'host');
  await expect(page.getByRole('button', { name: create })).toBeVisible();
  await page.reload();
  await expect(page.getByRole('button', { name: create })).toBeVisible();
  await expect(page.locator('html')).toHaveAttribute('lang', 'fr');
});

test('a language that cannot be loaded leaves English, and without that the page says so', async ({
  newPage,
  story,
}) => {
  const english = await wordsOf(await newPage('host'), story.origin);
  const german = await wordsOf(await newPage('host', { locale: 'de' }), story.origin);

  const page = await newPage('host', { locale: 'de' });
  await page.route(german, (route) => route.abort());
  await page.goto(story.origin);
  await expect(page.getByRole('button', { name: 'Create invite link' })).toBeVisible();
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  await page.getByRole('combobox', { name: 'Language' }).selectOption({ label: 'Deutsch' });
  await expect(page.getByRole('alert')).toHaveText(/^This language could not be loaded/);
  await expect(page.getByRole('combobox', { name: 'Language' })).toHaveValue('en');

  await page.route(english, (route) => route.abort());
  await page.reload();
  await expect(page.getByText('This page could not be loaded. Check your connection and reload it.')).toBeVisible();
});

test('longer words fit on every screen of a phone', async ({ newPage, newGuest, story }) => {
  test.setTimeout(180_000);
  const phone = { viewport: { width: 360, height: 640 }, hasTouch: true };
  const host = new Host(await newPage('host', phone), story);
  const guest = await newGuest(phone);
  const fits = async ({ page }: { page: Page }, where: string): Promise<void> => {
    expect.soft(await whatWouldNotFit(page), where).toEqual([]);
  };

  await host.opensMoreOptions();
  await fits(host, 'start page');
  const link = await host.invites();
  await fits(host, 'invite');
  await guest.opens(link);
  await fits(guest, 'invitation');
  await guest.asks();
  await guest.isTold('Waiting to be let in');
  await fits(guest, 'waiting');
  await host.hearsKnock('Mia Lindqvist');
  await fits(host, 'knock');
  await host.letsIn();
  await host.isConnected();
  await guest.isConnected();
  await fits(host, 'empty chat');
  await host.says('Hello');
  await guest.hears('Hello');
  await guest.says('Hello to you');
  await host.hears('Hello to you');
  await fits(host, 'chat of the host');
  await fits(guest, 'chat of the guest');
  await host.opensMenu('Hello');
  await fits(host, 'menu of a message');
  await host.page.keyboard.press('Escape');
  await guest.page.getByRole('button', { name: 'More', exact: true }).click();
  await fits(guest, 'menu of the chat');
  await guest.page.keyboard.press('Escape');
  await guest.page.getByRole('button', { name: 'Verify' }).click();
  await fits(guest, 'comparison');
  await guest.page.keyboard.press('Escape');
  await guest.leaves();
  for (const person of [host, guest]) {
    await person.sees('Chat ended');
    await fits(person, 'end');
  }
  await host.page.goto(`${story.origin}/doctor`);
  await expect(host.page.getByRole('button', { name: 'Copy report' })).toBeVisible({ timeout: 60_000 });
  await fits(host, 'doctor');
});

test('longer words that do not fit are found', async ({ newPage, story }) => {
  const page = await newPage('host', { viewport: { width: 360, height: 640 } });
  await page.goto(story.origin);
  const button = page.getByRole('button', { name: 'Create invite link' });
  await button.evaluate((element) => {
    element.style.whiteSpace = 'nowrap';
    element.style.width = `${element.getBoundingClientRect().width / 2}px`;
  });
  expect(await whatWouldNotFit(page)).toContain('Create invite link');
  await expect(button).toHaveText('Create invite link');
});

/** The address of the words with which a page begins. */
async function wordsOf(page: Page, origin: string): Promise<string> {
  const collected = collectWords(page);
  await page.goto(origin);
  await page.getByRole('combobox').waitFor();
  const { url = '' } = (await collected())[0] ?? {};
  return url;
}
