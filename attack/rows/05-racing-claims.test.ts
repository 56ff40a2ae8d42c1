import { expect, it } from 'vitest';

import { parseConfig } from '../../apps/signal/src/config.ts';
import { startServer } from '../../apps/signal/src/server.ts';
import { title } from '../table.ts';
import { bytes, invitation, seatOf, visit, type Visitor } from '../visitors.ts';

const GUESTS = 50;
const CLAIMS_EACH = 20;

it(title(5), async ({ task, onTestFinished }) => {
  const origin = await serverWithoutLimits(onTestFinished);
  const { inviteId, claimToken, opening } = invitation();
  const host = await visit(origin);
  await host.asks('invite:open', opening);
  const guests = await Promise.all(Array.from({ length: GUESTS }, () => visit(origin)));

  const claims = guests.flatMap((guest) =>
    Array.from({ length: CLAIMS_EACH }, () => ({ guest, seat: seatOf(bytes(32)) })),
  );
  const begun = performance.now();
  const raced = await Promise.all(
    claims.map(async ({ guest, seat }) => ({
      guest,
      seat,
      reply: await guest.asks('invite:claim', { inviteId, claimToken, seat }),
    })),
  );
  const tookMs = Math.round(performance.now() - begun);

  const outcomes = tally(raced.map(({ reply }) => (reply.ok ? 'ok' : reply.refusal)));
  expect(outcomes, 'what became of the claims').toEqual({ ok: 1, reserved: claims.length - 1 });
  const [winner] = raced.filter(({ reply }) => reply.ok);
  if (winner === undefined) throw new Error('nobody has the seat');

  expect(await host.hears('invite:claimed'), 'the host is told of the winner').toEqual({ inviteId, seat: winner.seat });
  await onlyTheWinnerIsHeard(inviteId, winner.guest, guests, host);
  expect(host.heard, 'the host is told nothing else').toEqual([]);
  expect(await host.asks('invite:open', opening), 'the seat the server holds').toMatchObject({
    ok: true,
    value: { seat: winner.seat, committed: false, guestPresent: true },
  });
  const box = bytes(64);
  const committed = await host.asks('invite:commit', { inviteId, seat: winner.seat, box });
  expect(committed, 'the winner can be let in').toEqual({ ok: true, value: {} });
  expect(await winner.guest.hears('relayed')).toEqual({ inviteId, seat: winner.seat, box });
  for (const { heard } of guests) expect(heard, 'nobody else hears a thing').toEqual([]);

  const count = claims.length.toLocaleString('en');
  const figure = `${count} claims over ${String(GUESTS)} sockets: 1 seat, ${String(outcomes['reserved'])} × reserved, ${String(tookMs)} ms`;
  Object.assign(task.meta, { figure });
  for (const visitor of [host, ...guests]) visitor.leaves();
});

/** The real server. Its limits must not be what keeps the claims apart, so they are far away. */
async function serverWithoutLimits(whenDone: (close: () => Promise<void>) => void): Promise<string> {
  const parsed = parseConfig({ PORT: '0', HOST: '127.0.0.1', MAX_SOCKETS_PER_ADDRESS: '10000' });
  if (!parsed.ok) throw new Error(parsed.problem);
  const { address, close } = await startServer(parsed.config);
  whenDone(close);
  return address.replace('localhost', '127.0.0.1');
}

/** Every guest sends the host a box; the host gets the winner's. */
async function onlyTheWinnerIsHeard(
  inviteId: string,
  winner: Visitor,
  guests: readonly Visitor[],
  host: Visitor,
): Promise<void> {
  const replies = await Promise.all(guests.map((guest) => guest.asks('relay', { inviteId, box: boxOf(guest) })));
  const outcomes = tally(replies.map((reply) => (reply.ok ? 'ok' : reply.refusal)));
  expect(outcomes, 'who may send the host a box').toEqual({ ok: 1, 'not-attached': guests.length - 1 });
  expect(await host.hears('relayed'), 'the one box').toMatchObject({ inviteId, box: boxOf(winner) });
}

const boxOf = ({ socket }: Visitor): string => Buffer.from(String(socket.id)).toString('base64url');

function tally(words: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}
