import { MAX_PACKET_BYTES } from '@porchlight/protocol';
import { expect } from 'vitest';

import { frame, rawConnection, rawSocket, type RawSocket } from './raw-socket.ts';
import { bytes, invitation, seatOf, visit, type Visitor } from './visitors.ts';

/*
 * Ways to abuse the Socket.IO server at an origin. Each ends when it has seen that the server took no harm from it, or
 * fails and says what it saw. What reaches the other chats is for the caller to watch.
 */

/** Pages from elsewhere, and connections that are from no page. */
export async function foreignOrigins(origin: string): Promise<void> {
  const wrong = [
    'https://evil.example',
    'null',
    'http://127.0.0.1',
    `${origin}.evil.example`,
    `${origin}/`,
    'file://',
    '',
  ];
  for (const other of [...wrong, undefined]) {
    const { status } = rawSocket(origin, { headers: { Origin: other } });
    expect(await status, `the answer to the origin ${String(other)}`).toBe(400);
  }
}

/** Other transports, other protocols, other places. */
export async function otherWaysIn(origin: string): Promise<void> {
  for (const query of [
    'EIO=4&transport=polling',
    'EIO=3&transport=polling',
    'EIO=4&transport=flashsocket',
    '',
    'EIO=4',
  ]) {
    for (const method of ['GET', 'POST', 'OPTIONS']) {
      const answer = await fetch(`${origin}/socket.io/?${query}`, { method, headers: { origin } });
      expect(answer.status, `${method} ${query}`).toBe(method === 'GET' ? 404 : 405);
    }
  }
  const paths = ['?EIO=3&transport=websocket', '?EIO=4&transport=polling', '?EIO=4&transport=websocket&sid=AAAA', ''];
  for (const path of paths.map((query) => `/socket.io/${query}`)) {
    expect(await rawSocket(origin, { path }).status, `a websocket at ${path}`).toBe(400);
  }
  const elsewhere = [
    '/',
    '/elsewhere',
    ...['/socket.ioX', '/socket.io', '/socket.io/x'].map((path) => path + AS_USUAL),
  ];
  const strays = elsewhere.map((path) => rawSocket(origin, { path }));
  await allEnd(
    strays.map(({ connection }) => connection),
    'websockets that ask for another place',
  );
  for (const { status } of strays) expect(await status, 'the answer to a websocket elsewhere').toBe(0);

  // Engine.IO knows sessions that go on over a second websocket, and does not ask that one where it is from.
  const first = await inside(origin);
  const { sid } = JSON.parse(first.texts[0]?.slice(1) ?? '') as { sid: string };
  const path = `/socket.io/?EIO=4&transport=websocket&sid=${sid}`;
  expect(await rawSocket(origin, { path }).status, 'a second websocket of one session').toBe(400);
  first.connection.destroy();
}

const AS_USUAL = '?EIO=4&transport=websocket';

/** A second join on one websocket would be a second socket with a meter of its own. It closes the websocket. */
export async function secondJoins(origin: string): Promise<void> {
  await closes(origin, 'a second join', frame('40'));
  await closes(origin, 'a join of another namespace', frame('40/x,'));
  await closes(origin, 'a join as only the parser reads it', frame('4 '));
  const twice = rawSocket(origin);
  expect(await twice.status).toBe(101);
  twice.connection.write(Buffer.concat([frame('40'), frame('40')]));
  await isCut(twice, 'two joins in one write');
  const again = await inside(origin);
  again.says('41');
  await new Promise((resolve) => setTimeout(resolve, 50));
  again.says('40');
  await isCut(again, 'leaving and joining again');
}

/** Wrong tokens until the server has no patience left. Right ones have to do as ever, which is for the caller to see. */
export async function guesses(origin: string): Promise<void> {
  const { inviteId, opening } = invitation();
  const [host, guesser] = [await visit(origin), await visit(origin)];
  await host.asks('invite:open', opening);
  const replies = await Promise.all(
    Array.from({ length: 150 }, () =>
      guesser.asks('invite:claim', { inviteId, claimToken: bytes(32), seat: bytes(32) }),
    ),
  );
  const words = replies.map((reply) => (reply.ok ? 'ok' : reply.refusal));
  expect(new Set(words), 'the answers to wrong tokens').toEqual(new Set(['wrong-token', 'slow-down']));
  expect(words.filter((word) => word === 'wrong-token').length, 'wrong tokens told apart').toBeLessThanOrEqual(100);
  host.leaves();
  guesser.leaves();
}

