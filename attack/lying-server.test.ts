import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { io } from 'socket.io-client';
import { expect, it, onTestFinished } from 'vitest';

import {
  answering,
  changing,
  commitUnasked,
  flipped,
  handOut,
  ignore,
  seatEveryone,
  silentOn,
  skipCommit,
} from './lies.ts';
import { startLyingServer, type Caller, type LyingServer } from './lying-server.ts';
import { boxIn } from './record.ts';

// That every lie really reaches the browser: without this a row could pass because nothing happened.

const INVITE = 'B'.repeat(21) + 'A';
const TOKEN = 'C'.repeat(42) + 'A';
/** SHA-256 of the token. */
const CLAIM_HASH = Buffer.from(await crypto.subtle.digest('SHA-256', Buffer.from(TOKEN, 'base64url'))).toString(
  'base64url',
);
const SEAT = 'D'.repeat(42) + 'A';
const OTHER_SEAT = 'E'.repeat(42) + 'A';
/** Of kind 3, as the server sees boxes: bytes. */
const BOX = Buffer.from([3, 0, 0, 0, 0, 7, 7, 7]).toString('base64url');
const [ONE, TWO] = [1, 2].map((n) => Buffer.from([3, 0, 0, 0, 0, n]).toString('base64url')) as [string, string];

it('changes nothing as long as nobody gives it a lie', async () => {
  const { host, guest } = await seated();
  expect(await guest.asks('relay', { inviteId: INVITE, box: BOX })).toEqual({ ok: true, value: {} });
  expect(await host.hears('relayed')).toEqual({ inviteId: INVITE, seat: SEAT, box: BOX });
  expect(await host.asks('nonsense', {})).toMatchObject({ ok: false, refusal: 'unknown-request' });
});

it('serves the web client like the real one', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'lying-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'robots.txt'), 'nobody is listed here');
  const { server } = await lying(folder);
  const page = await fetch(new URL('/robots.txt', server.origin));
  expect(await page.text()).toBe('nobody is listed here');
  expect(page.headers.get('cache-control')).toBe('no-cache');
});

it('flips a bit of a box', async () => {
  const { server, host, guest } = await seated();
  server.lies.deliver = changing('host', 'sealed', (box) => [flipped(box, 5)]);
  void guest.asks('relay', { inviteId: INVITE, box: BOX });
  expect([...(boxIn(await host.hears('relayed')) ?? [])]).toEqual([3, 0, 0, 0, 0, 6, 7, 7]);
});

it('drops, doubles and reorders boxes', async () => {
  const { server, host, guest } = await seated();
  const held: Uint8Array[] = [];
  server.lies.deliver = changing('host', 'sealed', (box, nth) => {
    if (nth < 2) return nth === 0 ? [] : [box, box];
    held.unshift(box);
    return nth === 3 ? held : [];
  });
  for (const box of [ONE, TWO, ONE, TWO]) await guest.asks('relay', { inviteId: INVITE, box });
  const heard = [];
  for (let n = 0; n < 4; n += 1) heard.push(await host.hears('relayed'));
  expect(heard).toMatchObject([TWO, TWO, TWO, ONE].map((box) => ({ box })));
});

it('replays what it recorded, and swaps the boxes of two invites', async () => {
  const { server, host, guest } = await seated();
  await guest.asks('relay', { inviteId: INVITE, box: ONE });
  await host.hears('relayed');
  const recorded = server.record.find(({ type, name }) => type === 'event' && name === 'relayed');
  if (recorded === undefined) throw new Error('Nothing was recorded.');
  host.caller().tell(recorded.name, recorded.payload);
  expect(await host.hears('relayed')).toEqual(recorded.payload);
  host.caller().tell('relayed', { ...recorded.payload, inviteId: 'somewhere else' });
  expect(await host.hears('relayed')).toMatchObject({ inviteId: 'somewhere else', box: ONE });
  expect(server.record.filter(({ name }) => name === 'relay')).toHaveLength(1);
});

it('gives the seat to two guests and carries the boxes of both', async () => {
  const { server, host, guest } = await opened();
  seatEveryone(server);
  expect(await guest.asks('invite:claim', claim(SEAT))).toMatchObject({ ok: true });
  const second = await visit(server);
  expect(await second.asks('invite:claim', claim(OTHER_SEAT))).toMatchObject({ ok: true });
  expect(await host.hears('invite:claimed')).toMatchObject({ seat: SEAT });
  expect(await host.hears('invite:claimed')).toMatchObject({ seat: OTHER_SEAT });
  await second.asks('relay', { inviteId: INVITE, box: TWO });
  expect(await host.hears('relayed')).toEqual({ inviteId: INVITE, seat: OTHER_SEAT, box: TWO });
  await host.asks('relay', { inviteId: INVITE, seat: SEAT, box: ONE });
  expect(await guest.hears('relayed')).toMatchObject({ box: ONE });
  await host.asks('relay', { inviteId: INVITE, seat: OTHER_SEAT, box: TWO });
  expect(await second.hears('relayed')).toMatchObject({ box: TWO });
});

