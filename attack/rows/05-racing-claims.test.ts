import { expect, it } from 'vitest';

import { redisServer, startRedis } from '../../e2e/redis-process.ts';
import { startProcess } from '../../e2e/server-process.ts';
import { startReal } from '../real-server.ts';
import { title } from '../table.ts';
import { bytes, invitation, seatOf, visit, type Visitor } from '../visitors.ts';

const GUESTS = 50;
const CLAIMS_EACH = 20;
const PROCESSES = 4;

/** The limits must not be what keeps the claims apart, so they are far away. */
const NO_LIMITS = { MAX_SOCKETS_PER_ADDRESS: '10000' };

it(title(5), async ({ task, onTestFinished }) => {
  const { origin, close } = await startReal(NO_LIMITS);
  onTestFinished(close);
  Object.assign(task.meta, { figure: await race([origin]) });
});

// A row counts as failed where a part of it is skipped; without Redis there is no such server to attack.
if (redisServer() !== undefined) {
  it(`${title(5)} (four)`, async ({ task, onTestFinished }) => {
    const redis = await startRedis();
    onTestFinished(() => redis.stop());
    const processes = await Promise.all(
      Array.from({ length: PROCESSES }, () =>
        startProcess({
          env: { PATH: process.env['PATH'], PORT: '0', HOST: '127.0.0.1', REDIS_URL: redis.url, ...NO_LIMITS },
        }),
      ),
    );
    // The last to be called is the first to be done: Redis goes when nobody needs it any more.
    onTestFinished(async () => {
      await Promise.all(processes.map((one) => one.stop()));
    });
    const origins = processes.map(({ origin }) => origin.replace('localhost', '127.0.0.1'));
    Object.assign(task.meta, { figure: await race(origins) });
  });
}

/** Guests at all these servers, in turn, claim one invite at once; gives what was measured. */
async function race(origins: readonly string[]): Promise<string> {
  const { inviteId, claimToken, opening } = invitation();
  const at = (place: number): string => origins[place % origins.length] ?? '';
  const host = await visit(at(0));
  await host.asks('invite:open', opening);
  const guests = await Promise.all(Array.from({ length: GUESTS }, (_, place) => visit(at(place))));

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
  const where = origins.length === 1 ? '' : ` at ${String(origins.length)} processes`;
  for (const visitor of [host, ...guests]) visitor.leaves();
  return `${count} claims over ${String(GUESTS)} sockets${where}: 1 seat, ${String(outcomes['reserved'])} × reserved, ${String(tookMs)} ms`;
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
