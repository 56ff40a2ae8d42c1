import { expect, it, onTestFinished } from 'vitest';

import { bytes, invitation, seatOf, visit } from '../attack/visitors.ts';
import { redisServer, startRedis } from '../e2e/redis-process.ts';
import { startProcess } from '../e2e/server-process.ts';
import { at } from '../scripts/places.js';

const QUARTER_MS = 15 * 60_000;
const LIMIT_MS = 60_000;

it.skipIf(redisServer() === undefined)(
  'a link works for as long as its host chose, also where one of the servers has a wrong clock',
  { timeout: LIMIT_MS },
  async () => {
    const [right, wrong] = await twoServers();
    await wrong.jumps();
    const { inviteId, claimToken, opening } = invitation();
    const host = await visit(right.origin);
    await host.asks('invite:open', { ...opening, remainingMs: QUARTER_MS });
    const guest = await visit(wrong.origin);
    const seat = seatOf(bytes(32));
    const claimed = await guest.asks('invite:claim', { inviteId, claimToken, seat });
    expect(claimed, 'the link has not expired for the one with the wrong clock').toMatchObject({ ok: true });
    expect(claimed.ok && claimed.value.remainingMs).toBeGreaterThan(QUARTER_MS - LIMIT_MS);
    expect(claimed.ok && claimed.value.remainingMs).toBeLessThanOrEqual(QUARTER_MS);
    await host.hears('invite:claimed');
    const box = bytes(64);
    expect(await host.asks('invite:commit', { inviteId, seat, box })).toEqual({ ok: true, value: {} });
    expect(await guest.hears('relayed')).toEqual({ inviteId, seat, box });
  },
);

it.skipIf(redisServer() === undefined)(
  'a clock that jumps while people are there ends nothing and opens nothing',
  { timeout: LIMIT_MS },
  async () => {
    const [one, other] = await twoServers();
    const { inviteId, claimToken, opening } = invitation();
    const host = await visit(one.origin);
    await host.asks('invite:open', { ...opening, remainingMs: QUARTER_MS });
    const guest = await visit(other.origin);
    const seat = seatOf(bytes(32));
    expect(await guest.asks('invite:claim', { inviteId, claimToken, seat })).toMatchObject({ ok: true });
    await host.hears('invite:claimed');

    await one.jumps();
    await other.jumps();
    // Longer than the servers' own clocks need to see what has lapsed.
    await new Promise((resolve) => setTimeout(resolve, SETTLED_MS));
    const second = await visit(other.origin);
    expect(
      await second.asks('invite:claim', { inviteId, claimToken, seat: seatOf(bytes(32)) }),
      'the seat is still held',
    ).toMatchObject({ ok: false, refusal: 'reserved' });
    expect([...host.heard, ...guest.heard], 'nobody is told anything').toEqual([]);
    const box = bytes(64);
    expect(await host.asks('invite:commit', { inviteId, seat, box })).toEqual({ ok: true, value: {} });
    expect(await guest.hears('relayed')).toEqual({ inviteId, seat, box });
  },
);

/** Two processes on one Redis, each with a clock that can be made to jump. */
async function twoServers() {
  const redis = await startRedis();
  onTestFinished(() => redis.stop());
  const start = async () => {
    const server = await startProcess({
      env: { PATH: process.env['PATH'], PORT: '0', HOST: '127.0.0.1', REDIS_URL: redis.url },
      flags: ['--import', at('faults', 'clock-that-jumps.ts')],
    });
    onTestFinished(() => server.stop());
    return {
      origin: server.origin.replace('localhost', '127.0.0.1'),
      jumps: async () => {
        server.child.kill('SIGUSR2');
        await expect.poll(server.output).toContain('The clock is an hour ahead.');
      },
    };
  };
  return [await start(), await start()] as const;
}

/** Servers look once a second for what has lapsed. */
const SETTLED_MS = 3_000;
