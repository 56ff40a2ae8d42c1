import { execFileSync } from 'node:child_process';

import { expect, it } from 'vitest';

import { startRedis } from '../../e2e/redis-process.ts';
import { startProcess } from '../../e2e/server-process.ts';
import { TEST_NODES } from '../../e2e/server.ts';
import {
  attachments,
  badFrames,
  badPackets,
  busyNeighbours,
  deafHost,
  flood,
  foreignOrigins,
  guesses,
  idleSockets,
  otherWaysIn,
  seatedVisitors,
  secondJoins,
  slowHandshakes,
} from '../socket-abuse.ts';
import { title } from '../table.ts';
import { bytes, invitation, seatOf, visit, type Visitor } from '../visitors.ts';

/** Generous: the memory of a server that keeps what it is sent would be many times this. */
const MAX_GROWTH_MIB = 150;

/** What a socket may ask at once and then in every second. apps/signal/src/server.ts. */
const METER = { burst: 1_000, perSecond: 20 };

it(title(19), async ({ task, onTestFinished }) => {
  const server = await startServer();
  onTestFinished(server.stop);
  const { origin } = server;
  const chat = await seatedPair(origin);
  const quiet = await seatedVisitors(origin);
  await flood(origin, 2_000); // Until everything has run once, memory grows by itself.
  const before = server.memoryMiB();
  let peak = before;
  const look = (): void => {
    peak = Math.max(peak, server.memoryMiB());
  };
  const looking = setInterval(look, 500);
  onTestFinished(() => {
    clearInterval(looking);
  });

  const slow = slowHandshakes(origin, 20);
  slow.catch(() => undefined); // Waited for below, unless something else fails first.
  await foreignOrigins(origin);
  await otherWaysIn(origin);
  await secondJoins(origin);
  await badPackets(origin);
  await attachments(origin);
  await badFrames(origin);
  const { lookedAt, seconds } = await flood(origin, 10_000);
  expect(lookedAt, 'requests of the flood that were looked at').toBeLessThanOrEqual(
    METER.burst + METER.perSecond * Math.ceil(seconds),
  );
  const { asked } = await busyNeighbours(origin);
  await guesses(origin);
  await rightTokensStillOpen(origin, quiet);
  const { boxes } = await deafHost(origin);
  await slow;
  const idle = await idleSockets(origin, 5_000);
  look();
  clearInterval(looking);
  expect(idle.letIn, 'idle sockets of one address that are let in').toBeLessThanOrEqual(500);
  expect(idle.letIn, 'idle sockets of one address that are let in').toBeGreaterThan(400);
  expect(idle.told + idle.shut, 'idle sockets that are refused').toBe(5_000 - idle.letIn);
  expect(idle.told, 'idle sockets that are told why').toBeGreaterThan(0);

  const { sent } = await chat.end();
  idle.leave();
  await aNewPageIsLetIn(origin);
  expect(peak - before, 'growth of the server’s memory in MiB').toBeLessThan(MAX_GROWTH_MIB);
  expect(server.isAlive(), 'the server is alive').toBe(true);
  expect(server.output(), 'what the server says').not.toMatch(/^\s+at |failure|error|127\.0\.0\.1/im);
  Object.assign(task.meta, {
    figure:
      `RSS ${String(before)} MiB before, ${String(peak)} MiB at most; ` +
      `5,000 idle sockets: ${String(idle.letIn)} let in, ${String(idle.told)} told why not, ${String(idle.shut)} shut out; ` +
      `10,000 requests at once: ${String(lookedAt)} looked at; ` +
      `${asked.toLocaleString('en')} requests of busy neighbours, none refused; a deaf host given up after ${String(boxes)} boxes; ` +
      `${String(sent)} boxes of another chat, none lost`,
  });
});

/**
 * The real server in its own process, told nothing by the environment of this test. Where the tests run on several nodes it
 * is one of them, alone at its Redis: what one process takes, and what that costs it, is measured here.
 */
