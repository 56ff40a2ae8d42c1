import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { chromium, type Page } from 'playwright';

import { CHROMIUM_FLAGS, knownBrowsers } from '../scripts/browsers.js';
import { comeIn, Host, meet } from './people.ts';
import { expect, test } from './porch.ts';

test.describe('the host comes back', () => {
  test('with a link that nobody has opened yet', { tag: '@every-browser' }, async ({ host, guest }) => {
    const link = await host.invites();
    await host.page.reload();
    await host.isTold('Waiting for your guest');
    expect(await host.page.getByRole('textbox', { name: 'Invite link' }).inputValue()).toBe(link);
    await comeIn(host, guest, link);
  });

  test('while a guest knocks', { tag: '@every-browser' }, async ({ host, guest }) => {
    await guest.opens(await host.invites());
    await guest.asks();
    await host.hearsKnock('Mia Lindqvist');
    await host.page.reload();
    await host.hearsKnock('Mia Lindqvist');
    await host.letsIn();
    await guest.isConnected();
  });

  test('with another browser window, after its browser was closed', async ({ guest, server, story }) => {
    const executablePath = knownBrowsers().found.chromium?.path;
    test.skip(executablePath === undefined, 'Chromium is not to be had on this machine.');
    const profile = mkdtempSync(join(tmpdir(), 'porchlight-profile-'));
    const open = () =>
      chromium.launchPersistentContext(profile, {
        ...(executablePath === undefined ? {} : { executablePath }),
        args: CHROMIUM_FLAGS,
      });
    try {
      const before = await open();
      const link = await new Host(await before.newPage(), story).invites();
      await before.close();

      await guest.opens(link);
      await guest.asks();
      await guest.sees('The host is away');

      const after = await open();
      const host = new Host(await after.newPage(), story);
      await host.page.goto(server.origin);
      await expect(host.page.getByRole('navigation').getByText('Mia Lindqvist')).toBeVisible();
      await host.turnsTo('Mia Lindqvist');
      await host.letsIn();
      await guest.isConnected();
      await after.close();
    } finally {
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    }
  });

  test('not where everything is to be forgotten with the tab', async ({ host, guest, story }) => {
    await host.opensMoreOptions();
    await host.page.getByRole('switch', { name: 'Forget it all with this tab' }).check();
    const link = await host.invites();
    await host.page.reload();
    await host.isTold('Waiting for your guest');
    const next = new Host(await host.page.context().newPage(), story);
    await host.page.close();
    await next.page.goto(story.origin);
    await expect(next.page.getByRole('button', { name: 'Create invite link' })).toBeVisible();
    await expect(next.page.getByRole('navigation')).toHaveCount(0);
    await guest.opens(link);
    await guest.asks();
    await guest.sees('The host is away');
  });

  test('in a second tab, which takes over', { tag: '@every-browser' }, async ({ host, guest, story }) => {
    await meet(host, guest);
    await host.says('from the first tab');
    await guest.hears('from the first tab');
    const second = new Host(await host.page.context().newPage(), story);
    await second.page.goto(story.origin);
    await second.sees('Your invites are open in another tab');
    await guest.isConnected();

    await second.page.getByRole('button', { name: 'Use this tab' }).click();
    await second.turnsTo('Mia Lindqvist');
    await second.hears('from the first tab');
    await second.says('from the second tab');
    await guest.hears('from the second tab');
    await host.sees('Your invites are open in another tab');
  });
});

test.describe('the guest comes back', () => {
  test('before it has asked', { tag: '@every-browser' }, async ({ host, guest }) => {
    await guest.opens(await host.invites());
    await expect.poll(() => guest.page.evaluate(() => sessionStorage.length), 'that the tab keeps its link').toBe(1);
    await guest.page.reload();
    await guest.asks();
    await host.hearsKnock('Mia Lindqvist');
  });

  test('while it waits, and keeps its place', { tag: '@every-browser' }, async ({ host, guest, newGuest }) => {
    const link = await host.invites();
    await guest.opens(link);
    await guest.asks();
    await host.hearsKnock('Mia Lindqvist');
    await guest.page.reload();
    await guest.isTold('Waiting to be let in');
    const other = await newGuest();
    await other.opens(link);
    await other.asks('Somebody Else');
    await other.sees('This link was already used');
    await host.letsIn();
    await guest.isConnected();
  });
});

