import { createHash, randomBytes } from 'node:crypto';
import { request } from 'node:http';
import { Socket as NetSocket, connect } from 'node:net';

import {
  MAX_PACKET_BYTES,
  SEAT_LAPSE_MS,
  SEAT_LEASE_MS,
  requests,
  type Event,
  type EventName,
  type Input,
  type Output,
  type Reply,
  type RequestName,
} from '@porchlight/protocol';
import { io, type Socket } from 'socket.io-client';
import { safeParse } from 'valibot';
import { afterEach, beforeEach, describe, expect, inject, it, onTestFinished } from 'vitest';

import { parseConfig, type Config } from './config.ts';
import { ENGINE, ON_UWS } from './engine-for-tests.ts';
import { inSentences, type Entry } from './journal.ts';
import { forgetAll } from './redis/for-tests.ts';
import { startServer, type Porchlight, type Surroundings } from './server.ts';

const HOUR_MS = 3_600_000;
const bytes = (count: number): string => randomBytes(count).toString('base64url');
const hashOf = (token: string): string =>
  createHash('sha256').update(Buffer.from(token, 'base64url')).digest('base64url');

/** Set where all this is to hold for two processes on one Redis (vitest.config.ts). */
const redisUrl = inject('redisUrl') ?? '';
const ON_REDIS = redisUrl !== '';

beforeEach(async () => {
  if (ON_REDIS) await forgetAll(redisUrl);
});

function configured(environment: Record<string, string> = {}): Config {
  const parsed = parseConfig({ PORT: '0', HOST: '127.0.0.1', ...ENGINE, ...environment });
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.config;
}

/** One process. */
async function serveAlone(
  surroundings: Surroundings = {},
  environment: Record<string, string> = {},
): Promise<Porchlight> {
  const config = configured({ ALLOWED_ORIGINS: 'https://listed.example', REDIS_URL: redisUrl, ...environment });
  const server = await startServer(config, surroundings);
  onTestFinished(server.close);
  return server;
}

/** On Redis two processes, given out in turn: whoever comes next is at the other one. */
async function serve(surroundings: Surroundings = {}, environment: Record<string, string> = {}): Promise<Porchlight> {
  const one = await serveAlone(surroundings, environment);
  if (!ON_REDIS) return one;
  const other = await serveAlone(surroundings, environment);
  let turn = 0;
  return {
    get address() {
      turn += 1;
      return turn % 2 === 1 ? one.address : other.address;
    },
    close: () => Promise.all([one.close(), other.close()]).then(() => undefined),
    drain: (withinMs) => Promise.all([one.drain(withinMs), other.drain(withinMs)]).then(() => undefined),
  };
}

/** A clock that stands still. */
function standingStill(): () => number {
  const now = Date.now();
  return () => now;
}

const urlOf = ({ address }: Porchlight): string => address.replace('localhost', '127.0.0.1');

/** A page on a socket. `hears` waits for the next event of a name, and takes those that came earlier into account. */
function visit(server: Porchlight, from?: string | null, headers: Record<string, string> = {}) {
  const url = urlOf(server);
  const origin = from === undefined ? url : from;
  const socket = io(url, {
    transports: ['websocket'],
    forceNew: true,
    reconnection: false,
    extraHeaders: origin === null ? headers : { origin, ...headers },
  });
  onTestFinished(() => void socket.close());
  const heard: { name: string; payload: unknown }[] = [];
  const listeners = new Set<() => void>();
  const welcomed = new Promise<unknown>((resolve) => socket.once('welcome', resolve));
  socket.onAny((name: string, payload: unknown) => {
    if (name === 'welcome') return;
    heard.push({ name, payload });
    for (const listen of listeners) listen();
  });
  return {
    socket,
    heard,
    welcomed,
    asks: <R extends RequestName>(name: R, input: Input<R>): Promise<Reply<Output<R>>> =>
      socket.timeout(2_000).emitWithAck(name, input) as Promise<Reply<Output<R>>>,
    hears: <E extends EventName>(name: E): Promise<Event<E>> =>
      new Promise((resolve) => {
        const look = (): void => {
          const at = heard.findIndex((one) => one.name === name);
          if (at < 0) return;
          listeners.delete(look);
          resolve(heard.splice(at, 1)[0]?.payload as Event<E>);
        };
        listeners.add(look);
        look();
      }),
  };
}
type Visitor = ReturnType<typeof visit>;

/** What a host made up for one link. */
function invitation() {
  const claimToken = bytes(32);
  const hostToken = bytes(32);
  const inviteId = bytes(16);
  return {
    inviteId,
    claimToken,
    opening: { inviteId, claimHash: hashOf(claimToken), hostToken, remainingMs: HOUR_MS },
  };
}

async function opened(server: Porchlight) {
  const invite = invitation();
  const host = visit(server);
  await host.asks('invite:open', invite.opening);
  return { ...invite, host };
}

async function seated(server: Porchlight, { commit = false } = {}) {
  const invite = await opened(server);
  const guest = visit(server);
  const seatToken = bytes(32);
  const seat = hashOf(seatToken);
  await guest.asks('invite:claim', { inviteId: invite.inviteId, claimToken: invite.claimToken, seat });
  if (commit) {
    await invite.host.asks('invite:commit', { inviteId: invite.inviteId, seat, box: 'AAAA' });
    await guest.hears('relayed');
  }
  return { ...invite, guest, seatToken, seat };
}

