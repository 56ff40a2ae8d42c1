import { damagedLinks, newerLink } from './damage.ts';
import { looksAround, meet } from './people.ts';
import { expect, test } from './porch.ts';

const QUARTER_MS = 15 * 60_000;

test('a used link shows its own page, while the chat goes on and after it', async ({ host, guest, newGuest }) => {
  const link = await meet(host, guest);

  const second = await newGuest();
  await second.opens(link);
  await second.asks('Second Guest');
  await second.sees('This link was already used');
  await guest.says('still talking with you');
  await host.hears('still talking with you');

  await host.ends();
  await guest.sees('Chat ended');
  const third = await newGuest();
  await third.opens(link);
  await third.asks('Third Guest');
  await third.sees('This link was already used');
});

test('of ten guests who ask at once, exactly one gets in', async ({ host, newGuest }) => {
  test.setTimeout(180_000);
  const link = await host.invites();
  const guests = await Promise.all(Array.from({ length: 10 }, () => newGuest()));
  for (const guest of guests) {
    await guest.opens(link);
    await guest.page.getByRole('textbox', { name: 'Your name' }).fill('Racing Guest');
  }
  await Promise.all(guests.map((guest) => guest.page.getByRole('button', { name: 'Ask to join' }).click()));

  await host.hearsKnock('Racing Guest');
  const waiting = await Promise.all(
    guests.map(async (guest) => {
      const won = guest.page.getByRole('status', { name: 'Waiting to be let in' });
      const lost = guest.page.getByRole('heading', { name: 'This link was already used' });
      await expect(won.or(lost)).toBeVisible();
      return won.isVisible();
    }),
  );
  expect(waiting.filter(Boolean)).toHaveLength(1);

  await host.letsIn();
  await host.isConnected();
  const winner = guests[waiting.indexOf(true)];
  await winner?.isConnected();
  await winner?.says('it was me who won');
  await host.hears('it was me who won');
});

test('an ended invite shows its own page', async ({ host, guest }) => {
  const link = await host.invites();
  await host.endsInvite();
  await expect(host.page.getByRole('textbox', { name: 'Invite link' })).toHaveCount(0);
  await guest.opens(link);
  await guest.asks();
  await guest.sees('The host ended this invitation');
});

test('a guest who waits is told when the host ends the invite', async ({ host, guest }) => {
  await guest.opens(await host.invites());
  await guest.asks();
  await host.hearsKnock('Mia Lindqvist');
  await host.declines();
  await guest.sees('You were not let in');
  await host.endsInvite();
  await guest.page.getByRole('button', { name: 'Ask again' }).click();
  await guest.sees('The host ended this invitation');
});

test('a key pressed by mistake while a guest waits cancels nothing, also after a reload', async ({ host, guest }) => {
  await guest.opens(await host.invites());
  await guest.asks();
  await guest.isTold('Waiting to be let in');
  await guest.page.keyboard.press('Space');
  await guest.page.reload();
  await guest.isTold('Waiting to be let in');
  await guest.page.keyboard.press('Space');
  await host.hearsKnock('Mia Lindqvist');
  await host.letsIn();
  await guest.isConnected();
});

test.describe('with a clock that moves', () => {
  test.use({ clock: true });

  test('an expired link shows its own page', async ({ host, guest, newGuest, server }) => {
    const link = await host.invites('Harriet Vane', '15 minutes');
    await guest.opens(link);
    server.letPass(QUARTER_MS - 60_000);
    await guest.asks();
    await host.hearsKnock('Mia Lindqvist');
    await host.declines();
    await guest.sees('You were not let in');

    server.letPass(61_000);
    const late = await newGuest();
    await late.opens(link);
    await late.asks('Late Guest');
    await late.sees('This link has expired');
    await host.sees('This link has expired');
  });
});

test('a link damaged anywhere shows its own page and asks the server nothing', async ({ host, guest }) => {
  const link = await host.invites();
  for (const [where, damaged] of damagedLinks(link)) {
    await test.step(where, async () => {
      // A link that differs only behind the # would not load the page anew.
      await guest.page.goto('about:blank');
      await guest.page.goto(damaged);
      await guest.sees('This link is damaged');
      await expect(guest.page.getByRole('button', { name: 'Ask to join' })).toHaveCount(0);
    });
  }
  await guest.page.goto('about:blank');
  await guest.opens(link);
  await guest.asks();
  await host.hearsKnock('Mia Lindqvist');
});

test('an address without the part that opens the chat says so', async ({ host, guest }) => {
  const [page = ''] = (await host.invites()).split('#');
  for (const cut of [page, `${page}#`]) {
    await guest.page.goto('about:blank');
    await guest.page.goto(cut);
    await guest.sees('No chat here');
    await expect(guest.page.getByRole('button', { name: 'Ask to join' })).toHaveCount(0);
  }
});

test('a link of a newer version says so', async ({ host, guest }) => {
  await guest.page.goto(newerLink(await host.invites()));
  await guest.sees('This link needs a newer version');
});

test(
  'a robot that does everything but press the button leaves the link usable',
  { tag: '@every-browser' },
  async ({ host, guest, newPage }) => {
    const link = await host.invites();
    await looksAround(await newPage('guest'), link);

    await guest.opens(link);
    await guest.asks();
    await host.hearsKnock('Mia Lindqvist');
    await host.letsIn();
    await guest.isConnected();
  },
);

test('the secret leaves the address bar', async ({ host, guest }) => {
  const link = await host.invites();
  await guest.opens(link);
  expect(guest.page.url()).toBe(link.slice(0, link.indexOf('#')));
});

test('a declined guest is told, and the link works for another one', async ({ host, guest, newGuest }) => {
  const link = await host.invites();
  await guest.opens(link);
  await guest.asks('Wrong Person');
  await host.hearsKnock('Wrong Person');
  await host.declines();
  await guest.sees('You were not let in');
  expect(await host.connections()).toBe(0);
  expect(await guest.connections()).toBe(0);

  const right = await newGuest();
  await right.opens(link);
  await right.asks('Right Person');
  await host.hearsKnock('Right Person');
  await host.letsIn();
  await host.isConnected();
  await right.isConnected();
});

test('a guest who asks while another one waits is turned away', async ({ host, guest, newGuest }) => {
  const link = await host.invites();
  await guest.opens(link);
  await guest.asks();
  await guest.isTold('Waiting to be let in');
  const second = await newGuest();
  await second.opens(link);
  await second.asks('Second Guest');
  await second.sees('This link was already used');
  await host.letsIn();
  await guest.isConnected();
});

test('a browser without WebRTC says so, for host and guest', { tag: '@every-browser' }, async ({ host, guest }) => {
  const link = await host.invites();
  for (const [person, address] of [
    [guest, link],
    [host, new URL(link).origin],
  ] as const) {
    await person.page.context().addInitScript(() => {
      Reflect.deleteProperty(window, 'RTCPeerConnection');
      Reflect.deleteProperty(window, 'webkitRTCPeerConnection');
    });
    await person.page.goto('about:blank');
    await person.page.goto(address);
    await person.sees('This browser cannot chat');
  }
});
