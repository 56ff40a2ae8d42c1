import { expect, test } from './porch.ts';
import { textOfBytes, twentyMessages } from './texts.ts';

test.describe('a conversation', { tag: '@every-pairing' }, () => {
  test('from the invite to the end, twenty messages each way', async ({ host, guest }) => {
    test.setTimeout(150_000);
    const link = await host.invites('Harriet Vane', '24 hours');
    await expect(host.page.getByRole('img', { name: 'QR code of the invite link' })).toBeVisible();

    await guest.opens(link);
    await guest.asks('Mia Lindqvist');
    await guest.isTold('Waiting to be let in');
    await host.hearsKnock('Mia Lindqvist');
    // Browsers keep titles in their history, so the title says that someone knocks, and not who.
    await expect(host.page).toHaveTitle(/asking to come in/);
    await expect(host.page).not.toHaveTitle(/Mia/);

    await host.letsIn();
    await host.isConnected();
    await guest.isConnected();

    const hosts = twentyMessages('host');
    const guests = twentyMessages('guest');
    for (const [turn, text] of hosts.entries()) {
      await host.says(text);
      await guest.says(guests[turn] ?? '');
    }
    for (const text of hosts) await guest.hears(text);
    for (const text of guests) await host.hears(text);
    for (const person of [host, guest]) {
      await person.sawInOrder(hosts);
      await person.sawInOrder(guests);
    }
    for (const text of hosts) await host.sawDelivered(text);
    for (const text of guests) await guest.sawDelivered(text);

    const seenByHost = await host.verifies();
    expect(seenByHost.emoji).toHaveLength(5);
    expect(seenByHost.digits).not.toBe('');
    expect(await guest.verifies()).toEqual(seenByHost);

    await host.ends();
    for (const person of [host, guest]) {
      await person.sees('Chat ended');
      const left = await person.page.locator('body').innerText();
      for (const text of [...hosts, ...guests]) expect(left).not.toContain(text);
      expect(await person.page.content()).not.toContain(hosts[0]);
    }
  });

  test('ends for both when the guest leaves', async ({ host, guest }) => {
    await guest.opens(await host.invites());
    await guest.asks();
    await host.letsIn();
    await host.isConnected();
    await guest.isConnected();
    await guest.says('I have to go now, goodbye');
    await host.hears('I have to go now, goodbye');

    await guest.leaves();
    for (const person of [host, guest]) {
      await person.sees('Chat ended');
      await expect(person.page.getByText('I have to go now, goodbye')).toHaveCount(0);
    }
  });

  test('makes no connection between the browsers before Let in', async ({ host, guest }) => {
    await guest.opens(await host.invites());
    await guest.asks();
    await guest.isTold('Waiting to be let in');
    await host.hearsKnock('Mia Lindqvist');
    expect(await host.connections()).toBe(0);
    expect(await guest.connections()).toBe(0);

    await host.letsIn();
    await host.isConnected();
    await guest.isConnected();
    expect(await host.connections()).toBeGreaterThanOrEqual(1);
    expect(await guest.connections()).toBeGreaterThanOrEqual(1);
  });
});

test('a message of exactly 4,000 bytes arrives whole', async ({ host, guest }) => {
  await guest.opens(await host.invites());
  await guest.asks();
  await host.letsIn();
  await guest.isConnected();
  const text = textOfBytes(4000, 'ä');
  await guest.says(text);
  await host.hears(text);
  await guest.sawDelivered(text);
});