const refusedToConnect = (visitor: Visitor): Promise<boolean> =>
  new Promise((resolve) => {
    visitor.socket.once('connect', () => {
      resolve(false);
    });
    visitor.socket.once('connect_error', () => {
      resolve(true);
    });
  });

const left = (visitor: Visitor): Promise<string> =>
  new Promise((resolve) => visitor.socket.once('disconnect', resolve));

describe('a pairing', () => {
  it('goes from the link to boxes both ways to the end', async () => {
    const server = await serve();
    const { inviteId, claimToken, host } = await opened(server);
    const guest = visit(server);
    const seat = hashOf(bytes(32));

    const claimed = await guest.asks('invite:claim', { inviteId, claimToken, seat });
    // As a browser reads it: to the letter.
    expect(safeParse(requests['invite:claim'].output, claimed.ok ? claimed.value : claimed).success).toBe(true);
    expect(await host.hears('invite:claimed')).toEqual({ inviteId, seat });
    expect(await guest.asks('relay', { inviteId, box: 'M1AA' })).toEqual({ ok: true, value: {} });
    expect(await host.hears('relayed')).toEqual({ inviteId, seat, box: 'M1AA' });
    await host.asks('relay', { inviteId, seat, box: 'M2AA' });
    expect(await guest.hears('relayed')).toEqual({ inviteId, seat, box: 'M2AA' });
    expect(await host.asks('invite:commit', { inviteId, seat, box: 'M4AA' })).toEqual({ ok: true, value: {} });
    expect(await guest.hears('relayed')).toEqual({ inviteId, seat, box: 'M4AA' });
    expect(await guest.asks('invite:end', { inviteId })).toEqual({ ok: true, value: {} });
    expect(await host.hears('invite:ended')).toEqual({ inviteId, why: 'ended' });
    expect(await visit(server).asks('invite:claim', { inviteId, claimToken, seat: hashOf(bytes(32)) })).toEqual({
      ok: false,
      refusal: 'used',
    });
  });

  it('lets exactly one of sixty guests claim at once, whoever else comes in meanwhile', async () => {
    const server = await serve();
    const { inviteId, claimToken, host } = await opened(server);
    const guests = Array.from({ length: 60 }, () => visit(server));
    const replies = await Promise.all(
      guests.map((guest) => guest.asks('invite:claim', { inviteId, claimToken, seat: hashOf(bytes(32)) })),
    );
    expect(replies.filter(({ ok }) => ok)).toHaveLength(1);
    expect(replies.filter((reply) => !reply.ok && reply.refusal === 'reserved')).toHaveLength(59);
    await host.hears('invite:claimed');
    expect(host.heard).toEqual([]);
  });

  it('keeps the place of a guest whose lease ended in the moment of its next claim', async () => {
    let ahead = 0;
    const server = await serve({ now: () => Date.now() + ahead });
    const { inviteId, claimToken, host, guest } = await seated(server);
    await host.hears('invite:claimed');
    ahead = SEAT_LEASE_MS;
    const seat = hashOf(bytes(32));
    expect(await guest.asks('invite:claim', { inviteId, claimToken, seat })).toMatchObject({ ok: true });
    expect(await host.hears('invite:claimed')).toEqual({ inviteId, seat });
    guest.socket.close();
    expect(await host.hears('invite:guest-left')).toEqual({ inviteId, seat });
  });

  it('takes a claim and a box sent without waiting, in order, and answers before the host is told', async () => {
    const server = await serve();
    const { inviteId, claimToken, host } = await opened(server);
    const guest = visit(server);
    const answers = await Promise.all([
      guest.asks('invite:claim', { inviteId, claimToken, seat: hashOf(bytes(32)) }),
      guest.asks('relay', { inviteId, box: 'M1AA' }),
    ]);
    expect(answers.map(({ ok }) => ok)).toEqual([true, true]);
    await host.hears('relayed');
    expect(host.heard.map(({ name }) => name)).toEqual(['invite:claimed']);
  });

  it('answers a claim before anything the host does can reach the guest', async () => {
    const order: string[] = [];
    const server = await serve({ onTraffic: (direction, _, name) => order.push(`${direction} ${name}`) });
    await seated(server);
    expect(order.indexOf('out invite:claim')).toBeLessThan(order.indexOf('out invite:claimed'));
    expect(order).toContain('in invite:claim');
  });

  it('tells each side when the other is gone, and the host when the seat lapses', async () => {
    let skewMs = 0;
    const server = await serve({ now: () => Date.now() + skewMs });
    const { inviteId, guest, host, seat } = await seated(server);
    guest.socket.close();
    expect(await host.hears('invite:guest-left')).toEqual({ inviteId, seat });
    skewMs += SEAT_LAPSE_MS;
    expect(await host.hears('invite:released')).toEqual({ inviteId, seat });
  });

  it('calls everybody who came while the server knew nothing of the invite, at whichever process', async () => {
    const server = await serve();
    const { inviteId, claimToken, opening } = invitation();
    const guests = [visit(server), visit(server)];
    for (const guest of guests) {
      const claim = { inviteId, claimToken, seat: hashOf(bytes(32)) };
      expect(await guest.asks('invite:claim', claim)).toEqual({ ok: false, refusal: 'unknown-invite' });
    }
    await visit(server).asks('invite:open', opening);
    for (const guest of guests) expect(await guest.hears('invite:host-returned')).toEqual({ inviteId });
  });

  it('calls a guest who came while the host was away', async () => {
    const server = await serve();
    const { inviteId, claimToken, opening, host } = await opened(server);
    const gone = left(host);
    host.socket.close();
    await gone;
    const guest = visit(server);
    const claim = { inviteId, claimToken, seat: hashOf(bytes(32)) };
    await expect.poll(() => guest.asks('invite:claim', claim)).toEqual({ ok: false, refusal: 'host-away' });
    const back = visit(server);
    await back.asks('invite:open', opening);
    expect(await guest.hears('invite:host-returned')).toEqual({ inviteId });
    expect(await guest.asks('invite:claim', claim)).toMatchObject({ ok: true });
  });
});

