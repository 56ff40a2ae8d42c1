import { comeIn, Host } from './people.ts';
import { expect, test } from './porch.ts';
import { redisServer } from './redis-process.ts';

test.use({ nodes: 2 });
test.skip(redisServer() === undefined, 'There is no Redis on this machine.');

test('a host at one process and a guest at another find each other, also after a reload', async ({
  newPage,
  guest,
  server,
  story,
}) => {
  const [first = '', second = ''] = server.nodes;
  expect(first).not.toBe(second);
  const host = new Host(await newPage('host'), { ...story, origin: first });
  const link = await host.invites();
  await comeIn(host, guest, link.replace(first, second));
  expect([host.page, guest.page].map((page) => new URL(page.url()).origin)).toEqual([first, second]);
  await guest.says('hello from the second process');
  await host.hears('hello from the second process');
  await host.says('and from the first');
  await guest.hears('and from the first');

  await guest.page.reload();
  await guest.hears('and from the first');
  await guest.isConnected();
  await guest.says('here again');
  await host.hears('here again');
  await host.ends();
  await guest.sees('Chat ended');
});
