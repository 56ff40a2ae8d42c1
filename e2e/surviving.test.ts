import { comeIn, meet } from './people.ts';
import { expect, test } from './porch.ts';

test('a server that was stopped and started meanwhile: the guest can still come', async ({ host, guest, server }) => {
  const link = await host.invites();
  await server.stop();
  await server.start();
  await comeIn(host, guest, link);
  await guest.says('hello after the restart');
  await host.hears('hello after the restart');
});

test('a chat goes on without the server', async ({ host, guest, server }) => {
  await meet(host, guest);
  await server.stop();
  await host.says('the server is gone, are you there?');
  await guest.hears('the server is gone, are you there?');
  await guest.says('I am, it was never in between');
  await host.hears('I am, it was never in between');
  await host.sawDelivered('the server is gone, are you there?');
  await host.ends();
  await host.sees('Chat ended');
  await guest.sees('Chat ended');
});

for (const loser of ['host', 'guest'] as const) {
  test(
    `when the ${loser} loses the line, both reconnect and nothing is lost`,
    { tag: '@every-pairing' },
    async ({ host, guest }) => {
      await meet(host, guest);
      await host.says('before the line broke');
      await guest.hears('before the line broke');

      await (loser === 'host' ? host : guest).losesTheLine();
      await host.says('written by the host meanwhile');
      await guest.says('written by the guest meanwhile');
      await guest.hears('written by the host meanwhile');
      await host.hears('written by the guest meanwhile');
      await host.isConnected();
      await guest.isConnected();

      for (const person of [host, guest]) {
        expect(await person.statuses()).toContain('Reconnecting…');
        await person.sawInOrder(['before the line broke', 'written by the host meanwhile']);
        await person.sawInOrder(['before the line broke', 'written by the guest meanwhile']);
        expect(await person.connections()).toBeGreaterThanOrEqual(2);
      }
      await host.sawDelivered('written by the host meanwhile');
      await guest.sawDelivered('written by the guest meanwhile');
    },
  );
}

for (const [who, stays] of [
  ['guest', 'host'],
  ['host', 'guest'],
] as const) {
  test(`when the ${who} closes the page, the other side is told`, async ({ host, guest }) => {
    test.setTimeout(120_000);
    await meet(host, guest);
    await host.says('soon this is gone');
    await guest.hears('soon this is gone');
    const [goes, remains] = stays === 'host' ? [guest, host] : [host, guest];
    await goes.page.close({ runBeforeUnload: false });
    await remains.isTold('Reconnecting…');
    // Half a minute is left for a reload.
    await expect(remains.page.getByRole('heading', { name: 'Chat ended' })).toBeVisible({ timeout: 60_000 });
    await expect(remains.page.getByText('soon this is gone')).toHaveCount(0);
  });
}

for (const who of [['host'], ['guest'], ['host', 'guest']] as const) {
  test(
    `when ${who.join(' and ')} reload, the chat goes on with all that was said`,
    { tag: '@every-pairing' },
    async ({ host, guest }) => {
      await meet(host, guest);
      await host.says('before the reload');
      await guest.hears('before the reload');
      const people = { host, guest };
      await Promise.all(who.map((one) => people[one].page.reload()));
      await host.says('from the host, after it');
      await guest.says('from the guest, after it');
      await guest.hears('from the host, after it');
      await host.hears('from the guest, after it');
      for (const person of [host, guest]) {
        await person.sawInOrder(['before the reload', 'from the host, after it']);
        await person.isConnected();
      }
      await host.sawDelivered('from the host, after it');
      await host.ends();
      await guest.sees('Chat ended');
    },
  );
}

test('a guest who comes while the host is away waits, and goes on by itself', async ({ host, guest, server }) => {
  const link = await host.invites();
  // The server forgets the invite, and the host's browser cannot bring it back yet.
  await host.page.context().setOffline(true);
  await server.stop();
  await server.start();

  await guest.opens(link);
  await guest.asks();
  await guest.sees('The host is away');

  await host.page.context().setOffline(false);
  await host.hearsKnock('Mia Lindqvist');
  await guest.isTold('Waiting to be let in');
  await host.letsIn();
  await guest.isConnected();
});

test('a host talks with three guests at once, each in a chat of its own', async ({ host, newGuest }) => {
  test.setTimeout(150_000);
  const names = ['Anna Almqvist', 'Bela Bartholdy', 'Cleo Castellan'];
  const guests = [];
  for (const [place, name] of names.entries()) {
    if (place > 0) await host.wantsAnother();
    const guest = await newGuest();
    guests.push({ name, guest });
    await guest.opens(await host.invites());
    await guest.asks(name);
    await host.hearsKnock(name);
    await host.letsIn();
    await guest.isConnected();
  }
  for (const { name, guest } of guests) {
    await host.turnsTo(name);
    await host.says(`this is only for ${name}`);
    await guest.hears(`this is only for ${name}`);
    await guest.says(`${name} answers`);
    await host.hears(`${name} answers`);
  }
  for (const { name, guest } of guests) {
    await host.turnsTo(name);
    for (const other of names.filter((different) => different !== name)) {
      await expect(guest.log).not.toContainText(other);
      await expect(host.log).not.toContainText(`${other} answers`);
    }
  }

  // One ends; the others go on.
  const [first, second] = guests;
  await host.turnsTo(names[0] ?? '');
  await host.ends();
  await first?.guest.sees('Chat ended');
  await second?.guest.says('we are still here');
  await host.turnsTo(names[1] ?? '');
  await host.hears('we are still here');
});

test('a knock on another invite than the open one is noticed', async ({ host, guest, newGuest }) => {
  await meet(host, guest);
  await host.wantsAnother();
  const second = await newGuest();
  await second.opens(await host.invites());
  await host.turnsTo('Mia Lindqvist');
  await second.asks('Second Guest');
  await expect(host.page.getByText('Second Guest is asking to come in')).toBeVisible();
  await expect(host.page).toHaveTitle(/asking to come in/);
  await host.turnsTo('Second Guest');
  await host.letsIn();
  await second.isConnected();
});

test(
  'a database that the browser cut while the page slept is opened again',
  { tag: '@every-browser' },
  async ({ host, guest }) => {
    await meet(host, guest);
    for (const { page } of [host, guest]) await page.evaluate(cutDatabaseAtNextWrite);
    await host.says('after the sleep of the host');
    await guest.says('after the sleep of the guest');
    for (const person of [host, guest]) {
      await person.sawDelivered(`after the sleep of the ${person === host ? 'host' : 'guest'}`);
      await expect(person.page.locator('html'), 'that it was cut').toHaveAttribute('data-database', 'cut');
    }
    await Promise.all([host.page.reload(), guest.page.reload()]);
    for (const person of [host, guest]) {
      await person.isConnected();
      await person.sawInOrder(['after the sleep of the host']);
      await person.sawInOrder(['after the sleep of the guest']);
    }
  },
);

/** Runs in the page: as iOS does it, without a word before. */
function cutDatabaseAtNextWrite(): void {
  const proto = IDBDatabase.prototype;
  const before = Object.getOwnPropertyDescriptor(proto, 'transaction') as TypedPropertyDescriptor<() => unknown>;
  Object.defineProperty(proto, 'transaction', {
    ...before,
    value(this: IDBDatabase, ...asked: unknown[]) {
      if (asked[1] !== 'readwrite') return before.value?.apply(this, asked as []);
      Object.defineProperty(proto, 'transaction', before);
      document.documentElement.dataset['database'] = 'cut';
      this.close();
      throw new DOMException('Connection to Indexed Database server lost.', 'UnknownError');
    },
  });
}