describe('coming back', () => {
  it('lets the guest attach with the seat token once, and detaches the former socket', async () => {
    const server = await serve();
    const { inviteId, guest, host, seat, seatToken } = await seated(server, { commit: true });
    const nextToken = bytes(32);
    const again = visit(server);
    expect(await again.asks('invite:attach', { inviteId, seatToken, nextSeat: hashOf(nextToken) })).toEqual({
      ok: true,
      value: { committed: true, hostPresent: true },
    });
    expect(await host.hears('invite:attached')).toEqual({ inviteId, seat: hashOf(nextToken), previousSeat: seat });
    expect(await guest.asks('relay', { inviteId, box: 'AAAA' })).toEqual({ ok: false, refusal: 'not-attached' });
    expect(await guest.asks('invite:attach', { inviteId, seatToken, nextSeat: hashOf(bytes(32)) })).toEqual({
      ok: false,
      refusal: 'stale-seat',
    });
    await host.asks('relay', { inviteId, seat: hashOf(nextToken), box: 'BBBB' });
    expect(await again.hears('relayed')).toMatchObject({ box: 'BBBB' });
    expect(guest.heard).toEqual([]);
  });

  it('survives a server that restarted and knows nothing', async () => {
    const first = await serve();
    const { inviteId, opening, claimToken, host, guest, seat, seatToken } = await seated(first, { commit: true });
    const cut = [left(host), left(guest)];
    await first.close();
    expect(await Promise.all(cut)).toEqual(['transport close', 'transport close']);
    if (ON_REDIS) await forgetAll(redisUrl);

    const second = await serve();
    const guestAgain = visit(second);
    const attach = { inviteId, seatToken, nextSeat: hashOf(bytes(32)) };
    expect(await guestAgain.asks('invite:attach', attach)).toEqual({ ok: false, refusal: 'unknown-invite' });
    const hostAgain = visit(second);
    expect(await hostAgain.asks('invite:open', { ...opening, committedSeat: seat })).toMatchObject({
      ok: true,
      value: { committed: true, seat, guestPresent: false },
    });
    expect(await guestAgain.hears('invite:host-returned')).toEqual({ inviteId });
    expect(await guestAgain.asks('invite:attach', attach)).toMatchObject({ ok: true });
    expect(await visit(second).asks('invite:claim', { inviteId, claimToken, seat: hashOf(bytes(32)) })).toEqual({
      ok: false,
      refusal: 'used',
    });
  });
});

describe('the way in', () => {
  it('is open to pages from the same host and from listed origins', async () => {
    const server = await serve();
    expect(await refusedToConnect(visit(server))).toBe(false);
    expect(await refusedToConnect(visit(server, 'https://listed.example'))).toBe(false);
  });

  it.each([['https://evil.example'], ['null'], ['http://127.0.0.1']])('is closed to the origin %s', async (origin) => {
    expect(await refusedToConnect(visit(await serve(), origin))).toBe(true);
  });

  it('is closed to a connection without an origin', async () => {
    expect(await refusedToConnect(visit(await serve(), null))).toBe(true);
  });

  it('is closed to polling, and sets no cookie', async () => {
    const server = await serve();
    const answer = await fetch(`${urlOf(server)}/socket.io/?EIO=4&transport=polling`, {
      headers: { origin: urlOf(server) },
    });
    expect(answer.status).toBe(404);
    expect(answer.headers.get('set-cookie')).toBeNull();
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  });

  it('does not hand out the Socket.IO client', async () => {
    const server = await serve();
    expect((await fetch(`${urlOf(server)}/socket.io/socket.io.js`)).status).toBe(404);
  });

  it('has one namespace', async () => {
    const server = await serveAlone();
    const other = io(`${urlOf(server)}/admin`, {
      transports: ['websocket'],
      forceNew: true,
      reconnection: false,
      extraHeaders: { origin: urlOf(server) },
    });
    onTestFinished(() => void other.close());
    expect(
      await new Promise((resolve) =>
        other.once('connect_error', ({ message }) => {
          resolve(message);
        }),
      ),
    ).toBe('Invalid namespace');
  });

  it.each(['/elsewhere', '/', '/socket.ioX?EIO=4&transport=websocket', '/socket.io?EIO=4&transport=websocket'])(
    'is shut at once, on both sides, to a websocket at %s',
    async (path) => {
      const { closed } = rawWebsocket(await serve(), path);
      await closed;
    },
  );

  it.each([
    ['in one write', '0', ['0']],
    ['after leaving', '0', ['1', '0']],
    ['in another namespace', '0', ['0/x,']],
    ['after another namespace', '0/x,', ['0']],
    ['as the parser reads it', '0', [' ']],
  ])(
    'is for one socket: a second join %s closes the connection',
    async (_, first, more) => {
      const entries: Entry[] = [];
      const server = await serve({ journal: (entry) => entries.push(entry) });
      const connection = rawWebsocket(server);
      await connection.opened;
      connection.says(first);
      if (more.length > 1) await new Promise((resolve) => setTimeout(resolve, 50));
      for (const packet of more) connection.says(packet);
      await connection.closed;
      expect(await refusedToConnect(visit(server))).toBe(false);
      expect(entries).toEqual([]);
    },
    20_000,
  );
});

