import { SEAT_LAPSE_MS, SEAT_LEASE_MS } from '@porchlight/protocol';
import { expect, it } from 'vitest';

import { startReal } from '../real-server.ts';
import { title } from '../table.ts';
import { bytes, invitation, seatOf, visit, type Visitor } from '../visitors.ts';

const stale = { ok: false, refusal: 'stale-seat' };
const notAttached = { ok: false, refusal: 'not-attached' };
const done = { ok: true, value: {} };

it(title(6), async ({ onTestFinished }) => {
  const { origin, letPass } = await serverWithClock(onTestFinished);
  await afterTheGuestWentAway(origin, letPass);
  await whileTheGuestStays(origin, letPass);
});

/** Ann's socket is gone, her seat lapses, Bob sits down; the host still means Ann. */
async function afterTheGuestWentAway(origin: string, letPass: (ms: number) => void): Promise<void> {
  const { host, inviteId, claimToken } = await opened(origin);
  const ann = await claims(origin, inviteId, claimToken);
  ann.visitor.leaves();
  await host.hears('invite:guest-left');
  letPass(SEAT_LAPSE_MS);
  // The server's own clock need not have ticked: the very next request sees the seat as lapsed.
  await hostMeans(host, inviteId, ann.seat, 'a seat that lapsed');

  const bob = await claims(origin, inviteId, claimToken);
  await hostMeans(host, inviteId, ann.seat, 'the seat before this one');
  const back = await visit(origin);
  const attach = { inviteId, seatToken: ann.seatToken, nextSeat: seatOf(bytes(32)) };
  expect(await back.asks('invite:attach', attach), 'Ann comes back with her old token').toEqual(stale);
  expect(bob.visitor.heard, 'nothing meant for Ann reached Bob').toEqual([]);

  await bobIsLetIn(host, inviteId, bob);
  await hostMeans(host, inviteId, ann.seat, 'the seat before the one let in');
  expect(await back.asks('invite:attach', attach), 'Ann comes back after Bob was let in').toEqual(stale);
  expect(bob.visitor.heard, 'nothing meant for Ann reached Bob').toEqual([]);
  for (const visitor of [host, bob.visitor, back]) visitor.leaves();
}

/** Ann stays, but is not let in for so long that her lease ends; Bob sits down while her socket is open. */
async function whileTheGuestStays(origin: string, letPass: (ms: number) => void): Promise<void> {
  const { host, inviteId, claimToken } = await opened(origin);
  const ann = await claims(origin, inviteId, claimToken);
  letPass(SEAT_LEASE_MS);
  const bob = await claims(origin, inviteId, claimToken);
  expect(await ann.visitor.hears('invite:ended'), 'Ann is told').toEqual({ inviteId, why: 'lapsed' });

  await hostMeans(host, inviteId, ann.seat, 'a seat whose lease ended');
  const box = bytes(64);
  expect(await ann.visitor.asks('relay', { inviteId, box }), 'a box of Ann').toEqual(notAttached);
  expect(await ann.visitor.asks('ice', { inviteId }), 'Ann asks for ICE servers').toEqual(notAttached);
  expect(await ann.visitor.asks('invite:end', { inviteId, box }), 'Ann ends it').toEqual(notAttached);
  await bobIsLetIn(host, inviteId, bob);
  expect(await ann.visitor.asks('ice', { inviteId }), 'Ann asks again').toEqual(notAttached);
  expect(await ann.visitor.asks('invite:end', { inviteId, box }), 'Ann ends it again').toEqual(notAttached);
  expect(ann.visitor.heard, 'nothing more reached Ann').toEqual([]);
  expect(
    host.heard.filter(({ name }) => name === 'relayed'),
    'nothing of Ann’s reached the host',
  ).toEqual([]);
  for (const visitor of [host, ann.visitor, bob.visitor]) visitor.leaves();
}

/** Everything a host can ask about a seat, asked about one that is no longer held. */
async function hostMeans(host: Visitor, inviteId: string, seat: string, what: string): Promise<void> {
  const box = bytes(64);
  expect(await host.asks('invite:commit', { inviteId, seat, box }), `commit of ${what}`).toEqual(stale);
  expect(await host.asks('invite:decline', { inviteId, seat, box }), `decline of ${what}`).toEqual(stale);
  expect(await host.asks('relay', { inviteId, seat, box }), `a box to ${what}`).toEqual(stale);
  expect(await host.asks('ice', { inviteId, seat }), `ICE servers for ${what}`).toEqual(stale);
}

async function bobIsLetIn(host: Visitor, inviteId: string, bob: Seated): Promise<void> {
  const box = bytes(64);
  expect(await host.asks('invite:commit', { inviteId, seat: bob.seat, box }), 'Bob can be let in').toEqual(done);
  expect(await bob.visitor.hears('relayed'), 'Bob gets his admission').toEqual({ inviteId, seat: bob.seat, box });
  expect(await host.asks('ice', { inviteId, seat: bob.seat }), 'the host may connect to Bob').toMatchObject({
    ok: true,
  });
}

interface Seated {
  readonly visitor: Visitor;
  readonly seatToken: string;
  readonly seat: string;
}

async function opened(origin: string) {
  const { inviteId, claimToken, opening } = invitation();
  const host = await visit(origin);
  expect(await host.asks('invite:open', opening)).toMatchObject({ ok: true });
  return { host, inviteId, claimToken };
}

async function claims(origin: string, inviteId: string, claimToken: string): Promise<Seated> {
  const visitor = await visit(origin);
  const seatToken = bytes(32);
  const seat = seatOf(seatToken);
  expect(await visitor.asks('invite:claim', { inviteId, claimToken, seat }), 'the seat is free').toMatchObject({
    ok: true,
  });
  return { visitor, seatToken, seat };
}

/** The real server, and a way to move its clock. */
async function serverWithClock(whenDone: (close: () => Promise<void>) => void) {
  let ahead = 0;
  const { origin, close } = await startReal({}, { now: () => Date.now() + ahead });
  whenDone(close);
  return {
    origin,
    letPass: (ms: number) => {
      ahead += ms;
    },
  };
}