for (const phase of ['open', 'knock', 'connecting', 'chat'] as const) {
  test(`a server that is killed and started again, at: ${phase}`, async ({ host, guest, server, nodes }) => {
    const link = await host.invites();
    const restart = async (): Promise<void> => {
      await server.stop('SIGKILL');
      await server.start();
    };
    if (phase === 'open') await restart();
    await guest.opens(link);
    await guest.asks();
    await host.hearsKnock('Mia Lindqvist');
    if (phase === 'knock') {
      await restart();
      await guest.isTold('Waiting to be let in');
      await host.hearsKnock('Mia Lindqvist');
    }
    await host.letsIn();
    if (phase === 'connecting') await restart();
    // A guest that comes back under a new name has not been told yes: the host may have said it to the one before.
    if (phase === 'knock' || (phase === 'connecting' && nodes > 1)) void host.letsIn().catch(() => undefined);
    await host.isConnected();
    await guest.isConnected();
    if (phase === 'chat') {
      await restart();
      await Promise.all([host.page.reload(), guest.page.reload()]);
    }
    await guest.says('the story goes on');
    await host.hears('the story goes on');
    await host.says('indeed');
    await guest.hears('indeed');
  });
}

test('a guest’s tab that was closed: its storage opens nothing in another browser', async ({
  host,
  guest,
  newGuest,
  story,
}) => {
  test.setTimeout(150_000);
  const link = await meet(host, guest);
  await guest.says('for the host alone');
  await guest.sawDelivered('for the host alone');
  const stored = await storageOf(guest.page);
  expect(stored.records.length, 'what was stored').toBeGreaterThan(1);

  const closedAt = Date.now();
  await guest.page.close();
  await host.sees('Chat ended', 45_000);
  const toldAfterMs = Date.now() - closedAt;
  test.info().annotations.push({ type: 'figure', description: `told after ${String(toldAfterMs)} ms` });
  expect(toldAfterMs).toBeGreaterThan(25_000);

  const thief = await newGuest();
  await thief.page.goto(new URL('/doctor', story.origin).href);
  await putInto(thief.page, stored);
  await thief.page.goto(new URL('/j', story.origin).href);
  await thief.isTold('Reconnecting…');
  await thief.sees('Chat ended', 60_000);
  await expect(host.page.getByRole('heading', { name: 'Chat ended' })).toBeVisible();
  await thief.page.goto('about:blank');
  await thief.opens(link);
  await thief.asks('Thief Thorne');
  await thief.sees('This link was already used');
});

interface Stored {
  session: [string, string][];
  database: string;
  records: { store: string; key: string | [string, number]; nonce: number[]; box: number[]; until: number }[];
}

/** Everything a page has stored, as values that can be carried elsewhere. */
const storageOf = (page: Page): Promise<Stored> =>
  page.evaluate(async () => {
    const [{ name = '' } = {}] = await indexedDB.databases();
    const result = <T>(request: IDBRequest<T>): Promise<T> =>
      new Promise((resolve, reject) => {
        request.onsuccess = () => {
          resolve(request.result);
        };
        request.onerror = () => {
          reject(new Error('not read'));
        };
      });
    const database = await result(indexedDB.open(name));
    const records: Stored['records'] = [];
    for (const store of ['sessions', 'messages']) {
      const source = database.transaction(store).objectStore(store);
      const keys = (await result(source.getAllKeys())) as Stored['records'][number]['key'][];
      const values = (await result(database.transaction(store).objectStore(store).getAll())) as {
        nonce: Uint8Array;
        box: ArrayBuffer;
        until?: number;
      }[];
      for (const [at, key] of keys.entries()) {
        const { nonce, box, until = 0 } = values[at] ?? { nonce: new Uint8Array(), box: new ArrayBuffer(0) };
        records.push({ store, key, nonce: [...nonce], box: [...new Uint8Array(box)], until });
      }
    }
    database.close();
    return { session: Object.entries<string>(sessionStorage), database: name, records };
  });

/** Puts what another browser had stored into this one. */
const putInto = (page: Page, stored: Stored): Promise<void> =>
  page.evaluate(async ({ session, database: name, records }) => {
    for (const [item, value] of session) sessionStorage.setItem(item, value);
    await new Promise<void>((resolve, reject) => {
      const opening = indexedDB.open(name, 1);
      opening.onupgradeneeded = () => {
        for (const store of ['keys', 'sessions', 'messages']) opening.result.createObjectStore(store);
      };
      opening.onsuccess = () => {
        const writing = opening.result.transaction(['sessions', 'messages'], 'readwrite');
        for (const { store, key, nonce, box, until } of records)
          writing.objectStore(store).put({ nonce: new Uint8Array(nonce), box: new Uint8Array(box).buffer, until }, key);
        writing.oncomplete = () => {
          opening.result.close();
          resolve();
        };
        writing.onerror = () => {
          reject(new Error('not written'));
        };
      };
    });
  }, stored);
