import assert from 'node:assert/strict';

import { MAX_BOX_BYTES, events, refusals, requests } from '@porchlight/protocol';
import fc from 'fast-check';

import { Door } from '../../apps/signal/src/door.ts';
import { valueNear } from '../hostile.ts';
import { target } from '../target.ts';

const inviteId = 'AAAAAAAAAAAAAAAAAAAAAA';
const token = 'A'.repeat(43);
const seat = 'B'.repeat(42) + 'A';
const box = 'AwAAAAA';
const iceServers = [
  { urls: 'stun:stun.example.org' },
  { urls: 'turn:turn.example.org?transport=udp', username: '1000:AAAA', credential: 'AAAA' },
];

/** One well-formed input for each request, and one payload for each event. A new one must be added here to compile. */
const wellFormedRequests: Record<keyof typeof requests, object> = {
  'invite:open': { inviteId, claimHash: token, hostToken: seat, remainingMs: 1000, committedSeat: token },
  'invite:claim': { inviteId, claimToken: token, seat },
  'invite:attach': { inviteId, seatToken: token, nextSeat: seat },
  'invite:commit': { inviteId, seat, box },
  'invite:decline': { inviteId, seat, box },
  'invite:end': { inviteId, box },
  relay: { inviteId, seat, box, quiet: true },
  ice: { inviteId, seat },
  doctor: {},
};
const wellFormedAnswers: Record<keyof typeof requests, object> = {
  'invite:open': { remainingMs: 1000, seat, committed: false, guestPresent: true },
  'invite:claim': { remainingMs: 1000, leaseMs: 1000 },
  'invite:attach': { committed: true, hostPresent: false },
  'invite:commit': {},
  'invite:decline': {},
  'invite:end': {},
  relay: {},
  ice: { iceServers, validMs: 1000 },
  doctor: { iceServers, validMs: 1000 },
};
const wellFormedEvents: Record<keyof typeof events, object> = {
  welcome: { ice: 'turn', hideAddress: true },
  'invite:claimed': { inviteId, seat },
  'invite:attached': { inviteId, seat, previousSeat: token },
  'invite:guest-left': { inviteId, seat },
  'invite:released': { inviteId, seat },
  'invite:host-left': { inviteId },
  'invite:host-returned': { inviteId },
  'invite:ended': { inviteId, why: 'lapsed' },
  relayed: { inviteId, seat, box },
};

const names = keys(requests);
const values = fc.oneof(valueNear(...Object.values(wellFormedRequests)), valueNear(...Object.values(wellFormedEvents)));

/** Everything that both sides read from the other through the one table, by what it is. */
const readers = new Map(
  [
    ...names.flatMap((name) => [
      { what: `${name}, asked`, schema: requests[name].input, wellFormed: wellFormedRequests[name] },
      { what: `${name}, answered`, schema: requests[name].output, wellFormed: wellFormedAnswers[name] },
    ]),
    ...keys(events).map((name) => ({ what: name, schema: events[name], wellFormed: wellFormedEvents[name] })),
  ].map((reader) => [reader.what, reader] as const),
);

function reading(what: string) {
  const reader = readers.get(what);
  assert.ok(reader);
  return reader;
}

export const schemas = target({
  name: 'signaling schemas',
  runs: 600,
  inputs: fc
    .constantFrom(...readers.values())
    .chain(({ what, wellFormed }) =>
      fc
        .oneof({ weight: 4, arbitrary: valueNear(wellFormed) }, { weight: 1, arbitrary: values })
        .map((value) => ({ what, value })),
    ),
  prepare({ what, value }) {
    const { schema } = reading(what);
    return () => {
      const result = schema['~standard'].validate(value);
      if (result instanceof Promise) throw new Error('nothing here waits for anything');
      return result.issues ? null : result.value;
    };
  },
  judge(accepted, { what, value }) {
    const { wellFormed } = reading(what);
    if (accepted === null) assert.notDeepEqual(value, wellFormed);
    else requireShape(accepted, value, Object.keys(wellFormed));
  },
  maxResult: () => 12_000,
});

/** What came of one packet. */
interface Received {
  readonly handled: { readonly request: string; readonly input: object }[];
  readonly replies: unknown[];
  readonly failures: unknown[];
}

const ACKNOWLEDGE = Symbol('where Socket.IO puts its function');

