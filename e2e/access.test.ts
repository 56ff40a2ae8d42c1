import type { BrowserContextOptions, Locator, Page } from 'playwright';

import { focused, obstacles, saidIn, unseen } from './access.ts';
import { expect, test } from './porch.ts';

const PHONE: BrowserContextOptions = { viewport: { width: 360, height: 640 }, hasTouch: true };
const LOOKS = [
  { where: 'at a desk', language: 'en', options: {} },
  { where: 'on a phone', language: 'en', options: PHONE },
  { where: 'at a desk, in Arabic', language: 'ar', options: {} },
  { where: 'on a phone, in Arabic', language: 'ar', options: PHONE },
] as const;

for (const { where, language, options } of LOOKS) {
  const touch = options === PHONE;
  const say = saidIn(language);
  const button = (place: Page | Locator, name: string): Locator => place.getByRole('button', { name: say(name) });
  const box = (page: Page): Locator => page.getByRole('textbox', { name: say('Message') });
  /** Looks at a screen that has come; `focus`: a person was on the way, and must have been taken along. */
  const looksAt = async (screen: string, page: Page, focus: 'taken along' | 'free' = 'taken along'): Promise<void> => {
    if (focus === 'taken along') {
      await expect.soft
        .poll(() => focused(page), { message: `what has the focus: ${screen}`, timeout: 2000 })
        .not.toBeNull();
    }
    expect.soft(await obstacles(page, { touch }), screen).toEqual([]);
  };

  test(`nothing keeps people from a chat ${where}`, async ({ newPage, story }) => {
    test.setTimeout(300_000);
    const [host, guest, another] = await Promise.all(
      (['host', 'guest', 'guest'] as const).map((whose) => newPage(whose, { ...options, locale: language })),
    );
    if (host === undefined || guest === undefined || another === undefined) throw new Error('There are three pages.');

    const invites = async (): Promise<string> => {
      await button(host, 'Create invite link').click();
      const link = host.getByRole('textbox', { name: say('Invite link') });
      await expect(link).toBeVisible();
      return link.inputValue();
    };
    const asks = async (page: Page, name: string): Promise<void> => {
      await page.getByRole('textbox', { name: say('Your name') }).fill(name);
      await button(page, 'Ask to join').click();
    };

    await host.goto(story.origin);
    await expect(button(host, 'Create invite link')).toBeVisible();
    await host.getByText(say('More options')).click();
    await looksAt('the start, with more options', host);
    await host.getByRole('textbox', { name: say('Your name') }).fill('Harriet Vane');
    const link = await invites();
    await looksAt('the invite', host);

    await guest.goto(link);
    await expect(button(guest, 'Ask to join')).toBeVisible();
    await looksAt('the invitation', guest, 'free');
    await asks(guest, 'Mia Lindqvist');
    await expect(button(host, 'Let in')).toBeVisible();
    await looksAt('waiting', guest);
    await looksAt('a knock', host);

    await button(host, 'Let in').click();
    for (const page of [host, guest]) {
      await expect(box(page)).toBeEnabled();
      await looksAt('an empty chat', page);
    }
    await box(host).fill('Good evening! How was your day?');
    await host.keyboard.press('Enter');
    await expect(guest.getByText('Good evening!')).toBeVisible();
    await box(guest).fill('Quiet.\nAnd a page: https://example.org/some/way?to=go');
    await guest.keyboard.press('Enter');
    await expect(host.getByText('Quiet.')).toBeVisible();
    for (const page of [host, guest]) await looksAt('a chat', page);

    // All that opens, once for each and on either side.
    const newest = (page: Page): Locator => page.getByRole('article').last();
    await newest(guest).focus();
    await guest.keyboard.press('Enter');
    await expect(guest.getByRole('menu')).toBeVisible();
    await looksAt('the menu of a message', guest);
    await guest.getByRole('menuitem', { name: say('Edit') }).click();
    await expect(box(guest)).toBeFocused();
    await looksAt('an edit', guest);
    await guest.keyboard.press('Escape');

    await newest(host).focus();
    await host.keyboard.press('r');
    await expect(box(host)).toBeFocused();
    await looksAt('a reply', host);
    await host.keyboard.press('Escape');

    await button(guest, 'Emoji').click();
    await expect(guest.getByRole('gridcell').first()).toBeVisible();
    await looksAt('the emoji', guest);
    await guest.keyboard.press('Escape');

    await host.getByRole('link', { name: 'https://example.org/some/way?to=go' }).click();
    await expect(host.getByRole('dialog')).toBeVisible();
    await looksAt('a link', host);
    await host.keyboard.press('Escape');

    const menu = button(host.locator('header'), 'More');
    await menu.click();
    await expect(host.getByRole('menu')).toBeVisible();
    await looksAt('the menu of the chat', host);
    await host.getByRole('menuitem', { name: say('Search in this chat') }).click();
    await host.keyboard.type('Quiet');
    await looksAt('a search', host);
    await button(host, 'Close search').click();
    await menu.click();
    await host.getByRole('menuitem', { name: say('Save a copy') }).click();
    await expect(host.getByRole('dialog')).toBeVisible();
    await looksAt('saving a copy', host);
    await host.keyboard.press('Escape');
    await button(host, 'Verify').click();
    await expect(host.getByRole('dialog')).toBeVisible();
    await looksAt('Verify', host);
    await host.keyboard.press('Escape');

    // A second guest knocks while the host is in the first chat.
    const toTheList = button(host, touch ? 'Back to invites and chats' : 'New invite');
    await toTheList.click();
    await looksAt('the list', host);
    await another.goto(await invites());
    await (
      touch ? button(host, 'All invites') : host.getByRole('navigation').getByRole('button', { name: /Mia/ })
    ).click();
    if (touch) await host.getByRole('navigation').getByRole('button', { name: /Mia/ }).click();
    await box(host).focus();
    await asks(another, 'Jonas');
    await expect(button(host, 'Show')).toBeVisible();
    await looksAt('a chat with a knock elsewhere', host);
    await another.close();

    // They have lost each other, and stay so.
    await guest.evaluate(() => {
      Reflect.set(RTCPeerConnection.prototype, 'setRemoteDescription', () => new Promise(() => undefined));
      window.porchTest.connections.at(-1)?.close();
    });
    await expect(host.getByRole('status', { name: say('Reconnecting…') })).toBeVisible();
    await looksAt('reconnecting', host);
    await button(host, 'End chat').click();
    for (const page of [host, guest]) {
      await expect(page.getByRole('heading', { name: say('Chat ended') })).toBeVisible();
      await looksAt('the end', page);
    }
  });

  test(`nothing keeps people from what is no chat ${where}`, async ({ newPage, story }) => {
    test.setTimeout(180_000);
    const opens = async (
      path: string,
      before: (page: Page) => Promise<unknown> = () => Promise.resolve(),
    ): Promise<Page> => {
      const page = await newPage('guest', { ...options, locale: language });
      await before(page);
      await page.goto(`${story.origin}${path}`);
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      return page;
    };
    await looksAt('a damaged link', await opens('/j#damaged'));
    const old = (page: Page) => page.addInitScript(() => Reflect.deleteProperty(window, 'RTCPeerConnection'));
    await looksAt('a browser that cannot chat', await opens('/', old));
    const partMissing = (page: Page) => page.route('**/nodes/3.*.js', (route) => route.abort());
    await looksAt('a page that broke', await opens('/doctor', partMissing), 'free');
    const doctor = await opens('/doctor');
    await expect(button(doctor, 'Run again')).toBeVisible({ timeout: 60_000 });
    await looksAt('the doctor', doctor, 'free');
  });
}