describe('a quiet box', () => {
  const passed: unknown[] = [];
  const quietly = (visitor: Visitor, input: Input<'relay'>): void => {
    visitor.socket.emit('relay', { ...input, quiet: true }, (reply: unknown) => passed.push(reply));
  };
  afterEach(() => {
    passed.length = 0;
  });

  it('is passed on like any other, in order, and not answered', async () => {
    const { host, guest, inviteId, seat } = await seated(await serve());
    quietly(guest, { inviteId, box: 'AAAA' });
    await guest.asks('relay', { inviteId, box: 'BBBB' });
    quietly(host, { inviteId, seat, box: 'CCCC' });
    await host.asks('relay', { inviteId, seat, box: 'DDDD' });
    for (const box of ['AAAA', 'BBBB']) expect(await host.hears('relayed')).toEqual({ inviteId, seat, box });
    for (const box of ['CCCC', 'DDDD']) expect(await guest.hears('relayed')).toEqual({ inviteId, seat, box });
    expect(passed).toEqual([]);
  });

  it('is told why it is refused', async () => {
    const { host, guest, inviteId, seat } = await seated(await serve());
    quietly(host, { inviteId, seat: hashOf(bytes(32)), box: 'AAAA' });
    await host.asks('relay', { inviteId, seat, box: 'AAAA' });
    host.socket.close();
    await guest.hears('invite:host-left');
    quietly(guest, { inviteId, box: 'AAAA' });
    quietly(guest, { inviteId: bytes(16), box: 'AAAA' });
    await guest.asks('relay', { inviteId, box: 'AAAA' });
    expect(passed).toEqual(['stale-seat', 'peer-away', 'unknown-invite'].map((refusal) => ({ ok: false, refusal })));
  });
});

describe('bad input', () => {
  const asIs = (visitor: Visitor, name: string, ...input: unknown[]): Promise<unknown> =>
    visitor.socket.timeout(2_000).emitWithAck(name, ...input);

  it('is refused in a word, and the socket goes on', async () => {
    const { guest, inviteId } = await seated(await serve());
    expect(await asIs(guest, 'nonsense', {})).toEqual({ ok: false, refusal: 'unknown-request' });
    expect(await asIs(guest, '__proto__', {})).toEqual({ ok: false, refusal: 'unknown-request' });
    expect(await asIs(guest, 'relay')).toEqual({ ok: false, refusal: 'malformed' });
    expect(await asIs(guest, 'relay', { inviteId, box: Buffer.from('AAAA') })).toEqual({
      ok: false,
      refusal: 'malformed',
    });
    expect(await asIs(guest, 'relay', { inviteId, box: 'AAAA' }, 'more')).toEqual({ ok: false, refusal: 'malformed' });
    guest.socket.emit('relay', { inviteId, box: 'AAAA' });
    expect(await guest.asks('relay', { inviteId, box: 'BBBB' })).toEqual({ ok: true, value: {} });
  });

  it('without an acknowledgement does nothing', async () => {
    const { guest, host, inviteId } = await seated(await serve());
    guest.socket.emit('relay', { inviteId, box: 'AAAA' });
    await guest.asks('relay', { inviteId, box: 'BBBB' });
    expect(await host.hears('relayed')).toMatchObject({ box: 'BBBB' });
  });

  it.each([
    ['a packet over the limit', `42["relay","${'A'.repeat(MAX_PACKET_BYTES)}"]`],
    ['no Socket.IO packet', '4nonsense'],
    ['broken JSON', '42["relay",{'],
    ['a reserved name', '42["disconnect"]'],
    ['an event without a name', '42[{}]'],
    ['attachments without end', '4599999-["relay"]'],
  ])('%s closes that socket only', async (_, text) => {
    const server = await serve();
    const { host, guest, inviteId } = await seated(server);
    const rude = visit(server);
    await new Promise<void>((resolve) => rude.socket.once('connect', resolve));
    const gone = left(rude);
    rawly(rude.socket, text);
    await gone;
    expect(await guest.asks('relay', { inviteId, box: 'AAAA' })).toEqual({ ok: true, value: {} });
    expect(await host.hears('relayed')).toMatchObject({ box: 'AAAA' });
  });

  it('is not even read when it comes too fast', async () => {
    const { guest, inviteId } = await seated(await serveAlone({ now: standingStill() }));
    const replies = await Promise.all(
      Array.from({ length: 200 }, () => guest.asks('relay', { inviteId, box: 'AAAA' })),
    );
    for (let i = 0; i < 4; i++) {
      replies.push(
        ...(await Promise.all(Array.from({ length: 201 }, () => guest.asks('relay', { inviteId, box: 'AAAA' })))),
      );
    }
    // Room for 64 chats that all come back at once, with fifteen requests each.
    expect(replies.slice(0, 64 * 15).every(({ ok }) => ok)).toBe(true);
    expect(replies.at(-1)).toEqual({ ok: false, refusal: 'slow-down', retryAfterMs: 50 });
  });

  it('cannot fill the server from one socket', async () => {
    const server = await serve({ now: standingStill() });
    const host = visit(server);
    const replies = [];
    for (let i = 0; i < 65; i++) replies.push(await host.asks('invite:open', invitation().opening));
    expect(replies.filter(({ ok }) => ok)).toHaveLength(64);
    expect(replies.at(-1)).toEqual({ ok: false, refusal: 'full', retryAfterMs: 30_000 });
  });

  it('counts only the invites a socket still holds', async () => {
    const host = visit(await serve({ now: () => 0 }));
    for (let i = 0; i < 65; i++) {
      const { inviteId, opening } = invitation();
      expect(await host.asks('invite:open', opening)).toMatchObject({ ok: true });
      await host.asks('invite:end', { inviteId });
    }
  });
});