/** Pairs at the same address that ask for nothing but what is theirs, as fast as a socket may. None of it is refused. */
export async function busyNeighbours(origin: string): Promise<{ asked: number }> {
  const [PAIRS, EACH] = [10, 500];
  const pairs = await Promise.all(Array.from({ length: PAIRS }, () => seatedVisitors(origin)));
  const refused: unknown[] = [];
  for (let round = 0; round < EACH / 50; round++) {
    await Promise.all(
      pairs.map(async (pair) => {
        const { host, guest, inviteId, claimToken, seat } = pair;
        const replies = await Promise.all(
          Array.from({ length: 25 }, () => [
            host.asks('relay', { inviteId, seat, box: 'AAAA' }),
            guest.asks('relay', { inviteId, box: 'AAAA' }),
            guest.asks('invite:claim', { inviteId, claimToken, seat }),
          ]).flat(),
        );
        const { seatToken } = pair;
        const attached = await Promise.all(
          Array.from({ length: 22 }, () => guest.asks('invite:attach', { inviteId, seatToken, nextSeat: seat })),
        );
        refused.push(...[...replies, ...attached].filter(({ ok }) => !ok));
        for (const { heard } of [host, guest]) heard.length = 0;
      }),
    );
  }
  expect(refused.slice(0, 3), 'what busy neighbours were refused').toEqual([]);
  for (const { host, guest } of pairs) for (const visitor of [host, guest]) visitor.leaves();
  return { asked: PAIRS * (EACH / 50) * (3 * 25 + 22) };
}

/** A host and a guest who knocks. */
export async function seatedVisitors(origin: string) {
  const { inviteId, claimToken, opening } = invitation();
  const [host, guest] = [await visit(origin), await visit(origin)];
  const seatToken = bytes(32);
  const seat = seatOf(seatToken);
  await host.asks('invite:open', opening);
  expect(await guest.asks('invite:claim', { inviteId, claimToken, seat })).toMatchObject({ ok: true });
  return { host, guest, inviteId, claimToken, opening, seatToken, seat };
}

/** One request that is too big, too deep or not what it seems. Each closes its own connection, or is refused in a word. */
export async function badPackets(origin: string): Promise<void> {
  const box = 'A'.repeat(1_048_576);
  await closes(origin, 'a packet of 1 MB', frame(`420["relay",{"box":"${box}"}]`));
  await closes(origin, 'JSON of 100,000 levels', frame(`420["relay",${'['.repeat(100_000)}${']'.repeat(100_000)}]`));
  const levels = Math.floor(MAX_PACKET_BYTES / 2) - 20;
  await answers(origin, `["relay",${'['.repeat(levels)}${']'.repeat(levels)}]`, 'malformed');
  await answers(origin, `["relay",${'{"a":'.repeat(2_500)}1${'}'.repeat(2_500)}]`, 'malformed');

  for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'connect_error', 'welcome', '']) {
    await answers(origin, JSON.stringify([name, {}]), name === 'connect_error' ? undefined : 'unknown-request');
    // Written out, because a literal's __proto__ would be no field.
    const inviteId = bytes(16);
    await answers(
      origin,
      `["relay",{"inviteId":"${inviteId}","box":"AAAA","${name}":{"inviteId":"${inviteId}"}}]`,
      'malformed',
    );
    await answers(origin, `["relay",{"${name}":{"inviteId":"${inviteId}","box":"AAAA"}}]`, 'malformed');
  }
}

/** Attachments: announced and never sent, announced without end, one named a thousand times, text in their place. */
export async function attachments(origin: string): Promise<void> {
  const placeholder = '{"_placeholder":true,"num":0}';
  await closes(origin, 'attachments without end', frame('4599999999-["relay"]'));
  await closes(origin, 'text where an attachment was due', frame(`451-["relay",${placeholder}]`), frame('42["relay"]'));
  await closes(origin, 'an attachment nobody announced', frame(Buffer.alloc(64), { opcode: 2 }));
  await closes(
    origin,
    'a placeholder for an attachment that is not there',
    frame('451-0["relay",{"_placeholder":true,"num":7}]'),
    frame(Buffer.alloc(64), { opcode: 2 }),
  );
  for (let time = 0; time < 10; time++) {
    const many = Array<string>(Math.floor(MAX_PACKET_BYTES / (placeholder.length + 1)) - 2).fill(placeholder);
    const socket = await inside(origin);
    socket.connection.write(frame(`451-0["relay",[${many.join()}]]`));
    socket.connection.write(frame(Buffer.alloc(MAX_PACKET_BYTES), { opcode: 2 }));
    expect(await socket.hears(/^430/), 'one attachment in hundreds of places').toContain('malformed');
    socket.connection.destroy();
  }
}

