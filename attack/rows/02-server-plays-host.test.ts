import { ascii, concat, deriveInvite, sha256, sign, toBase64url, u32, type Invite } from '@porchlight/invite';
import { expect, it } from 'vitest';

import { boxHead, BOX_HEAD_BYTES, kindOf as kind } from '../../libs/channel/src/box.ts';
import { encapsulate, kemKeyPair } from '../../libs/channel/src/kem.ts';
import { createInitiator, createResponder } from '../../libs/channel/src/noise.ts';
import { commitTo } from '../../libs/channel/src/sas.ts';
import type { Caller } from '../lying-server.ts';
import { openPorch, random, type Person, type Porch } from '../people.ts';
import { boxIn } from '../record.ts';
import { title } from '../table.ts';
import { until } from '../until.ts';

const KEM_PUBLIC_KEY_BYTES = 1184;
const SIGNATURE_BYTES = 64;

/** What the server signs with: h after e and ee, and the rest of its answer. */
type Sign = (hash: Uint8Array, answer: Uint8Array) => Uint8Array;

it(title(2), async () => {
  await withTheHostsOwnKeyItWouldWork();
  await isNotBelieved('a key of its own', () => signedBy(random(32)));
  await isNotBelieved('no signature, zeros in its place', () => () => new Uint8Array(SIGNATURE_BYTES));
  await isNotBelieved('no signature, an answer that is shorter', () => () => new Uint8Array(0));
  await isNotBelieved('a signature that the host made for the server itself as a guest', async (porch, host) => {
    const { signature } = await askedTheHost(porch, host);
    return () => signature;
  });
  await isNotBelieved("the host's signature, and the host's answer around it", async (porch, host) => {
    const { m2 } = await askedTheHost(porch, host);
    return m2;
  });
});

/** The control: the only thing that the server below lacks is the key. */
async function withTheHostsOwnKeyItWouldWork(): Promise<void> {
  const porch = await openPorch();
  const host = await porch.host();
  if (host.link.role !== 'host') throw new Error('Not a host.');
  const guest = await porch.guest(host);
  playHost(porch, { host, guest }, signedBy(host.link.invite.hostSecretKey));
  guest.runner.ask('Mia Lindqvist');
  await until('a server with the host’s secret key is believed', () => guest.state.phase === 'knocking');
  await porch.quiet();
  expect(sealedBy(porch, guest), 'and is told the name').toHaveLength(1);
}

/** The server answers the guest itself, with `make`; nothing of the guest reaches the host. */
async function isNotBelieved(
  what: string,
  make: (porch: Porch, host: Person) => Sign | Uint8Array | Promise<Sign | Uint8Array>,
): Promise<void> {
  const porch = await openPorch();
  const host = await porch.host();
  const made = await make(porch, host);
  const guest = await porch.guest(host);
  const answered = playHost(porch, { host, guest }, made);
  guest.runner.ask('Mia Lindqvist');
  await until(`${what}: the server answered`, () => answered.count > 0);
  // An answer that is not signed by anybody may be a broken one: the guest tries three times.
  for (let tries = 0; tries < 3 && guest.state.phase !== 'ended'; tries += 1) {
    await porch.quiet();
    await porch.clock.pass(30_000);
  }
  await until(`${what}: the guest ends`, () => guest.state.phase === 'ended');
  expect(guest.state, `${what}: and is told why`).toMatchObject({ reason: 'forged' });
  await porch.quiet();
  const phases = new Set(guest.seen.map(({ state }) => state.phase));
  expect([...phases], `${what}: it was never at a door, nor in a chat`).toEqual(
    expect.not.arrayContaining(['knocking', 'connecting', 'chatting']),
  );
  expect(sealedBy(porch, guest), `${what}: it never sent anything sealed, so no name`).toEqual([]);
}