/** Why a visitor is not let in, as it is told. */
const refusalOf = (visitor: Visitor): Promise<unknown> =>
  new Promise((resolve, reject) => {
    visitor.socket.once('connect', () => {
      reject(new Error('let in'));
    });
    visitor.socket.once('connect_error', (error) => {
      resolve('data' in error ? error.data : undefined);
    });
  });

const connected = async (visitor: Visitor): Promise<Visitor> => {
  await new Promise<void>((resolve) => visitor.socket.once('connect', resolve));
  return visitor;
};

describe('crowds', () => {
  it('from one address are refused in a word beyond its limit, and let in again when one left', async () => {
    const server = await serveAlone({}, { MAX_SOCKETS_PER_ADDRESS: '2' });
    await connected(visit(server));
    const second = await connected(visit(server));
    expect(await refusalOf(visit(server))).toEqual({ ok: false, refusal: 'crowded', retryAfterMs: 30_000 });
    second.socket.close();
    await expect.poll(() => refusedToConnect(visit(server))).toBe(false);
  });

  it('from many addresses are refused beyond the limit for all', async () => {
    const server = await serveAlone({}, { MAX_SOCKETS: '2', TRUST_PROXY: '1' });
    const from = (address: string): Visitor => visit(server, undefined, { 'x-forwarded-for': address });
    await connected(from('192.0.2.1'));
    await connected(from('192.0.2.2'));
    expect(await refusalOf(from('192.0.2.3'))).toEqual({ ok: false, refusal: 'full', retryAfterMs: 30_000 });
  });

  it('are not even told when there are too many to tell', async () => {
    const server = await serveAlone({}, { MAX_SOCKETS_PER_ADDRESS: '1' });
    const silent = Array.from({ length: 65 }, () => rawWebsocket(server));
    await Promise.all(silent.map(({ opened }) => opened));
    expect(await refusalOf(visit(server))).not.toMatchObject({ refusal: 'crowded' });
    await Promise.all(silent.map(({ closed }) => closed));
    expect(await refusedToConnect(visit(server))).toBe(false);
  }, 20_000);

  it('of invites from one address are refused, and do not keep others out', async () => {
    const server = await serve({}, { MAX_INVITES_PER_ADDRESS: '2', TRUST_PROXY: '1' });
    const from = (address: string): Visitor => visit(server, undefined, { 'x-forwarded-for': address });
    const host = from('192.0.2.1');
    const { inviteId, opening } = invitation();
    await host.asks('invite:open', opening);
    await from('192.0.2.1').asks('invite:open', invitation().opening);
    const crowded = { ok: false, refusal: 'crowded', retryAfterMs: 30_000 };
    expect(await from('192.0.2.1').asks('invite:open', invitation().opening)).toEqual(crowded);
    expect(await from('192.0.2.2').asks('invite:open', invitation().opening)).toMatchObject({ ok: true });
    expect(await from('192.0.2.1').asks('invite:open', opening)).toMatchObject({ ok: true });
    await host.asks('invite:end', { inviteId });
  });
});