/** Frames as no browser writes them. */
export async function badFrames(origin: string): Promise<void> {
  const ping = '42["relay",{}]';
  await closes(origin, 'a frame without a mask', frame(ping, { masked: false }));
  await closes(origin, 'reserved bits', frame(ping, { reserved: 4 }));
  await closes(origin, 'an unknown opcode', frame(ping, { opcode: 3 }));
  await closes(origin, 'a ping of 126 bytes', frame(Buffer.alloc(126), { opcode: 9 }));
  await closes(origin, 'a ping in pieces', frame('', { opcode: 9, fin: false }));
  await closes(origin, 'bytes that are no UTF-8', frame(Buffer.from([0x34, 0xc3, 0x28])));
  await closes(origin, 'a frame that says it has 4 GiB', frame(ping, { length: 2 ** 32 }));
  await closes(origin, 'a continuation of nothing', frame(ping, { opcode: 0 }));
  const pieces = Array.from({ length: MAX_PACKET_BYTES + 1 }, () => frame('A', { opcode: 0, fin: false }));
  await closes(origin, 'one byte more than a packet, in frames of one byte', frame('4', { fin: false }), ...pieces);

  const whole = await inside(origin);
  const text = [...`420["relay",${' '.repeat(4_000)}{}]`];
  whole.connection.write(
    Buffer.concat(text.map((one, at) => frame(one, { opcode: at === 0 ? 1 : 0, fin: at === text.length - 1 }))),
  );
  expect(await whole.hears(/^430/), 'a request in frames of one byte').toContain('malformed');
  whole.connection.write(Buffer.concat([frame('4', { fin: false }), ...Array<Buffer>(100_000).fill(EMPTY_PIECE)]));
  whole.connection.write(frame('20["relay",{}]', { opcode: 0 }));
  await whole.closed.catch(() => undefined);
}

const EMPTY_PIECE = frame('', { opcode: 0, fin: false });

/** Connections that never get anywhere. Resolves when the server has cut every one of them. */
export async function slowHandshakes(origin: string, each: number): Promise<void> {
  const beginnings = [
    '',
    'G',
    'GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: ',
    'POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\n',
  ];
  const slow = beginnings.flatMap((text) => Array.from({ length: each }, () => rawConnection(origin, text)));
  const silent = Array.from({ length: each }, () => silentButAlive(origin).connection);
  const unfinished = await Promise.all(Array.from({ length: each }, () => inside(origin)));
  for (const { connection } of unfinished) connection.write(frame('42["rel', { length: 16_000 }));
  await allEnd(slow, 'connections that never finish a request');
  await allEnd(silent, 'websockets that answer pings and never join');
  await allEnd(
    unfinished.map(({ connection }) => connection),
    'frames that are never finished',
  );
}

/** A websocket that never says which namespace it wants, and is otherwise in good health. */
function silentButAlive(origin: string): RawSocket {
  const socket = rawSocket(origin);
  socket.connection.on('data', () => {
    if (socket.texts.at(-1) === '2') socket.says('3');
  });
  return socket;
}

async function allEnd(connections: readonly RawSocket['connection'][], what: string): Promise<void> {
  const patience = new Promise((resolve) => setTimeout(resolve, PATIENCE_MS));
  await Promise.race([Promise.all(connections.map((connection) => ended(connection))), patience]);
  const left = connections.filter(({ destroyed }) => !destroyed);
  for (const connection of left) connection.destroy();
  expect(left.length, `${what} and are not cut`).toBe(0);
}

/** Far more requests than a page makes, at once on one socket. Gives how many the server looked at. */
export async function flood(origin: string, requests: number): Promise<{ lookedAt: number; seconds: number }> {
  const socket = await inside(origin);
  const begun = performance.now();
  for (let id = 0; id < requests; id++) {
    socket.says(`42${String(id)}["ice",{"inviteId":"${bytes(16)}"}]`);
    // In bursts, so that it is not only cut off for not reading the answers.
    if (id % 100 === 99) await Promise.race([socket.hears(new RegExp(`^43${String(id)}\\[`)), socket.closed]);
  }
  const seconds = (performance.now() - begun) / 1_000;
  socket.connection.destroy();
  const answered = socket.texts.filter((text) => text.startsWith('43'));
  expect(
    answered.some((text) => text.includes('slow-down')),
    'the flood is told to slow down',
  ).toBe(true);
  return { lookedAt: answered.filter((text) => !text.includes('slow-down')).length, seconds };
}