/** From now on the server takes every M1 of a guest for itself and answers it: with an M2 of its own, or with this one. */
function playHost(
  porch: Porch,
  { host, guest }: { host: Person; guest: Person },
  made: Sign | Uint8Array,
): { count: number } {
  const answered = { count: 0 };
  porch.server.lies.answer = (from, name, payload) => {
    const m1 = boxIn(payload);
    if (name !== 'relay' || from.role !== 'guest' || m1 === null) return undefined;
    if (kind(m1) === 'm1') void answer(from, m1);
    return { ok: true, value: {} };
  };
  return answered;

  async function answer(caller: Caller, m1: Uint8Array): Promise<void> {
    const m2 = typeof made === 'function' ? answerTo(host.link.invite, m1, made) : made;
    // M1 rides right behind the claim, whose answer has to be there first.
    await until('the guest has its seat', () => guest.state.phase !== 'claiming');
    caller.tell('relayed', { inviteId: host.inviteId, seat: caller.seat, box: toBase64url(m2) });
    answered.count += 1;
  }
}

/** M2 as the host would make it, with a signature of the caller's. docs/protocol.md §3.2. */
function answerTo(invite: Invite, m1: Uint8Array, sign: Sign): Uint8Array {
  const noise = createResponder(prologue(invite), deriveInvite(invite).psk, random(32));
  const first = noise.readFirst(m1.subarray(BOX_HEAD_BYTES));
  if (!first.ok) throw new Error(`The server could not read M1: ${first.problem}.`);
  const kem = encapsulate(first.payload.subarray(0, KEM_PUBLIC_KEY_BYTES), random(32));
  if (kem === null) throw new Error('The guest’s ML-KEM key was not one.');
  const answer = concat(kem.ciphertext, random(32));
  const second = noise.writeSecond((hash) => concat(answer, sign(hash, answer)));
  if (!second.ok) throw new Error(second.problem);
  return concat(boxHead('m2', 0), second.message);
}

/** The server has the link, so it can ask the real host like any guest: M2, and the signature in it. */
async function askedTheHost(porch: Porch, host: Person): Promise<{ m2: Uint8Array; signature: Uint8Array }> {
  const { invite } = host.link;
  const ephemeral = random(32);
  const noise = createInitiator(prologue(invite), deriveInvite(invite).psk, ephemeral);
  const payload = concat(kemKeyPair(random(64)).publicKey, commitTo(random(32), noise.publicKey));
  const m1 = concat(boxHead('m1', 0), noise.writeFirst(payload));
  const seat = toBase64url(random(32));
  const answers: Uint8Array[] = [];
  porch.server.lies.answer = (from, name, said) => {
    const box = boxIn(said);
    if (name !== 'relay' || from.role !== 'host' || said['seat'] !== seat || box === null) return undefined;
    answers.push(box);
    return { ok: true, value: {} };
  };
  const { inviteId } = host;
  host.caller.tell('invite:claimed', { inviteId, seat });
  host.caller.tell('relayed', { inviteId, seat, box: toBase64url(m1) });
  await until('the host answers the server like a guest', () => answers.length > 0);
  host.caller.tell('invite:released', { inviteId, seat });
  const m2 = answers[0] ?? new Uint8Array(0);
  const second = noise.readSecond(m2.subarray(BOX_HEAD_BYTES));
  if (!second.ok) throw new Error(`The server could not read M2: ${second.problem}.`);
  return { m2, signature: second.payload.slice(-SIGNATURE_BYTES) };
}

const signedBy =
  (secretKey: Uint8Array): Sign =>
  (hash, answer) =>
    sign(concat(ascii('porchlight1 host-signature\0'), hash, sha256(answer)), secretKey);

const prologue = (invite: Invite): Uint8Array =>
  concat(ascii('porchlight1'), Uint8Array.of(0x01, 0x00), deriveInvite(invite).inviteId, invite.hostPublicKey, u32(0));

const sealedBy = (porch: Porch, person: Person): unknown[] =>
  porch.server.record.filter(({ caller, type, payload }) => {
    const box = boxIn(payload);
    return caller.role === person.link.role && type === 'request' && box !== null && kind(box) === 'sealed';
  });