describe('limits of an address', () => {
  it('let a host come back with 64 invites at once, and refuse new ones when the allowance is spent', async () => {
    const server = await serve({}, { MAX_INVITES_PER_ADDRESS: '33' });
    const host = visit(server);
    for (let i = 0; i < 66; i++) {
      const { inviteId, opening } = invitation();
      expect(await host.asks('invite:open', opening)).toMatchObject({ ok: true });
      await host.asks('invite:end', { inviteId });
    }
    const reply = await visit(server).asks('invite:open', invitation().opening);
    expect(reply).toMatchObject({ ok: false, refusal: 'slow-down' });
    expect(reply.ok ? 0 : reply.retryAfterMs).toBeGreaterThan(500_000);
  });

  it('answer wrong tokens with patience when there were too many, and right ones as ever', async () => {
    const server = await serve({}, { MAX_SOCKETS_PER_ADDRESS: '10' });
    const { inviteId, claimToken, opening, seatToken, host } = await seated(server);
    const guesser = visit(server);
    const claim = { inviteId, claimToken: bytes(32), seat: hashOf(bytes(32)) };
    expect(await guesser.asks('invite:claim', claim)).toEqual({ ok: false, refusal: 'wrong-token' });
    const attach = { inviteId, seatToken: bytes(32), nextSeat: hashOf(bytes(32)) };
    expect(await guesser.asks('invite:attach', attach)).toEqual({ ok: false, refusal: 'stale-seat' });
    const slowDown = { ok: false, refusal: 'slow-down' };
    const replies = [
      await guesser.asks('invite:claim', claim),
      await guesser.asks('invite:attach', attach),
      await guesser.asks('invite:open', { ...opening, hostToken: bytes(32) }),
    ];
    for (const reply of replies) {
      expect(reply).toMatchObject(slowDown);
      expect(reply.ok ? 0 : reply.retryAfterMs).toBeGreaterThan(500_000);
    }
    expect(await visit(server).asks('invite:attach', { ...attach, seatToken })).toMatchObject({ ok: true });
    await host.hears('invite:attached');
    expect(await visit(server).asks('invite:open', opening)).toMatchObject({ ok: true });
    const other = await opened(server);
    const right = { inviteId: other.inviteId, claimToken: other.claimToken, seat: hashOf(bytes(32)) };
    expect(await visit(server).asks('invite:claim', right)).toMatchObject({ ok: true });
    expect(await guesser.asks('invite:claim', { ...claim, claimToken })).toMatchObject({ refusal: 'reserved' });
  });

  it.each(['relay', 'ice', 'invite:end'] as const)(
    'let %s through eight times a minute for every socket there may be, where a socket holds no place',
    async (request) => {
      const server = await serve({}, { MAX_SOCKETS_PER_ADDRESS: '3' });
      const inviteId = bytes(16);
      const input = request === 'relay' ? { inviteId, box: 'AAAA' } : { inviteId };
      const visitor = visit(server);
      const ask = (from: Visitor): Promise<unknown> => from.asks(request, input);
      for (let i = 0; i < 24; i++) expect(await ask(visitor)).toEqual({ ok: false, refusal: 'unknown-invite' });
      expect(await ask(visitor)).toMatchObject({ ok: false, refusal: 'slow-down' });
      expect(await ask(visit(server))).toMatchObject({ ok: false, refusal: 'slow-down' });
    },
  );

  it('leave those who hold a place, and those who show a right token, out of what a neighbour uses up', async () => {
    const server = await serve({}, { MAX_SOCKETS_PER_ADDRESS: '5' });
    const quiet = await seated(server, { commit: true });
    const neighbour = visit(server);
    for (let i = 0; i < 50; i++) {
      await neighbour.asks('relay', { inviteId: bytes(16), box: 'AAAA' });
      await neighbour.asks('ice', { inviteId: bytes(16) });
      await neighbour.asks('invite:claim', { inviteId: quiet.inviteId, claimToken: bytes(32), seat: bytes(32) });
      await neighbour.asks('invite:attach', { inviteId: bytes(16), seatToken: bytes(32), nextSeat: bytes(32) });
    }
    const { inviteId, host, guest, seat, seatToken } = quiet;
    expect(await host.asks('relay', { inviteId, seat, box: 'AAAA' })).toEqual({ ok: true, value: {} });
    expect(await guest.asks('ice', { inviteId })).toMatchObject({ ok: true });
    guest.socket.close();
    await host.hears('invite:guest-left');
    const back = visit(server);
    expect(await back.asks('invite:attach', { inviteId, seatToken, nextSeat: hashOf(bytes(32)) })).toMatchObject({
      ok: true,
    });
    back.socket.close();
    await host.hears('invite:guest-left');
    host.socket.close();
    expect(await visit(server).asks('invite:open', quiet.opening)).toMatchObject({ ok: true });
  });

  it('let one invite ask for ICE servers twenty times in ten minutes, and others as ever', async () => {
    const server = await serve({}, { MAX_SOCKETS_PER_ADDRESS: '20' });
    const [one, other] = [await seated(server, { commit: true }), await seated(server, { commit: true })];
    for (let i = 0; i < 20; i++) {
      expect(await one.guest.asks('ice', { inviteId: one.inviteId })).toMatchObject({ ok: true });
    }
    const refused = await one.host.asks('ice', { inviteId: one.inviteId, seat: one.seat });
    expect(refused).toMatchObject({ ok: false, refusal: 'slow-down' });
    expect(await other.guest.asks('ice', { inviteId: other.inviteId })).toMatchObject({ ok: true });
  });

  // Over uWebSockets.js nobody does: docs/deploy.md.
  it.skipIf(ON_UWS)('count its TCP connections, and those of a proxy not', async () => {
    const server = await serveAlone({}, { MAX_SOCKETS_PER_ADDRESS: '1' });
    const all = Array.from({ length: 66 }, () => rawConnection(server, 'G'));
    await Promise.all(all.map(({ connected }) => connected));
    await rawConnection(server, 'G').closed;
    all[0]?.destroy();
    await expect.poll(async () => (await fetch(urlOf(server)).catch(() => undefined))?.ok).toBeDefined();

    const proxied = await serve({}, { MAX_SOCKETS_PER_ADDRESS: '1', TRUST_PROXY: '1' });
    const more = Array.from({ length: 66 }, () => rawConnection(proxied, 'G'));
    await Promise.all(more.map(({ connected }) => connected));
    expect((await fetch(`${urlOf(proxied)}/healthz`)).ok).toBe(true);
  });

  it('are shared by the whole of a wide IPv6 network', async () => {
    const server = await serveAlone({}, { MAX_SOCKETS_PER_ADDRESS: '1', TRUST_PROXY: '1' });
    const from = (address: string): Visitor => visit(server, undefined, { 'x-forwarded-for': address });
    for (let home = 1; home <= 4; home++) await connected(from(`2001:db8:1:${String(home)}::1`));
    expect(await refusalOf(from('2001:db8:1:5::1'))).toMatchObject({ refusal: 'crowded' });
    expect(await refusedToConnect(from('2001:db8:2:5::1'))).toBe(false);
  });
});

