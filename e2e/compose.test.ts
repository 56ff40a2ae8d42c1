import { readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

import type { Page } from 'playwright';

import { meet } from './people.ts';
import { expect, test } from './porch.ts';
import { textOfBytes } from './texts.ts';

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });

test(
  'an emoji is found by its name, without the network, and put where the caret is',
  { tag: '@every-browser' },
  async ({ host, guest }) => {
    await meet(host, guest);
    const { page } = guest;
    await guest.writes('before after');
    await guest.composer.press('End');
    for (const letter of 'after') await test.step(`left of ${letter}`, () => page.keyboard.press('ArrowLeft'));

    await button(page, 'Emoji').click();
    const picker = page.getByRole('dialog', { name: 'Emoji' });
    const search = picker.getByRole('searchbox', { name: 'Search emoji' });
    await expect(search).toBeFocused();
    await page.context().setOffline(true);
    await search.fill('waving');
    await expect(picker.getByRole('gridcell', { name: 'waving hand', exact: true })).toBeVisible();
    await page.keyboard.press('Enter');
    await expect(guest.composer).toHaveValue('before 👋after');

    await search.fill('no such thing at all');
    await expect(picker.getByRole('status')).toHaveText('No emoji of that name');
    await page.keyboard.press('Escape');
    await expect(picker).toBeHidden();
    await expect(guest.composer).toBeFocused();
    await page.keyboard.type(' ');
    await expect(guest.composer).toHaveValue('before 👋 after');
    await page.context().setOffline(false);
    await page.keyboard.press('Enter');
    await host.hears('before 👋 after');
  },
);

test('emoji are picked with arrow keys, in a skin tone, and those used last come first', async ({ host, guest }) => {
  await meet(host, guest);
  const { page } = guest;
  await button(page, 'Emoji').click();
  const picker = page.getByRole('dialog', { name: 'Emoji' });
  await picker.getByRole('radio', { name: 'Medium skin tone', exact: true }).check();
  await button(page, 'People and body').click();
  await picker.getByRole('searchbox').focus();
  await page.keyboard.press('ArrowDown');
  const cells = picker.getByRole('gridcell');
  await expect(cells.nth(0)).toBeFocused();
  for (const [key, place] of [
    ['ArrowRight', 1],
    ['ArrowDown', 9],
    ['ArrowLeft', 8],
    ['End', 15],
    ['Home', 8],
    ['ArrowUp', 0],
  ] as const) {
    await page.keyboard.press(key);
    await expect(cells.nth(place), key).toBeFocused();
  }
  await page.keyboard.press('Enter');
  await expect(guest.composer).toHaveValue('👋🏽');

  await page.keyboard.press('Escape');
  await button(page, 'Emoji').click();
  await expect(button(page, 'Recent')).toHaveAttribute('aria-pressed', 'true');
  await expect(cells).toHaveText(['👋🏽']);
});

test('what is answered or edited stands above the box, and what was being written comes back', async ({
  host,
  guest,
}) => {
  await meet(host, guest);
  const { page } = guest;
  await host.says('Shall we meet on Friday?');
  await guest.says('Yes');
  await guest.composer.press('ArrowUp');
  await expect(page.getByText('Editing your message')).toBeVisible();
  await expect(guest.composer).toHaveValue('Yes');
  await expect(guest.composer).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(page.getByText('Editing your message')).toBeHidden();
  await expect(guest.composer).toHaveValue('');

  await guest.writes('At the ');
  await guest.log.getByText('Shall we meet on Friday?').hover();
  await button(page, 'Reply').click();
  await expect(page.getByText('Replying to Harriet Vane')).toBeVisible();
  await expect(guest.composer).toHaveValue('At the ');
  await button(page, 'Cancel reply').click();
  await expect(page.getByText('Replying to')).toBeHidden();
  await expect(guest.composer).toBeFocused();

  await guest.writes('');
  await guest.composer.press('ArrowUp');
  await guest.writes('Yes, gladly');
  await button(page, 'Save').click();
  await host.hears('Yes, gladly');
  await expect(guest.composer).toHaveValue('');
});

test('a text that is too long can be sent in parts', async ({ host, guest }) => {
  await meet(host, guest);
  const paragraphs = ['a', 'b', 'c'].map((letter) => textOfBytes(3900, letter));
  await guest.writes(paragraphs.join('\n\n'));
  await button(guest.page, 'Send in 3 parts').click();
  await expect(guest.composer).toHaveValue('');
  await expect(guest.composer).toBeFocused();
  for (const paragraph of paragraphs) await host.hears(paragraph);
});

test('of a megabyte that is pasted the beginning is kept, and the page says so', async ({ host, guest }) => {
  await meet(host, guest);
  const { page } = guest;
  await copiesElsewhere(page, 'pasted '.repeat(150_000));
  await guest.composer.focus();
  await page.keyboard.press('ControlOrMeta+V');
  await expect(page.getByRole('alert')).toContainText('Only the beginning was kept');
  expect(await guest.composer.inputValue()).toHaveLength(20_000);
  await expect(button(page, 'Send in 6 parts')).toBeVisible();

  // The page still answers, and so does the chat.
  await guest.writes('short after all');
  await expect(page.getByRole('alert')).toHaveText('');
  await page.keyboard.press('Enter');
  await host.hears('short after all');
});