async function startServer() {
  const redis = TEST_NODES > 1 ? await startRedis() : null;
  const server = await startProcess({
    env: { PATH: process.env['PATH'], PORT: '0', HOST: '127.0.0.1', REDIS_URL: redis?.url },
  });
  return {
    ...server,
    origin: server.origin.replace('localhost', '127.0.0.1'),
    memoryMiB: () => Math.round(Number(execFileSync('ps', ['-o', 'rss=', '-p', String(server.pid)])) / 1_024),
    stop: async () => {
      await server.stop('SIGKILL');
      await redis?.stop();
    },
  };
}

/** A host and a guest who were seated before, and send each other a numbered box five times in every second. */
async function seatedPair(origin: string) {
  const { inviteId, claimToken, opening } = invitation();
  const [host, guest] = [await visit(origin), await visit(origin)];
  const seat = seatOf(bytes(32));
  await host.asks('invite:open', opening);
  await guest.asks('invite:claim', { inviteId, claimToken, seat });
  await host.asks('invite:commit', { inviteId, seat, box: boxOf(0) });
  await guest.hears('relayed');

  let sent = 0;
  const refused: unknown[] = [];
  const asked: Promise<unknown>[] = [];
  const keep = (what: string, reply: Promise<{ ok: boolean }>): void => {
    asked.push(
      reply.then(
        (answer) => (answer.ok ? undefined : refused.push([what, answer])),
        (error: unknown) => refused.push([what, String(error)]),
      ),
    );
  };
  const beating = setInterval(() => {
    sent += 1;
    keep(`host ${String(sent)}`, host.asks('relay', { inviteId, seat, box: boxOf(sent) }));
    keep(`guest ${String(sent)}`, guest.asks('relay', { inviteId, box: boxOf(sent) }));
  }, 200);

  const end = async (): Promise<{ sent: number }> => {
    clearInterval(beating);
    await Promise.all(asked);
    expect(refused, 'boxes of the other chat that were refused').toEqual([]);
    const all = Array.from({ length: sent }, (_, at) => ({ inviteId, seat, box: boxOf(at + 1) }));
    await heardInFull(host, all, 'the host');
    await heardInFull(guest, all, 'the guest');
    host.leaves();
    guest.leaves();
    return { sent: 2 * sent };
  };
  return { end };
}

/** Every box came, once and in order, and nothing else was said. */
async function heardInFull(visitor: Visitor, boxes: readonly unknown[], who: string): Promise<void> {
  await expect
    .poll(() => visitor.heard.length, { timeout: 10_000 })
    .toBeGreaterThanOrEqual(boxes.length + (who === 'the host' ? 1 : 0));
  const heard = visitor.heard.filter(({ name }) => name !== 'invite:claimed');
  expect(heard, `what ${who} of the other chat heard`).toEqual(boxes.map((payload) => ({ name: 'relayed', payload })));
}

/** Whoever has the token comes in, whatever neighbours at the same address did: a guest, a host and somebody new. */
async function rightTokensStillOpen(origin: string, quiet: Awaited<ReturnType<typeof seatedVisitors>>): Promise<void> {
  const { host, guest, inviteId, opening, seatToken } = quiet;
  guest.leaves();
  await host.hears('invite:guest-left');
  const guestAgain = await visit(origin);
  const attach = { inviteId, seatToken, nextSeat: seatOf(bytes(32)) };
  expect(await guestAgain.asks('invite:attach', attach), 'a guest comes back').toMatchObject({ ok: true });
  host.leaves();
  await guestAgain.hears('invite:host-left');
  const hostAgain = await visit(origin);
  expect(await hostAgain.asks('invite:open', opening), 'a host comes back').toMatchObject({ ok: true });
  guestAgain.leaves();
  hostAgain.leaves();
  const newcomers = await seatedVisitors(origin);
  for (const visitor of [newcomers.host, newcomers.guest]) visitor.leaves();
}

/** Once the crowd is gone, somebody new may come. */
async function aNewPageIsLetIn(origin: string): Promise<void> {
  const comes = async (): Promise<boolean> => {
    const page = await visit(origin).catch(() => null);
    page?.leaves();
    return page !== null;
  };
  await expect.poll(comes, { message: 'a new page is let in', timeout: 30_000 }).toBe(true);
}

/** A box that says which one it is. */
const boxOf = (number: number): string => Buffer.from(String(number).padStart(12, '0')).toString('base64url');