describe('behind a proxy', () => {
  const forwarded = { 'x-forwarded-for': '192.0.2.1' };

  it('whose header nobody asked for, says so once', async () => {
    const entries: Entry[] = [];
    const server = await serveAlone({ journal: (entry) => entries.push(entry) });
    for (let i = 0; i < 3; i++) await connected(visit(server, undefined, forwarded));
    expect(entries).toEqual([
      { about: 'warning', sentence: expect.stringMatching(/TRUST_PROXY is 0.*if not, leave it/) as string },
    ]);
    expect(JSON.stringify(entries)).not.toContain('192.0.2.1');
  });

  it('that is trusted, says nothing and forgets the address', async () => {
    const entries: Entry[] = [];
    const server = await serveAlone({ journal: (entry) => entries.push(entry) }, { TRUST_PROXY: '1' });
    await connected(visit(server, undefined, forwarded));
    expect(entries).toEqual([]);
  });

  it('is open to pages of the public origin', async () => {
    const server = await serve({}, { PUBLIC_ORIGIN: 'https://chat.example.org' });
    expect(await refusedToConnect(visit(server, 'https://chat.example.org'))).toBe(false);
    expect(await refusedToConnect(visit(server, 'https://other.example.org'))).toBe(true);
  });
});

describe('ICE servers', () => {
  const turn = {
    STUN_URLS: 'stun:stun.example.org',
    TURN_URLS: 'turn:turn.example.org?transport=udp',
    TURN_SECRET: 'a secret of the TURN server',
    HIDE_ADDRESS: 'default',
  };

  it('are announced to every socket', async () => {
    expect(await visit(await serve()).welcomed).toEqual({ ice: 'none', hideAddress: false });
    expect(await visit(await serve({}, turn)).welcomed).toEqual({ ice: 'turn', hideAddress: true });
  });

  it('are named to both sides once the host has let the guest in, and not before', async () => {
    const server = await serve({}, turn);
    const { inviteId, host, guest, seat } = await seated(server);
    const notYet = { ok: false, refusal: 'not-attached' };
    expect([await host.asks('ice', { inviteId, seat }), await guest.asks('ice', { inviteId })]).toEqual([
      notYet,
      notYet,
    ]);
    await host.asks('invite:commit', { inviteId, seat, box: 'AAAA' });
    for (const reply of [await host.asks('ice', { inviteId, seat }), await guest.asks('ice', { inviteId })]) {
      expect(safeParse(requests.ice.output, reply.ok ? reply.value : undefined).success).toBe(true);
      expect(reply).toMatchObject({
        ok: true,
        value: { iceServers: [{ urls: turn.STUN_URLS }, { urls: turn.TURN_URLS }], validMs: HOUR_MS },
      });
    }
    expect(await visit(server).asks('ice', { inviteId })).toEqual(notYet);
  });

  it('are named to a stranger who examines the way to them, for a minute and five times in five minutes', async () => {
    const server = await serve({ now: () => 1_700_000_000_000 }, { ...turn, TRUST_PROXY: '1' });
    const from = (address: string) => visit(server, undefined, { 'X-Forwarded-For': address });
    const stranger = from('192.0.2.1');
    for (let times = 0; times < 5; times++) {
      const reply = await stranger.asks('doctor', {});
      expect(safeParse(requests.doctor.output, reply.ok ? reply.value : undefined).success).toBe(true);
      expect(reply).toMatchObject({
        ok: true,
        value: {
          iceServers: [
            { urls: turn.STUN_URLS },
            { urls: turn.TURN_URLS, username: expect.stringMatching(/^1700000060:/) as unknown },
          ],
          validMs: 60_000,
        },
      });
    }
    // By address: another socket of the same one asks too early as well.
    for (const again of [stranger, from('192.0.2.1')]) {
      expect(await again.asks('doctor', {})).toMatchObject({ ok: false, refusal: 'slow-down' });
    }
    expect(await from('192.0.2.2').asks('doctor', {})).toMatchObject({ ok: true });
  });
});

