import type { Locator } from 'playwright';

import { focused, Keyboard } from './access.ts';
import { expect, test } from './porch.ts';

/** In Firefox nothing has the focus in a page that is not in front. */
async function hasFocus(element: Locator): Promise<void> {
  await element.page().bringToFront();
  await expect(element).toBeFocused();
}

test(
  'a chat is had by keyboard alone, from the link to the end',
  { tag: '@every-browser' },
  async ({ host, guest, story }) => {
    test.setTimeout(180_000);
    const [hosts, guests] = [new Keyboard(host.page), new Keyboard(guest.page)];
    const button = ({ page }: typeof host | typeof guest, name: string): Locator =>
      page.getByRole('button', { name, exact: true });
    const name = (person: typeof host | typeof guest): Locator =>
      person.page.getByRole('textbox', { name: 'Your name' });
    for (const text of ['Harriet Vane', 'Mia Lindqvist', 'second line']) story.private.add(text);

    // The invite.
    await host.page.goto(story.origin);
    await hosts.goesTo(name(host));
    await hosts.types('Harriet Vane');
    await hosts.goesTo(host.page.locator('summary'));
    await hosts.presses('Enter');
    await hosts.goesTo(host.page.getByRole('textbox', { name: 'Label' }));
    await hosts.types('Flat viewing');
    await hosts.goesTo(button(host, 'Create invite link'));
    await hosts.presses('Enter');
    const link = host.page.getByRole('textbox', { name: 'Invite link' });
    await hosts.goesTo(link);
    await hosts.goesTo(button(host, 'No'));
    await hosts.presses('Enter');
    await expect(button(host, 'No')).toBeHidden();

    // The door.
    await guest.opens(await link.inputValue());
    await guests.goesTo(name(guest));
    await guests.types('Mia Lindqvist');
    await guests.presses('Enter');
    await host.hearsKnock('Mia Lindqvist');
    await hosts.goesTo(button(host, 'Let in'));
    await hosts.presses('Enter');

    // The first words: the focus waits where they are written.
    await guest.isConnected();
    await hasFocus(guest.composer);
    await guests.types('first line');
    await guests.presses('Shift+Enter');
    await guests.types('second line: https://example.org/way');
    await guests.presses('Enter');
    await expect(guest.composer).toHaveValue('');
    await expect(host.log).toContainText('second line');

    // A reply.
    const message = (person: typeof host | typeof guest, text: string): Locator =>
      person.log.getByRole('article').filter({ has: person.page.locator('p', { hasText: text }) });
    await hasFocus(host.composer);
    await hosts.goesTo(message(host, 'second line'), 'Shift+Tab');
    await hosts.presses('r');
    await hasFocus(host.composer);
    await hosts.types('An answer');
    await hosts.presses('Enter');
    await guest.hears('An answer');

    // A reaction to it.
    await guests.goesTo(message(guest, 'An answer'), 'Shift+Tab');
    await guests.presses('Enter');
    await expect(guest.page.getByRole('menu')).toBeVisible();
    await guests.goesTo(guest.page.getByRole('menuitemradio', { name: '❤️' }), 'ArrowRight');
    await guests.presses('Enter');
    await expect(message(host, 'An answer').getByRole('button', { name: /^❤️/ })).toBeVisible();
    await hasFocus(message(guest, 'An answer'));

    // Another word for the last one said.
    await guests.goesTo(guest.composer);
    await guests.presses('ArrowUp', 'End');
    await guests.types(' and back');
    await guests.presses('Enter');
    await expect(message(host, 'and back')).toContainText('Edited');

    // An emoji.
    await guests.goesTo(button(guest, 'Emoji'), 'Shift+Tab');
    await guests.presses('Enter');
    await hasFocus(guest.page.getByRole('searchbox').or(guest.page.getByRole('textbox', { name: 'Search emoji' })));
    await guests.types('waving hand');
    const waving = guest.page.getByRole('gridcell').first();
    await expect(waving).toHaveAccessibleName('waving hand');
    await guests.goesTo(waving);
    await guests.presses('Enter');
    await guests.presses('Escape');
    await hasFocus(guest.composer);
    await expect(guest.composer).toHaveValue('👋');
    await guests.presses('Enter');
    await host.hears('👋');

    // A link, which opens nothing by itself.
    await hosts.goesTo(host.log.locator('[role="article"][tabindex="0"]'), 'Shift+Tab');
    await hosts.presses('End');
    await hosts.goesTo(message(host, 'second line'), 'ArrowUp');
    const address = host.log.getByRole('link');
    await hosts.goesTo(address);
    await hosts.presses('Enter');
    await hasFocus(button(host, 'Cancel'));
    await hosts.presses('Enter');
    await expect(host.page.getByRole('dialog')).toBeHidden();
    await hasFocus(address);

    // Looking for something said.
    await hosts.presses('ControlOrMeta+f');
    await hosts.types('answer');
    await expect(host.page.getByText('1 of 1')).toBeVisible();
    await hosts.presses('Enter', 'Escape');
    expect(await focused(host.page)).not.toBeNull();

    // What the chat has behind three dots, and Verify.
    const menu = host.page.locator('header').getByRole('button', { name: 'More' });
    await hosts.goesTo(menu, 'Shift+Tab');
    await hosts.presses('Enter');
    await hosts.goesTo(host.page.getByRole('menuitem', { name: 'Save a copy' }), 'ArrowDown');
    await hosts.presses('Enter');
    await expect(host.page.getByRole('dialog')).toBeVisible();
    await hosts.presses('Escape');
    await expect(host.page.getByRole('dialog')).toBeHidden();
    await hosts.goesTo(button(host, 'Verify'), 'Shift+Tab');
    await hosts.presses('Enter');
    await expect(host.page.getByRole('dialog')).toBeVisible();
    await hosts.presses('Escape');
    await hasFocus(button(host, 'Verify'));

    // The end.
    await hosts.goesTo(button(host, 'End chat'));
    await hosts.presses('Enter');
    for (const person of [host, guest]) {
      await person.sees('Chat ended');
      await hasFocus(person.page.getByRole('heading', { name: 'Chat ended' }));
    }
    await hosts.goesTo(button(host, 'Create another invite'));
    await hosts.presses('Enter');
    await expect(button(host, 'Create invite link')).toBeVisible();
  },
);
