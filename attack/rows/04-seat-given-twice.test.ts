import { kindOf } from '@porchlight/channel';
import { expect, it } from 'vitest';

import { seatEveryone } from '../lies.ts';
import type { Caller } from '../lying-server.ts';
import { openPorch, type Person, type Porch } from '../people.ts';
import { boxIn } from '../record.ts';
import { title } from '../table.ts';
import { until } from '../until.ts';

it(title(4), async () => {
  await whileTheFirstIsAtTheDoor();
  await whileTheFirstIsStillProvingItself();
  await afterTheFirstWasLetIn();
  await underTheNameOfTheFirst();
  await committedToAnother();
});

async function whileTheFirstIsAtTheDoor(): Promise<void> {
  const porch = await openPorch();
  seatEveryone(porch.server);
  const { host, guest } = await porch.knock();
  const second = await another(porch, host);
  expect(porch.answers(), 'the host answered one of two at its door').toBe(1);
  expect(host.state, 'the first is still the one who asks').toMatchObject({ phase: 'knocked', nickname: 'Mia' });
  host.runner.tell({ type: 'admitted' });
  await porch.talking(host, guest);
  await porch.quiet();
  await onlyTheFirstIsIn(porch, host, guest, second);
}

async function whileTheFirstIsStillProvingItself(): Promise<void> {
  const porch = await openPorch();
  seatEveryone(porch.server);
  // The first guest's proof is held back until the second has sent its M1.
  const held: (() => void)[] = [];
  porch.server.lies.deliver = (to, said) => {
    const box = boxIn(said.payload);
    if (to.role !== 'host' || box === null || kindOf(box) !== 'sealed') return [said];
    held.push(() => {
      to.tell(said.name, said.payload);
    });
    return [];
  };
  const host = await porch.host();
  const guest = await porch.guest(host);
  guest.runner.ask('Mia');
  await until('the first sent its proof', () => held.length > 0);
  const second = await another(porch, host);
  porch.server.lies.deliver = (_to, said) => [said];
  for (const release of held) release();
  await until('the first knocks', () => host.state.phase === 'knocked');
  expect(porch.answers(), 'the host answered one of two interleaved').toBe(1);
  host.runner.tell({ type: 'admitted' });
  await porch.talking(host, guest);
  await porch.quiet();
  await onlyTheFirstIsIn(porch, host, guest, second);
}

async function afterTheFirstWasLetIn(): Promise<void> {
  const porch = await openPorch();
  seatEveryone(porch.server);
  const { host, guest } = await porch.meet();
  const second = await another(porch, host);
  expect(porch.answers(), 'a host who let one in answers nobody').toBe(1);
  expect(host.link.invite.secret, 'and has nothing left to answer with').toEqual(new Uint8Array(32));
  await onlyTheFirstIsIn(porch, host, guest, second);
}

/** The server can call two guests by one name. Whoever proved itself last is the one at the door; the other is out. */
async function underTheNameOfTheFirst(): Promise<void> {
  const porch = await openPorch();
  const { host, guest } = await porch.knock('Mia');
  const first = guest.caller;
  let second: Caller | null = null;
  porch.server.lies.answer = (from, name, { inviteId, box, seat }) => {
    if (name === 'invite:claim') {
      second = from;
      return { ok: true, value: { remainingMs: 3_600_000, leaseMs: 900_000 } };
    }
    if (from === second && box !== undefined) host.caller.tell('relayed', { inviteId, seat: first.seat, box });
    if (from === second) return { ok: true, value: {} };
    // What the host says to that seat, both hear.
    if (from.role === 'host' && box !== undefined && seat === first.seat)
      second?.tell('relayed', { inviteId, seat, box });
    return undefined;
  };
  const other = await porch.guest(host);
  other.runner.ask('Zoe');
  await until('the second knocks in the place of the first', () => nameAtTheDoor(host) === 'Zoe');
  host.runner.tell({ type: 'admitted' });
  await until('the second is in', () => other.state.phase === 'chatting');
  host.runner.send('for one of you');
  await until('the second hears it', () => other.texts.length === 1);
  await porch.quiet();
  expect(guest.chatted, 'the first, whose knock was replaced on the card, gets nothing').toBe(false);
  expect(host.runner.snapshot.peerName, 'the host sees whom it let in').toBe('Zoe');
}

/** The host lets the first in; the server gives the admission, and everything after, to the second. */
async function committedToAnother(): Promise<void> {
  const porch = await openPorch();
  seatEveryone(porch.server);
  const { host } = await porch.knock();
  const second = await another(porch, host);
  const seated = porch.server.lies.answer;
  porch.server.lies.answer = (from, name, payload) => {
    if (from.role === 'host' && (name === 'invite:commit' || name === 'relay'))
      return seated(from, name, { ...payload, seat: second.caller.seat });
    if (name === 'invite:open')
      return {
        ok: true,
        value: { remainingMs: 3_600_000, seat: second.caller.seat, committed: true, guestPresent: true },
      };
    return seated(from, name, payload);
  };
  host.runner.tell({ type: 'admitted' });
  await porch.quiet();
  host.line.cut();
  host.line.restore();
  await until('the host’s line is back', () => host.runner.snapshot.online);
  await porch.quiet();
  await porch.clock.pass(30_000);
  await until('the host finds no way', () => host.state.phase === 'ended');
  expect(host.state, 'and is told so').toMatchObject({ reason: 'could-not-connect' });
  expect(host.chatted, 'the host has no chat with the second').toBe(false);
  expect(porch.answers(), 'the host answered the first alone').toBe(1);
  expectNotIn(second);
}

/** One more guest with the same link, who got a seat and sent its M1. */
async function another(porch: Porch, host: Person): Promise<Person> {
  const guest = await porch.guest(host);
  guest.runner.ask('Second');
  await until('the second believes that it has a seat', () => guest.state.phase === 'handshaking');
  await porch.quiet();
  return guest;
}

async function onlyTheFirstIsIn(porch: Porch, host: Person, guest: Person, second: Person): Promise<void> {
  await porch.clock.pass(30_000);
  await porch.quiet();
  host.runner.send('for the first');
  await until('the first hears the host', () => guest.texts.includes('for the first'));
  await porch.quiet();
  expect(porch.answers(), 'still one answer, after the second tried again').toBe(1);
  expectNotIn(second);
}

function expectNotIn(guest: Person): void {
  const phases = guest.seen.map(({ state }) => state.phase);
  for (const phase of ['knocking', 'connecting', 'chatting'] as const)
    expect(phases, 'the second never gets further than asking').not.toContain(phase);
}

const nameAtTheDoor = ({ state }: Person): string | null => (state.phase === 'knocked' ? state.nickname : null);