describe('patience', () => {
  it('ends with connections that never get as far as a socket', async () => {
    const server = await serve();
    const silent = rawWebsocket(server);
    await silent.opened;
    await Promise.all([
      silent.closed,
      rawConnection(server, '').closed,
      rawConnection(server, 'GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\n').closed,
    ]);
  }, 30_000);

  it('ends with a browser that reads nothing', async () => {
    const server = await serve({
      now: (
        (clock) => () =>
          (clock += 1_000)
      )(Date.now()),
    });
    const { inviteId, guest, host, seat } = await seated(server, { commit: true });
    connectionOf(guest.socket).pause();
    const gone = host.hears('invite:guest-left');
    const box = 'A'.repeat(10_000);
    let reply = await host.asks('relay', { inviteId, seat, box });
    for (let sent = 1; reply.ok && sent < 3_500; sent++) reply = await host.asks('relay', { inviteId, seat, box });
    expect(reply).toEqual({ ok: false, refusal: 'peer-away' });
    await gone;
  }, 30_000);
});

it('logs the steps of an invite, and neither its id nor a token', async () => {
  const lines: string[] = [];
  const { inviteId, claimToken, seat, seatToken, opening } = await seated(
    await serve({ journal: inSentences((line) => lines.push(line.trimEnd())) }),
  );
  const id = inviteId.slice(0, 6);
  expect(lines).toEqual([`invite ${id}: unknown → open`, `invite ${id}: open → reserved`]);
  for (const secret of [inviteId, claimToken, seat, seatToken, opening.hostToken])
    expect(lines.join()).not.toContain(secret);
});

it('closes within moments even while a request hangs', async () => {
  const server = await startServer(configured());
  const hanging = request(`${urlOf(server)}/j`, { method: 'GET', headers: { 'content-length': 10 } });
  hanging.on('error', () => undefined);
  hanging.flushHeaders();
  const page = visit(server);
  await new Promise<void>((resolve) => page.socket.once('connect', resolve));
  const begun = Date.now();
  await server.close();
  expect(Date.now() - begun).toBeLessThan(2_000);
  await expect(fetch(urlOf(server))).rejects.toThrow();
});

/** Sends text below Socket.IO, as its transport would. */
function rawly(socket: Socket, text: string): void {
  const transport: unknown = Reflect.get(socket.io.engine, 'transport');
  if (typeof transport !== 'object' || transport === null) throw new Error('no transport');
  const websocket: unknown = Reflect.get(transport, 'ws');
  if (typeof websocket !== 'object' || websocket === null) throw new Error('no websocket');
  const send: unknown = Reflect.get(websocket, 'send');
  if (typeof send !== 'function') throw new Error('no send');
  send.call(websocket, text);
}

/** The TCP connection below a Socket.IO client. */
function connectionOf(socket: Socket): NetSocket {
  const transport: unknown = Reflect.get(socket.io.engine, 'transport');
  const websocket: unknown = Object(transport) === transport ? Reflect.get(Object(transport), 'ws') : undefined;
  const connection: unknown = Object(websocket) === websocket ? Reflect.get(Object(websocket), '_socket') : undefined;
  if (!(connection instanceof NetSocket)) throw new Error('no connection');
  return connection;
}

/** A websocket that is opened as Engine.IO wants it, and then says nothing. */
function rawWebsocket(server: Porchlight, path = '/socket.io/?EIO=4&transport=websocket') {
  return rawConnection(
    server,
    [
      `GET ${path} HTTP/1.1`,
      `Host: ${new URL(urlOf(server)).host}`,
      `Origin: ${urlOf(server)}`,
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
      '\r\n',
    ].join('\r\n'),
  );
}

/** A TCP connection that sends this much, and does not close by itself. It is `closed` when both sides are. */
function rawConnection(server: Porchlight, text: string) {
  const connection = connect({
    port: Number(new URL(urlOf(server)).port),
    host: '127.0.0.1',
    allowHalfOpen: true,
  });
  onTestFinished(() => void connection.destroy());
  connection.on('error', () => undefined);
  // Where the server has closed only its own half, it goes on taking bytes.
  connection.once('end', () => {
    const probing = setInterval(() => connection.write('?'), 50);
    connection.once('close', () => {
      clearInterval(probing);
    });
  });
  connection.write(text);
  connection.resume();
  return {
    connected: new Promise((resolve) => connection.once('connect', resolve)),
    opened: new Promise((resolve) => connection.once('data', resolve)),
    closed: new Promise((resolve) => connection.once('close', resolve)),
    destroy: () => connection.destroy(),
    /** Sends one short Socket.IO packet in a websocket frame, under a mask of zeros. */
    says: (packet: string) => {
      const payload = Buffer.from(`4${packet}`);
      connection.write(Buffer.concat([Buffer.of(0x81, 0x80 | payload.length, 0, 0, 0, 0), payload]));
    },
  };
}
