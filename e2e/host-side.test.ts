import type { Locator, Page } from 'playwright/test';

import { comeIn, Host, meet } from './people.ts';
import { expect, test } from './porch.ts';

const LABEL = 'Flat viewing, Friday';
const WELCOME = 'Welcome! The kettle is on, ask me anything.';

test('a label is on the desk, can be changed, and is nowhere with the guest', async ({ host, guest, story }) => {
  story.private.add(LABEL);
  await host.opensMoreOptions();
  await writesLabel(host, LABEL);
  const link = await host.invites();
  await expect(desk(host).getByRole('button', { name: `${LABEL} Not answered yet` })).toBeVisible();

  await writesLabel(host, 'Flat viewing, Saturday');
  await labelOf(host).press('Enter');
  await expect(desk(host).getByRole('button', { name: 'Flat viewing, Saturday' })).toBeVisible();
  await host.page.reload();
  await expect(labelOf(host)).toHaveValue('Flat viewing, Saturday');

  await comeIn(host, guest, link);
  await expect(
    desk(host).getByRole('button', { name: 'Flat viewing, Saturday Mia Lindqvist In the chat' }),
  ).toBeVisible();
  await expect(guest.page.getByText(/Flat viewing/)).toHaveCount(0);
});

test('the welcome is the first message, once', { tag: '@every-pairing' }, async ({ host, guest }) => {
  await host.opensMoreOptions();
  await host.page.getByRole('textbox', { name: 'Welcome message' }).fill(WELCOME);
  await comeIn(host, guest, await host.invites());
  await guest.hears(WELCOME);
  await host.sawDelivered(WELCOME);
  await guest.says('Thank you, two questions');
  await host.hears('Thank you, two questions');
  for (const person of [host, guest]) await person.sawInOrder([WELCOME, 'Thank you, two questions']);
  await host.page.reload();
  await host.isConnected();
  await guest.sawInOrder([WELCOME, 'Thank you, two questions']);
});

test('whoever has the link comes in without asking, where the host wants that', async ({ host, guest }) => {
  await host.opensMoreOptions();
  const everyone = host.page.getByRole('switch', { name: 'Let everyone with this link in without asking' });
  await expect(everyone).not.toBeChecked();
  await everyone.check();
  await expect(host.page.getByText('Whoever opens the link first is in at once, under any name.')).toBeVisible();
  await guest.opens(await host.invites());
  await expect(host.page.getByText('Whoever opens it first is your guest, without asking.')).toBeVisible();
  await guest.asks();
  await guest.isConnected();
  await host.isConnected();
});

test('Decline and end link lets nobody in, then or later', async ({ host, guest, newGuest }) => {
  const link = await host.invites();
  await guest.opens(link);
  await guest.asks();
  await host.hearsKnock('Mia Lindqvist');
  await host.declinesAndEnds();
  await host.sees('Invite ended');
  await guest.sees('You were not let in');
  const another = await newGuest();
  await another.opens(link);
  await another.asks('Jonas');
  await another.sees('The host ended this invitation');
});

test('the story of an invite says what happened and when', async ({ host, guest, newGuest }) => {
  const link = await host.invites();
  await guest.opens(link);
  await guest.asks();
  await host.declines();
  await guest.sees('You were not let in');
  const steps = host.page.getByRole('region', { name: 'What happened' }).getByRole('listitem');
  await expect(steps).toHaveText([/^Invite made/, /^Someone opened the link/, /^Asked to come in/, /^You declined/]);
  for (const time of await steps.getByRole('time').all()) await expect(time).toHaveText(/\d:\d\d/);

  await comeIn(host, await newGuest(), link);
  await host.ends();
  await host.sees('Chat ended');
  await expect(steps).toHaveText([
    /^Invite made/,
    /^Someone opened the link/,
    /^Asked to come in/,
    /^You declined/,
    /^Someone opened the link/,
    /^Asked to come in/,
    /^Let in/,
    /^Connected/,
    /^Ended/,
  ]);
});

