import { meet } from './people.ts';
import { expect, test } from './porch.ts';

test(
  'a conversation with answers, reactions, second thoughts and regrets',
  { tag: '@every-pairing' },
  async ({ host, guest }) => {
    test.slow();
    await meet(host, guest);
    await host.says('Shall we meet at eight?');
    await guest.hears('Shall we meet at eight?');
    await host.sawSeen('Shall we meet at eight?');

    await test.step('an answer quotes what it answers, and leads there', async () => {
      await guest.chooses('Reply', 'Shall we meet at eight?');
      await guest.says('Gladly');
      await host.hears('Gladly');
      const quote = host.bubble('Gladly').getByRole('button', { name: /message that this answers$/ });
      await expect(quote).toContainText('Shall we meet at eight?');
      // What has the focus is told only of the page in front.
      await host.page.bringToFront();
      await quote.click();
      // First what does not last.
      await expect(host.bubble('Shall we meet at eight?')).toHaveClass(/flashes/);
      await expect(host.bubble('Shall we meet at eight?')).toBeFocused();
    });

    await test.step('a reaction stands on the message at both, and is taken back by the one it is from', async () => {
      await guest.reacts('❤️', 'Shall we meet at eight?');
      const seenByHost = host.bubble('Shall we meet at eight?').getByRole('button', { name: '❤️ from Mia Lindqvist' });
      await expect(seenByHost).toBeVisible();
      await seenByHost.click();
      const both = guest.bubble('Shall we meet at eight?').getByRole('button', { name: '❤️ from both of you' });
      await expect(both).toHaveText(/2$/);
      await both.click();
      await expect(host.bubble('Shall we meet at eight?').getByRole('button', { name: '❤️ from you' })).toBeVisible();
      await expect(seenByHost).toBeHidden();
    });

    await test.step('an edit says that it is one, also in the quote', async () => {
      await host.edits('Shall we meet at eight?', 'Shall we meet at nine?');
      await guest.hears('Shall we meet at nine?');
      for (const person of [host, guest]) {
        await expect(person.bubble('Shall we meet at nine?')).toContainText('Edited');
        await expect(person.bubble('Gladly')).toContainText('Shall we meet at nine?');
        await expect(person.log).not.toContainText('eight');
      }
    });

    await test.step('a message taken back is gone at both, and it says so', async () => {
      await guest.chooses('Unsend', 'Gladly');
      await expect(guest.log.getByText('You unsent a message')).toBeVisible();
      await expect(host.log.getByText('Mia Lindqvist unsent a message')).toBeVisible();
      for (const person of [host, guest]) await expect(person.log).not.toContainText('Gladly');
    });

    await test.step('only the latest own message says in words how far it came', async () => {
      await host.says('Nine it is');
      await host.sawSeen('Nine it is');
      await expect(host.log.getByText('Seen', { exact: true }).and(host.page.locator(':not(.unseen)'))).toHaveCount(1);
    });
  },
);

test('nobody can change what another one said', async ({ host, guest }) => {
  await meet(host, guest);
  await host.says('mine');
  await guest.hears('mine');
  await guest.opensMenu('mine');
  await expect(guest.page.getByRole('menuitem', { name: 'Reply' })).toBeVisible();
  await expect(guest.page.getByRole('menuitem', { name: 'Edit' })).toBeHidden();
  await expect(guest.page.getByRole('menuitem', { name: 'Unsend' })).toBeHidden();
});

test('who does not tell what was seen is not told either', async ({ host, guest }) => {
  await meet(host, guest);
  await guest.switchesInMenu('Tell when I have seen messages');
  await host.says('are you there?');
  await guest.hears('are you there?');
  await host.sawDelivered('are you there?');
  await guest.says('yes');
  await host.hears('yes');
  await guest.sawDelivered('yes');
  for (const person of [host, guest]) await expect(person.log.getByText('Seen', { exact: true })).toHaveCount(0);
});

test(
  'what is read stays where it is while messages come, and one button leads to the latest',
  { tag: '@every-browser' },
  async ({ host, newGuest }) => {
    const guest = await newGuest({ viewport: { width: 800, height: 500 } });
    await meet(host, guest);
    for (let n = 1; n <= 15; n += 1) await host.says(`line ${n}\nand one more`);
    await guest.hears('line 15\nand one more');
    await guest.page.bringToFront();
    await guest.log.hover();
    await guest.page.mouse.wheel(0, -4000);
    const first = guest.bubble('line 1\nand one more');
    await expect(first).toBeInViewport();
    const jump = guest.page.getByRole('button', { name: /^Jump to latest/ });
    await expect(jump).toBeVisible();
    const place = await first.boundingBox();
    await host.says('news');
    await host.says('and more of it');
    await expect(jump).toHaveAccessibleName(/2 unread messages/);
    await expect(guest.log.getByText('2 unread messages')).not.toBeInViewport();
    expect(await first.boundingBox(), 'the place of what is read').toEqual(place);
    await expect(host.bubble('and more of it')).not.toContainText('Seen');

    await jump.click();
    await expect(guest.bubble('and more of it')).toBeInViewport();
    await expect(jump).toBeHidden();
    await host.sawSeen('and more of it');
  },
);