/**
 * A host that answers every ping and never reads a byte, and guests who send it more than any network holds on the way. The
 * server gives the host up, and the guests are told.
 */
export async function deafHost(origin: string): Promise<{ boxes: number }> {
  const deaf = await inside(origin);
  const guests = await Promise.all(Array.from({ length: 8 }, () => visit(origin)));
  const invites = guests.map(() => invitation());
  for (const [id, { opening }] of invites.entries())
    deaf.says(`42${String(id)}["invite:open",${JSON.stringify(opening)}]`);
  await deaf.hears(/^437\[/);
  deaf.connection.pause();
  const alive = setInterval(() => {
    deaf.says('3');
  }, 1_000);
  const boxes = await Promise.all(
    guests.map((guest, at) => fill(guest, invites[at]?.inviteId ?? '', invites[at]?.claimToken ?? '')),
  );
  clearInterval(alive);
  deaf.connection.destroy();
  for (const guest of guests) guest.leaves();
  return { boxes: boxes.reduce((sum, count) => sum + count, 0) };
}

/** Sends a host boxes until it is gone. Gives how many the server took. */
async function fill(guest: Visitor, inviteId: string, claimToken: string): Promise<number> {
  const claim = { inviteId, claimToken, seat: seatOf(bytes(32)) };
  expect(await guest.asks('invite:claim', claim), 'the seat is free').toMatchObject({ ok: true });
  const box = 'A'.repeat(10_000);
  for (let sent = 0; sent < 900; sent++) {
    const reply = await guest.asks('relay', { inviteId, box });
    if (reply.ok) continue;
    expect(reply.refusal, 'what a guest is told of a host that does not read').toBe('peer-away');
    return sent;
  }
  throw new Error('The server keeps every box for a host that does not read.');
}

/** Sockets that are opened and ask nothing, all from one address. Gives how many were let in; call `leave` to let go. */
export async function idleSockets(origin: string, count: number) {
  const sockets: RawSocket[] = [];
  const outcomes = { letIn: 0, told: 0, shut: 0 };
  for (let begun = 0; begun < count; begun += 100) {
    const batch = Array.from({ length: Math.min(100, count - begun) }, () => rawSocket(origin));
    sockets.push(...batch);
    await Promise.all(
      batch.map(async (socket) => {
        if ((await socket.status) !== 101) {
          outcomes.shut += 1;
          return;
        }
        socket.says('40');
        const answer = await socket.hears(/^4[04]/);
        if (answer?.startsWith('40{"sid"') === true) outcomes.letIn += 1;
        else if (answer?.includes('"refusal":"crowded"') === true) outcomes.told += 1;
        else outcomes.shut += 1;
      }),
    );
  }
  const leave = (): void => {
    for (const { connection } of sockets) connection.destroy();
  };
  return { ...outcomes, leave };
}

/** A raw socket that has joined the namespace, as a page's would. */
async function inside(origin: string): Promise<RawSocket> {
  const socket = rawSocket(origin);
  expect(await socket.status, 'a websocket is agreed to').toBe(101);
  socket.says('40');
  expect(await socket.hears(/^4[04]/), 'the namespace is joined').toMatch(/^40/);
  return socket;
}

/** These bytes make the server close the connection they came on. */
async function closes(origin: string, what: string, ...parts: readonly Buffer[]): Promise<void> {
  const socket = await inside(origin);
  socket.connection.write(Buffer.concat(parts));
  await isCut(socket, what);
}

/** The connection is closed for what it did: before the server's first ping, long before a missing answer to one tells. */
async function isCut({ connection, closed, hears }: RawSocket, what: string): Promise<void> {
  const cut = await Promise.race([closed.then(() => true), hears(/^2$/).then((ping) => ping === undefined)]);
  connection.destroy();
  expect(cut, `${what} closes its connection`).toBe(true);
}

/** This request, given as JSON, is refused with this word; without one, its connection is closed. */
async function answers(origin: string, request: string, refusal: string | undefined): Promise<void> {
  const socket = await inside(origin);
  socket.says(`420${request}`);
  const answer = await socket.hears(/^430/);
  socket.connection.destroy();
  expect(answer, `the answer to ${request.slice(0, 60)}`).toBe(
    refusal === undefined ? undefined : `430[{"ok":false,"refusal":"${refusal}"}]`,
  );
}

function ended(connection: RawSocket['connection']): Promise<void> {
  connection.resume();
  return new Promise((resolve) => {
    if (connection.destroyed) resolve();
    else
      connection.once('close', () => {
        resolve();
      });
  });
}

/** Longer than a ping that is not answered may take. */
const PATIENCE_MS = 40_000;