test(
  'the list says what is new in each of two chats, the one that waits first',
  { tag: '@every-pairing' },
  async ({ host, guest, newGuest }) => {
    await meet(host, guest);
    await host.wantsAnother();
    const other = await newGuest();
    await other.opens(await host.invites());
    await other.asks('Jonas');
    await host.hearsKnock('Jonas');
    await host.letsIn();
    await other.isConnected();
    await expect(entries(host)).toHaveText([/Jonas/, /Mia/]);

    for (const text of ['It is me again', 'Are you there?', 'Well, later']) await guest.says(text);
    await guest.sawDelivered('Well, later');
    await expect(entries(host)).toHaveText([/Mia.*3 new messages/, /Jonas.*In the chat/]);
    await other.says('Nothing new here');
    await host.hears('Nothing new here');
    await expect(entries(host)).toHaveText([/Mia.*3 new messages/, /Jonas.*In the chat/]);

    await host.turnsTo('Mia');
    await host.hears('Well, later');
    await expect(entries(host)).toHaveText([/Jonas.*In the chat/, /Mia.*In the chat/]);
  },
);

test.describe('who is elsewhere', () => {
  test('is not rung for before saying so, and then without a name or a word', async ({ newPage, newGuest, story }) => {
    const host = new Host(await newPage('host'), story);
    await listenTo(host.page);
    const link = await host.invites();
    await host.wantsAnother();
    const another = await host.invites();
    await host.looksAway();
    const first = await newGuest();
    await first.opens(link);
    await first.asks();
    await expect(host.page).toHaveTitle(/A guest is asking to come in/);
    expect(await rungAt(host.page)).toEqual({ sounds: 0, notifications: [], badge: 1 });

    await host.looksBack();
    await host.page.getByRole('button', { name: 'Yes, tell me' }).click();
    await expect(host.page.getByText('Shall we ring')).toHaveCount(0);
    await host.looksAway();
    const second = await newGuest();
    await second.opens(another);
    await second.asks('Jonas');
    await expect(host.page).toHaveTitle(/2 guests are asking to come in/);
    expect(await rungAt(host.page)).toEqual({ sounds: 1, notifications: ['Someone is knocking'], badge: 2 });

    await test.step('and a press on the notification opens what it is about', async () => {
      await host.turnsTo('Mia');
      await host.hearsKnock('Mia Lindqvist');
      await host.page.evaluate(() => window.rung.shown.at(-1)?.onclick?.());
      await host.hearsKnock('Jonas');
    });

    await test.step('for messages too, once for a few of them', async () => {
      await host.looksBack();
      await host.letsIn();
      await second.isConnected();
      await host.looksAway();
      await second.says('Here I am');
      await second.says('with two lines');
      await expect(host.page).toHaveTitle(/asking to come in/);
      await expect
        .poll(() => rungAt(host.page))
        .toEqual({
          sounds: 2,
          notifications: ['Someone is knocking', 'New message'],
          badge: 3,
        });
    });

    await test.step('and not once the answer is taken back', async () => {
      await host.looksBack();
      await host.page.getByRole('switch', { name: 'Ring when I am elsewhere' }).uncheck();
      await host.looksAway();
      await second.says('Hello?');
      await expect.poll(async () => (await rungAt(host.page)).badge).toBe(2);
      expect((await rungAt(host.page)).sounds).toBe(2);
    });
  });

  test('hears of a guest who was let in without asking', async ({ newPage, guest, story }) => {
    const host = new Host(await newPage('host'), story);
    await listenTo(host.page);
    await host.opensMoreOptions();
    await host.page.getByRole('switch', { name: /^Let everyone/ }).check();
    const link = await host.invites();
    await host.page.getByRole('button', { name: 'Yes, tell me' }).click();
    await host.looksAway();
    await guest.opens(link);
    await guest.asks();
    await guest.isConnected();
    await expect.poll(async () => (await rungAt(host.page)).notifications).toEqual(['Your guest is here']);
  });

  test('as a guest is asked when back for the first time, and answers for good', async ({ host, guest }) => {
    await listenTo(guest.page);
    await meet(host, guest);
    await expect(guest.page.getByText('Shall we ring')).toHaveCount(0);
    await guest.looksAway();
    await guest.looksBack();
    await guest.page.getByRole('button', { name: 'No', exact: true }).click();
    await expect(guest.page.getByText('Shall we ring')).toHaveCount(0);
    await guest.looksAway();
    await host.says('Are you still there?');
    await host.sawDelivered('Are you still there?');
    await expect(guest.page).toHaveTitle('● 1 new message – Porchlight');
    expect(await rungAt(guest.page)).toEqual({ sounds: 0, notifications: [], badge: 1 });
    await guest.page.reload();
    await guest.isConnected();
    await guest.looksAway();
    await guest.looksBack();
    await expect(guest.page.getByText('Shall we ring')).toHaveCount(0);
  });

  test('is left in peace by a chat that is muted', async ({ newPage, guest, story }) => {
    const host = new Host(await newPage('host'), story);
    await listenTo(host.page);
    const link = await host.invites();
    await host.page.getByRole('button', { name: 'Yes, tell me' }).click();
    await comeIn(host, guest, link);
    await host.mutes();
    await host.wantsAnother();
    await host.looksAway();
    const { sounds } = await rungAt(host.page);
    await guest.says('Nobody hears this');
    await expect(entries(host)).toHaveText([/Mia.*Muted.*1 new message/]);
    expect(await rungAt(host.page)).toEqual({ sounds, notifications: [], badge: 0 });
    await expect(host.page).toHaveTitle('Porchlight');
  });
});