it('acknowledges a commit and commits nothing: the next guest gets the seat', async () => {
  const { server, host, guest } = await seated();
  skipCommit(server);
  expect(await host.asks('invite:commit', { inviteId: INVITE, seat: SEAT, box: BOX })).toMatchObject({ ok: true });
  expect(await guest.hears('relayed'), 'the box is handed on').toMatchObject({ box: BOX });
  expect(await host.asks('invite:decline', { inviteId: INVITE, seat: SEAT }), 'not used').toMatchObject({ ok: true });
});

it('tells a guest that it is committed, unasked', async () => {
  const { server, guest } = await seated();
  server.lies.reply = commitUnasked;
  const attach = { inviteId: INVITE, seatToken: TOKEN, nextSeat: OTHER_SEAT };
  expect(await guest.asks('invite:attach', attach)).toEqual({
    ok: true,
    value: { committed: true, hostPresent: true },
  });
});

it('acknowledges an end and tells nobody: the seat is still held', async () => {
  const { server, host, guest } = await seated();
  server.lies.answer = ignore('invite:end');
  expect(await host.asks('invite:end', { inviteId: INVITE, box: BOX })).toEqual({ ok: true, value: {} });
  expect(await guest.asks('relay', { inviteId: INVITE, box: ONE }), 'nothing has ended').toMatchObject({ ok: true });
  expect(
    guest.heard.map(({ name }) => name),
    'and nobody was told',
  ).toEqual(['welcome']);
});

it('invents events, of whatever shape', async () => {
  const { guest } = await seated();
  guest.caller().tell('invite:ended', { inviteId: INVITE, why: 'expired' });
  guest.caller().tell('relayed', ['not', { even: 'close' }]);
  expect(await guest.hears('invite:ended')).toEqual({ inviteId: INVITE, why: 'expired' });
  expect(await guest.hears('relayed')).toEqual(['not', { even: 'close' }]);
});

it('answers with wrong shapes, or not at all', async () => {
  const { server, guest } = await opened();
  server.lies.answer = answering('invite:claim', { ok: 'perhaps', value: 7 });
  expect(await guest.asks('invite:claim', claim(SEAT))).toEqual({ ok: 'perhaps', value: 7 });
  server.lies.answer = silentOn('invite:claim');
  await expect(guest.asks('invite:claim', claim(SEAT), 200)).rejects.toThrow();
});

it('hands out hostile ICE servers, and makes the pages ask for them', async () => {
  const { server } = await lying();
  const hostile = [{ urls: 'http://203.0.113.7/log' }];
  handOut(server, hostile);
  const guest = await visit(server);
  expect(await guest.hears('welcome')).toMatchObject({ ice: 'turn' });
  expect(await guest.asks('ice', { inviteId: INVITE })).toMatchObject({ value: { iceServers: hostile } });
});

it('hangs up on one browser and keeps the others', async () => {
  const { host, guest } = await seated();
  guest.caller().hangUp();
  expect(await host.hears('invite:guest-left')).toEqual({ inviteId: INVITE, seat: SEAT });
});

async function lying(webFolder = ''): Promise<{ server: LyingServer }> {
  const server = await startLyingServer(webFolder);
  onTestFinished(() => server.close());
  return { server };
}

/** A plain socket, which believes everything. */
async function visit(server: LyingServer) {
  const socket = io(server.origin, { transports: ['websocket'], forceNew: true, reconnection: false });
  onTestFinished(() => void socket.close());
  const heard: { name: string; payload: unknown }[] = [];
  let wake: (() => void)[] = [];
  socket.onAny((name: string, payload: unknown) => {
    heard.push({ name, payload });
    for (const one of wake.splice(0)) one();
  });
  await new Promise<void>((resolve) => {
    socket.once('connect', resolve);
  });
  wake = [];
  return {
    heard,
    caller(): Caller {
      const caller = server.callers.find(({ id }) => id === socket.id);
      if (caller === undefined) throw new Error('This socket is not there.');
      return caller;
    },
    asks: (name: string, payload: unknown, withinMs = 10_000): Promise<unknown> =>
      socket.timeout(withinMs).emitWithAck(name, payload),
    /** The next event of this name, heard already or to come. */
    async hears(name: string): Promise<unknown> {
      for (;;) {
        const at = heard.findIndex((one) => one.name === name);
        if (at >= 0) return heard.splice(at, 1)[0]?.payload;
        await new Promise<void>((resolve) => wake.push(resolve));
      }
    },
  };
}

const claim = (seat: string): object => ({ inviteId: INVITE, claimToken: TOKEN, seat });

async function opened() {
  const { server } = await lying();
  const host = await visit(server);
  const guest = await visit(server);
  const opening = { inviteId: INVITE, claimHash: CLAIM_HASH, hostToken: TOKEN, remainingMs: 3_600_000 };
  expect(await host.asks('invite:open', opening)).toMatchObject({ ok: true });
  return { server, host, guest };
}

async function seated() {
  const people = await opened();
  expect(await people.guest.asks('invite:claim', claim(SEAT))).toMatchObject({ ok: true });
  await people.host.hears('invite:claimed');
  return people;
}