test(
  'a link asks before it opens, with the host set apart, and the page it opens knows nothing of this one',
  { tag: '@every-pairing' },
  async ({ host, guest, story }) => {
    await meet(host, guest);
    const { page } = host;
    const address = `${story.origin}/doctor`;
    await guest.says(`See ${address}, and beware of https://аррӏе.com/login!`);

    const dialog = page.getByRole('dialog', { name: 'Open this link?' });
    const cancel = button(page, 'Cancel');
    await page.bringToFront();
    await page.getByRole('link', { name: address, exact: true }).click();
    await expect(dialog.locator('strong')).toHaveText(new URL(address).host);
    await expect(dialog).toContainText('not encrypted');
    await expect(cancel).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(dialog).toBeHidden();
    expect(page.context().pages()).toHaveLength(1);

    await page.getByRole('link', { name: address, exact: true }).press('Enter');
    const opening = page.context().waitForEvent('page');
    await dialog.getByRole('link', { name: 'Open' }).click();
    const opened = await opening;
    await expect(opened).toHaveURL(address);
    expect(await opened.evaluate(() => window.opener === null && document.referrer === '')).toBe(true);
    await expect(dialog).toBeHidden();
    await opened.close();
    await page.bringToFront();

    await page.getByRole('link', { name: 'https://аррӏе.com/login', exact: true }).click();
    await expect(dialog.locator('strong')).toHaveText('xn--80ak6aa92e.com');
    await expect(dialog).toContainText('In its own letters: аррӏе.com');
    await expect(dialog).toContainText('letters that look like others');
    await page.keyboard.press('Escape');
    await expect(dialog).toBeHidden();
    await host.isConnected();
  },
);

test(
  'a copy is saved as a page and as data, and the other side is told',
  { tag: '@every-pairing' },
  async ({ host, guest, newPage }, testInfo) => {
    await meet(host, guest);
    const { page } = guest;
    const markup = '<b>bold</b> & <script>alert(1)</script>';
    await host.says('Shall we meet on Friday?');
    await guest.says(markup);
    await host.hears(markup);

    const handed = await notesFiles(page);
    const save = async (format: string): Promise<Handed> => {
      await button(page, 'More').click();
      await page.getByRole('menuitem', { name: 'Save a copy' }).click();
      const dialog = page.getByRole('dialog', { name: 'Save a copy' });
      await expect(dialog).toContainText('Harriet Vane is told that you saved a copy.');
      await dialog.getByRole('radio', { name: format }).check();
      const downloading = hearsOfDownloads(page) ? page.waitForEvent('download') : null;
      await button(page, 'Save').click();
      await expect(dialog).toBeHidden();
      const file = await handed();
      const download = await downloading;
      if (download !== null) {
        expect(download.suggestedFilename()).toBe(file.name);
        expect(readFileSync(await download.path(), 'utf8')).toBe(file.text);
      }
      return file;
    };

    const html = await save('Page to read');
    expect(html.name).toMatch(/^porchlight-\d{4}-\d\d-\d\d\.html$/);
    await expect(host.log).toContainText('Mia Lindqvist saved a copy of this chat');
    await expect(guest.log).toContainText('You saved a copy of this chat');

    const json = await save('Data');
    expect(json.name).toMatch(/^porchlight-\d{4}-\d\d-\d\d\.json$/);
    expect(JSON.parse(json.text)).toMatchObject({
      people: { me: 'Mia Lindqvist', peer: 'Harriet Vane' },
      entries: [
        { by: 'peer', text: 'Shall we meet on Friday?' },
        { by: 'me', text: markup },
        { by: 'me', kind: 'copy-saved' },
      ],
    });

    // Opened as a person does, from the disk. Its policy is kept too: newPage fails the test when anything was refused.
    const saved = testInfo.outputPath(html.name);
    writeFileSync(saved, html.text);
    const reader = await newPage('guest');
    await reader.goto(pathToFileURL(saved).href);
    await expect(reader.getByRole('listitem').filter({ hasText: 'Mia Lindqvist' })).toContainText(markup);
    await expect(reader.getByRole('list')).toHaveCSS('padding-inline-start', '0px');
    await expect(reader.locator('script')).toHaveCount(0);
  },
);

/** Copies a text in another tab, as a person does. */
async function copiesElsewhere(page: Page, text: string): Promise<void> {
  const elsewhere = await page.context().newPage();
  await elsewhere.setContent('<textarea></textarea>');
  await elsewhere.bringToFront();
  await elsewhere.locator('textarea').fill(text);
  await elsewhere.keyboard.press('ControlOrMeta+A');
  await elsewhere.keyboard.press('ControlOrMeta+C');
  await elsewhere.close();
  await page.bringToFront();
}

/** Of a Firefox that people use, Playwright does not hear that it saves a file. */
const hearsOfDownloads = (page: Page): boolean => page.context().browser()?.browserType().name() !== 'firefox';

/** A file that a page handed to its browser, to be saved. */
interface Handed {
  name: string;
  text: string;
}

declare global {
  interface Window {
    handed: Promise<Handed>[];
  }
}

/** Has a page note, from now on, every file that it hands to its browser. The latest of them is given back. */
async function notesFiles(page: Page): Promise<() => Promise<Handed>> {
  await page.evaluate(() => {
    window.handed = [];
    const blobs = new Map<string, Blob>();
    const make = URL.createObjectURL.bind(URL);
    URL.createObjectURL = (blob: Blob) => {
      const url = make(blob);
      blobs.set(url, blob);
      return url;
    };
    HTMLAnchorElement.prototype.click = function () {
      const blob = blobs.get(this.href);
      if (blob) window.handed.push(blob.text().then((text) => ({ name: this.download, text })));
      HTMLElement.prototype.click.call(this);
    };
  });
  return async () => {
    const latest = await page.evaluate(() => window.handed.at(-1));
    if (latest === undefined) throw new Error('No file was handed to the browser.');
    return latest;
  };
}