const desk = (host: Host): Locator => host.page.getByRole('navigation', { name: 'Your invites and chats' });
const entries = (host: Host): Locator => desk(host).getByRole('listitem');
const labelOf = (host: Host): Locator => host.page.getByRole('textbox', { name: 'Label' });

/**
 * Writes a label instead of the one that is there, key by key: Firefox tells a page of no change but that of a person, who
 * has it in front.
 */
async function writesLabel(host: Host, label: string): Promise<void> {
  await host.page.bringToFront();
  await labelOf(host).press('ControlOrMeta+A');
  await labelOf(host).pressSequentially(label);
}

/** What a page did to be noticed. */
interface Rung {
  sounds: number;
  shown: { title: string; options: unknown; onclick: (() => void) | null }[];
  badge: number;
}

declare global {
  interface Window {
    rung: Rung;
  }
}

/** Has a page, from its next load on, ring where a test can see it: no machine of a test shows or plays anything. */
async function listenTo(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const rung: Rung = { sounds: 0, shown: [], badge: 0 };
    class Shown {
      static permission = 'default';
      static requestPermission(): Promise<string> {
        Shown.permission = 'granted';
        return Promise.resolve(Shown.permission);
      }
      onclick: (() => void) | null = null;
      readonly title: string;
      readonly options: unknown;
      constructor(title: string, options: unknown) {
        this.title = title;
        this.options = options;
        rung.shown.push(this);
      }
      close(): void {
        this.onclick = null;
      }
    }
    const Silent = window.AudioContext;
    Object.assign(window, {
      rung,
      Notification: Shown,
      AudioContext: class extends Silent {
        constructor() {
          super();
          rung.sounds += 1;
        }
      },
    });
    Object.assign(Navigator.prototype, {
      setAppBadge: (count: number) => {
        rung.badge = count;
        return Promise.resolve();
      },
    });
  });
}

/** What rang so far; of the notifications all that can be read in them. */
async function rungAt(page: Page): Promise<{ sounds: number; notifications: string[]; badge: number }> {
  const { sounds, shown, badge } = await page.evaluate(() => ({
    ...window.rung,
    shown: window.rung.shown.map(({ title, options }) => ({ title, options })),
  }));
  for (const { options } of shown) expect(Object.keys(Object(options) as object).sort()).toEqual(['silent', 'tag']);
  return { sounds, notifications: shown.map(({ title }) => title), badge };
}