test('whatever keeps people from a page is found', async ({ newPage, story }) => {
  const page = await newPage('host');
  await page.goto(story.origin);
  await expect(page.getByRole('button', { name: 'Create invite link' })).toBeVisible();
  expect(await obstacles(page, { touch: false })).toEqual([]);
  await page.evaluate(() => {
    const put = (name: string, text: string, style: Readonly<Record<string, string>>): HTMLElement => {
      const element = document.createElement(name);
      element.append(text);
      for (const [property, value] of Object.entries(style)) element.style.setProperty(property, value);
      document.querySelector('main')?.append(element);
      return element;
    };
    put('p', 'pale', { color: '#999', background: '#fff' });
    put('button', '', { width: '40px', height: '40px' });
    put('button', 'small', { width: '10px', height: '10px' }).scrollIntoView();
    put('p', 'wide', { width: '500px' });
    put('p', 'restless', {}).animate([{ opacity: 0 }, { opacity: 1 }], { duration: 1000, iterations: Infinity });
  });
  const found = (await obstacles(page, { touch: false })).join('\n');
  for (const what of [
    'light: color-contrast',
    'light: button-name',
    '× 10 px: <button',
    'moves: <p',
    'at 320 px: scrolls',
  ]) {
    expect(found).toContain(what);
  }
  expect(found).not.toContain('at 640 px');

  const small = page.getByRole('button', { name: 'small' });
  await small.focus();
  expect(await focused(page)).toContain('small');
  expect(await unseen(page)).toBeNull();
  await small.evaluate((element) => element.style.setProperty('outline', 'none'));
  expect(await unseen(page)).toContain('does not show the focus');
  await small.evaluate((element) => {
    element.style.setProperty('outline', '2px solid red');
    element.style.setProperty('position', 'fixed');
    element.style.setProperty('top', '-100px');
  });
  expect(await unseen(page)).toContain('out of sight');
  await small.evaluate((element) => element.remove());
  expect(await focused(page)).toBeNull();
});

test('the page can be installed, and nothing of it is kept to be run later', async ({ newPage, story }) => {
  const page = await newPage('host');
  await page.goto(story.origin);
  await expect(page.getByRole('button', { name: 'Create invite link' })).toBeVisible();
  const browser = await page.context().newCDPSession(page);
  const { url, errors } = await browser.send('Page.getAppManifest');
  expect(url).toBe(`${story.origin}/manifest.webmanifest`);
  expect(errors).toEqual([]);
  const { installabilityErrors } = await browser.send('Page.getInstallabilityErrors');
  // Whatever a test does is done in a private window.
  expect(installabilityErrors.map(({ errorId }) => errorId)).toEqual(['in-incognito']);
  expect(await page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length)).toBe(0);
  const served = await page.request.get(url);
  expect(served.headers()['content-type']).toBe('application/manifest+json');
  expect(served.headers()['cache-control']).toBe('no-cache');
});
