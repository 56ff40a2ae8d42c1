import { kindOf } from '@porchlight/channel';
import { expect, it } from 'vitest';

import { timing } from '../../apps/web/src/lib/session/timing.ts';
import { ignore, seatEveryone } from '../lies.ts';
import { openPorch, type Person, type Porch } from '../people.ts';
import { boxIn } from '../record.ts';
import { title } from '../table.ts';
import { until } from '../until.ts';

it(title(21), async () => {
  await whileTheyTalk();
  await whileTheyHaveLostEachOther();
  await afterTheGuestSaidGoodbye();
});

/** The end travels between the two pages; the server is not needed for it. */
async function whileTheyTalk(): Promise<void> {
  const porch = await openPorch();
  const { host, guest } = await porch.meet();
  porch.server.lies.answer = ignore('invite:end');
  host.runner.tell({ type: 'left' });
  await until('the guest is out at once', () => guest.state.phase === 'ended');
  expect(guest.state, 'and knows that the host ended it').toMatchObject({ reason: 'peer-left' });
  expect(guest.runner.snapshot.chat.posts, 'nothing of the chat is left on the guest’s page').toEqual([]);
  await nothingOpensIt(porch, host, guest);
}

/** The way is gone and the end stays with the server: the guest looks for the host, finds nobody, and is out by silence. */
async function whileTheyHaveLostEachOther(): Promise<void> {
  const porch = await openPorch();
  const { host, guest } = await porch.meet();
  // The first answer is kept from the guest, or they would find each other before the end.
  porch.server.lies.deliver = (to, said) => (to === host.caller && boxIn(said.payload) !== null ? [] : [said]);
  porch.network.cut();
  await until('both look for each other', () => [host, guest].every(({ state }) => state.phase === 'reconnecting'));
  porch.server.lies.answer = ignore('invite:end');
  host.runner.tell({ type: 'left' });
  await porch.quiet();
  porch.server.lies.deliver = (_to, said) => [said];
  const answered = porch.answers();

  for (let minute = 0; minute < 5; minute += 1) {
    await porch.clock.pass(60_000);
    await porch.quiet();
  }
  const asked = boxesOf(porch, guest, 'm1').length;
  expect(asked, 'the guest with its seat and its keys asked many times').toBeGreaterThan(5);
  expect(porch.answers(), 'and the host’s page never answered').toBe(answered);
  expect(guest.state.phase, 'the guest is not back in').toBe('reconnecting');

  await porch.clock.pass(timing.silence);
  await until('silence puts the guest out', () => guest.state.phase === 'ended');
  expect(guest.state, 'and says so').toMatchObject({ reason: 'silence' });
  expect(guest.runner.snapshot.chat.posts, 'nothing of the chat is left on the guest’s page').toEqual([]);
  await nothingOpensIt(porch, host, guest);
}

/** The guest's page went away and the host then ended: what a page kept for coming back finds nobody. */
async function afterTheGuestSaidGoodbye(): Promise<void> {
  const porch = await openPorch();
  const { host, guest } = await porch.meet();
  guest.line.cut();
  guest.runner.goodbye();
  await until('the host heard the goodbye', () => host.state.phase === 'reconnecting');
  porch.server.lies.answer = ignore('invite:end');
  await porch.clock.pass(timing.farewell + 1000);
  await until('the host’s page ends it by itself', () => host.state.phase === 'ended');
  const answered = porch.answers();
  porch.network.cut();
  guest.line.restore();
  await until('the guest’s line is back', () => guest.runner.snapshot.online);
  await until('the guest asks for its seat again', () => boxesOf(porch, guest, 'm1').length > 1);
  await porch.quiet();
  expect(porch.answers(), 'nobody answers a guest who comes back late').toBe(answered);
  await porch.clock.pass(timing.silence + 1000);
  await until('the guest is out', () => guest.state.phase === 'ended');
  await nothingOpensIt(porch, host, guest);
}

/** Whatever the server now does with the seat: the host's page has no key left, and says nothing. */
async function nothingOpensIt(porch: Porch, host: Person, guest: Person): Promise<void> {
  await porch.quiet();
  const { invite } = host.link;
  if (host.link.role === 'host')
    expect(host.link.invite.hostSecretKey, 'the key to sign answers with').toEqual(new Uint8Array(32));
  expect(invite.secret, 'the secret of the link').toEqual(new Uint8Array(32));
  const said = saidBy(porch, host);

  seatEveryone(porch.server);
  for (const record of porch.server.record.filter(({ type, caller }) => type === 'event' && caller.role === 'host'))
    host.caller.tell(record.name, record.payload);
  host.caller.tell('invite:claimed', { inviteId: host.inviteId, seat: 'A'.repeat(43) });
  for (const m1 of boxesOf(porch, guest, 'm1'))
    host.caller.tell('relayed', { inviteId: host.inviteId, seat: 'A'.repeat(43), box: m1 });
  host.line.cut();
  host.line.restore();
  await until('the host’s line is back', () => host.runner.snapshot.online);
  await porch.clock.pass(60_000);
  await porch.quiet();
  expect(saidBy(porch, host), 'the host’s page says nothing more about this invite').toBe(said);
  expect(host.state.phase, 'the host stays out').toBe('ended');
  expect(guest.state.phase, 'the guest stays out').toBe('ended');
}

const boxesOf = (porch: Porch, person: Person, kind: 'm1' | 'm2'): string[] =>
  porch.server.record
    .filter(({ type, caller, payload }) => {
      const box = boxIn(payload);
      return type === 'request' && caller.role === person.link.role && box !== null && kindOf(box) === kind;
    })
    .map(({ payload }) => String(payload['box']));

const saidBy = (porch: Porch, person: Person): number =>
  porch.server.record.filter(({ type, caller }) => type === 'request' && caller.role === person.link.role).length;