test('a line stands above what was not read, until the person answers', async ({ host, guest }) => {
  await meet(host, guest);
  await guest.says('Good evening');
  await host.hears('Good evening');
  await host.wantsAnother();
  for (const text of ['Hello?', 'Anybody home?', 'I am outside']) await guest.says(text);
  await guest.sawDelivered('I am outside');
  await host.turnsTo('Mia Lindqvist');
  await expect(host.log).toContainText(/Good evening[^?]*3 unread messages[^?]*Hello\?/);
  await host.sawInOrder(['Good evening', 'Hello?', 'Anybody home?', 'I am outside']);
  await guest.sawSeen('I am outside');
  await host.says('answered');
  await expect(host.log.getByText('3 unread messages')).toBeHidden();
});

test('the search goes from match to match', { tag: '@every-browser' }, async ({ host, guest }) => {
  await meet(host, guest);
  for (const text of ['The café is closed', 'Which one?', 'The CAFE by the river', 'Too bad']) await host.says(text);
  await guest.hears('Too bad');
  await guest.page.bringToFront();
  await guest.page.keyboard.press('Control+f');
  const box = guest.page.getByRole('textbox', { name: 'Search in this chat' });
  await expect(box).toBeFocused();
  await box.fill('cafe');
  const count = guest.page.getByRole('search').getByRole('status');
  await expect(count).toHaveText('2 of 2');
  await expect(guest.bubble('The CAFE by the river')).toHaveClass(/flashes/);
  await guest.page.keyboard.press('Enter');
  await expect(count).toHaveText('1 of 2');
  await expect(guest.bubble('The café is closed')).toHaveClass(/flashes/);
  await guest.page.getByRole('button', { name: 'Later match' }).click();
  await expect(count).toHaveText('2 of 2');
  await box.fill('<b>');
  await expect(count).toHaveText('Nothing found');
  await box.press('Escape');
  await expect(box).toBeHidden();
  await expect(guest.composer).toBeFocused();
});

test('long text is folded, and unfolded on demand', async ({ host, guest }) => {
  await meet(host, guest);
  const long = Array.from({ length: 40 }, (_, n) => `verse ${n + 1}`).join('\n');
  await host.says(long);
  const more = guest.log.getByRole('button', { name: 'Show more' });
  await expect(more).toBeVisible();
  const folded = (await guest.log.locator('.message').boundingBox())?.height ?? 0;
  await more.click();
  await expect(more).toBeHidden();
  expect((await guest.log.locator('.message').boundingBox())?.height).toBeGreaterThan(2 * folded);
});

test(
  'messages can be reached, answered and changed by keyboard',
  { tag: '@every-browser' },
  async ({ host, guest }) => {
    await meet(host, guest);
    for (const text of ['first', 'second', 'third']) await guest.says(text);
    await host.hears('third');
    const press = (key: string): Promise<void> => guest.page.keyboard.press(key);
    await guest.tabsTo(guest.bubble('third'), 'Shift+Tab');
    await press('ArrowUp');
    await expect(guest.bubble('second')).toBeFocused();
    await press('Home');
    await expect(guest.bubble('first')).toBeFocused();
    await press('r');
    await expect(guest.composer).toBeFocused();
    await guest.page.keyboard.type('an answer');
    await press('Enter');
    await host.hears('an answer');
    await expect(host.bubble('an answer').getByRole('button', { name: /message of Mia Lindqvist/ })).toContainText(
      'first',
    );

    await guest.tabsTo(guest.log.locator('.message[tabindex="0"]'), 'Shift+Tab');
    await press('End');
    await press('ArrowUp');
    await expect(guest.bubble('third')).toBeFocused();
    await press('Enter');
    await expect(guest.page.getByRole('menu')).toBeVisible();
    await press('ArrowRight');
    await press('Enter');
    await expect(host.bubble('third').getByRole('button', { name: /^❤️/ })).toBeVisible();
    await expect(guest.bubble('third')).toBeFocused();
    await press('Shift+F10');
    await guest.page.getByRole('menuitem', { name: 'Edit' }).press('Enter');
    await expect(guest.composer).toBeFocused();
    await expect(guest.composer).toHaveValue('third');
  },
);

test('by touch a message that is held down opens its menu', async ({ host, newGuest }) => {
  const guest = await newGuest({ viewport: { width: 360, height: 640 }, hasTouch: true });
  await meet(host, guest);
  await host.says('hold me');
  await guest.hears('hold me');
  await guest.bubble('hold me').dispatchEvent('pointerdown', { pointerType: 'touch', bubbles: true });
  await expect(guest.page.getByRole('menuitem', { name: 'Copy text' })).toBeVisible();
});