const wellFormedPacket = fc.constantFrom(...names).map((name) => [name, wellFormedRequests[name], ACKNOWLEDGE]);
const packets = fc.oneof(
  { weight: 1, arbitrary: wellFormedPacket },
  {
    weight: 4,
    arbitrary: fc
      .constantFrom(...names)
      .chain((name) => valueNear(wellFormedRequests[name]).map((input) => [name, input, ACKNOWLEDGE])),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom<unknown>(...names, '__proto__', 'constructor', 'toString', '', null), values)
      .map(([name, input]) => [name, input, ACKNOWLEDGE]),
  },
  { weight: 1, arbitrary: fc.array(fc.oneof(values, fc.constantFrom(...names, ACKNOWLEDGE)), { maxLength: 5 }) },
);

export const door = target({
  name: 'the door',
  runs: 400,
  inputs: packets,
  prepare(packet) {
    const received: Received = { handled: [], replies: [], failures: [] };
    const opened = new Door({
      handle(request, input) {
        received.handled.push({ request, input });
        return Promise.resolve({ reply: { ok: false, refusal: 'unavailable' }, afterwards: () => undefined });
      },
      waitMs: () => 0,
      onFailure: (error) => received.failures.push(error),
    });
    const reply = (answer: unknown) => received.replies.push(answer);
    const arrived = packet.map((part) => (part === ACKNOWLEDGE ? reply : part));
    return () => {
      opened.receive(arrived);
      return received;
    };
  },
  async judge({ handled, replies, failures }, packet) {
    await new Promise((settled) => setImmediate(settled));
    assert.deepEqual(failures, []);
    assert.equal(replies.length, packet.at(-1) === ACKNOWLEDGE ? 1 : 0, 'answers exactly those who ask for an answer');
    for (const answer of replies) {
      assert.ok(typeof answer === 'object' && answer !== null && 'ok' in answer && 'refusal' in answer);
      assert.equal(answer.ok, false);
      assert.ok(refusals.some((refusal) => refusal === answer.refusal));
      assert.equal(answer.refusal === 'unavailable', handled.length === 1, 'what is not refused is handled once');
    }
    const [first] = handled;
    if (!first) return;
    assert.equal(packet.length, 3);
    assert.equal(first.request, packet[0]);
    const name = names.find((name) => name === first.request);
    assert.ok(name !== undefined);
    requireShape(first.input, packet[1], Object.keys(wellFormedRequests[name]));
  },
  maxResult: () => 12_000,
});

/** Accepted is what came, field by field, and no field has another name or more in it than the protocol says. */
function requireShape(accepted: object, value: unknown, fields: readonly string[]): void {
  assert.ok(typeof value === 'object' && value !== null);
  assert.equal(Object.getPrototypeOf(accepted), Object.prototype);
  assert.deepEqual(accepted, { ...value });
  for (const [name, part] of Object.entries(accepted) as [string, unknown][]) {
    assert.ok(fields.includes(name), `${name} is not a field`);
    if (name === 'iceServers') requireIceServers(part);
    else if (typeof part === 'number') assert.ok(Number.isFinite(part), `${name} is a number`);
    else if (typeof part === 'string' && !WORDS.has(name)) requireBytes(name, part);
    else assert.ok(typeof part === 'boolean' || part === null || part === undefined || WORDS.has(name), name);
  }
}

/** Fields that hold one word of a closed list. */
const WORDS: ReadonlySet<string> = new Set(['why', 'ice']);

/** What a browser would take without throwing, and nothing that is not for it. */
function requireIceServers(list: unknown): void {
  assert.ok(Array.isArray(list) && list.length <= 8);
  for (const server of list as Record<string, unknown>[]) {
    const { urls, ...credential } = server;
    assert.ok(typeof urls === 'string' && urls.length <= 256);
    const isTurn = /^turns?:[^/@#\s]+$/.test(urls);
    assert.ok(isTurn || /^stun:[^/@#?\s]+$/.test(urls));
    assert.deepEqual(Object.keys(credential).sort(), isTurn ? ['credential', 'username'] : []);
    for (const part of Object.values(credential)) assert.ok(typeof part === 'string' && part.length <= 256);
  }
}

function requireBytes(name: string, text: string): void {
  const bytes = Buffer.from(text, 'base64url');
  if (name === 'box') {
    assert.match(text, /^[\w-]+$/);
    assert.ok(bytes.length <= MAX_BOX_BYTES);
  } else {
    assert.equal(bytes.toString('base64url'), text);
    assert.equal(bytes.length, name === 'inviteId' ? 16 : 32);
  }
}

function keys<K extends string>(table: Readonly<Record<K, unknown>>): K[] {
  return Object.keys(table) as K[];
}
