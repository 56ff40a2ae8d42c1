import assert from 'node:assert/strict';

import { type HandshakeProblem, answerHandshake, beginHandshake } from '@porchlight/channel';
import { concat, sign } from '@porchlight/invite';

import { boxHead } from '../../libs/channel/src/box.ts';
import { createInitiator, createResponder } from '../../libs/channel/src/noise.ts';
import { bytesNear } from '../hostile.ts';
import { host, invite, steady } from '../steady.ts';
import { target } from '../target.ts';
import { equal } from './padded.ts';

const PROBLEMS: readonly HandshakeProblem[] = [
  ...(['malformed', 'wrong-epoch', 'not-authentic', 'low-order-key', 'bad-kem-key', 'forged', 'closed'] as const),
];
const HEAD_BYTES = 5;
const KEY_BYTES = 32;
const TAG_BYTES = 16;
const KEM_PUBLIC_KEY_BYTES = 1184;
const MAX_RESULT = 4096;

const { inviteId, psk } = invite;
const { hostPublicKey, hostSecretKey } = host;
const terms = (label: string) =>
  ({ hostPublicKey, inviteId, psk, mode: 'invite', epoch: 0, random: steady(label) }) as const;
const resumed = (label: string) => ({ ...terms(label), mode: 'resume', epoch: 1 }) as const;

/** Both sides make the same messages each time. */
const begin = () => beginHandshake(terms('guest'));
const answer = (m1: Uint8Array) => answerHandshake({ ...terms('answer'), hostSecretKey }, m1);

const m1 = begin().m1;
const m2 = answered(m1);
const otherM1 = beginHandshake(terms('another guest')).m1;
const resumedM1 = beginHandshake(resumed('guest')).m1;

function answered(message: Uint8Array): Uint8Array {
  const reply = answer(message);
  assert.ok(reply.ok);
  return reply.m2;
}

export const firstMessages = target({
  name: 'first messages (M1)',
  runs: 80,
  // Another guest's M1 is as authentic as this one's, so it is no input by itself.
  inputs: bytesNear(m1, m1, m1, resumedM1, m2),
  prepare: (message) => () => answer(message),
  judge(result, message) {
    assert.equal(result.ok, equal(message, m1), 'what a guest with the link made is answered, and nothing else');
    if (!result.ok) assert.ok(PROBLEMS.includes(result.problem));
  },
  maxResult: () => MAX_RESULT,
});

/** From somebody who has the link: authentic, with any ML-KEM key and any commitment. */
const firstPayload = steady('payload')(KEM_PUBLIC_KEY_BYTES + 32);
firstPayload.set(kemPublicKey());

export const firstPayloads = target({
  name: 'first messages by whoever has the link',
  runs: 60,
  inputs: bytesNear(firstPayload),
  prepare(payload) {
    // Noise binds the terms; what a guest with the link would make of them is taken from its own code.
    const noise = createInitiator(prologue(), psk, steady('hostile')(32));
    const message = concat(boxHead('m1', 0), noise.writeFirst(payload));
    return () => answer(message);
  },
  judge(result, payload) {
    const expected = payload.length !== firstPayload.length ? 'malformed' : isKemKey(payload) ? 'ok' : 'bad-kem-key';
    assert.equal(result.ok ? 'ok' : result.problem, expected);
  },
  maxResult: () => MAX_RESULT,
});

export const answers = target({
  name: 'answers (M2)',
  runs: 60,
  inputs: bytesNear(m2, m2, m2, m1, answered(otherM1)),
  prepare(message) {
    const guest = begin();
    return () => guest.finish(message);
  },
  judge(result, message) {
    assert.equal(result.ok, equal(message, m2), 'the answer of the host to this guest is taken, and nothing else');
    if (!result.ok) assert.ok(PROBLEMS.includes(result.problem));
  },
  maxResult: () => MAX_RESULT,
});

const secondPayload = steady('second payload')(1088 + 32);

/** From somebody who has the link and plays the host: authentic, but for a signature that only the host can make. */
export const forgedAnswers = target({
  name: 'answers by whoever has the link',
  runs: 40,
  inputs: bytesNear(
    concat(secondPayload, sign(secondPayload, hostSecretKey)),
    concat(secondPayload, new Uint8Array(64)),
  ),
  prepare(payload) {
    const noise = createResponder(prologue(), psk, steady('hostile host')(32));
    assert.ok(noise.readFirst(m1.subarray(HEAD_BYTES)).ok);
    const second = noise.writeSecond(() => payload);
    assert.ok(second.ok);
    const message = concat(boxHead('m2', 0), second.message);
    const guest = begin();
    return () => guest.finish(message);
  },
  judge(result, payload) {
    assert.ok(!result.ok, 'who has no host key is no host');
    assert.equal(result.problem, payload.length === secondPayload.length + 64 ? 'forged' : 'malformed');
  },
  maxResult: () => MAX_RESULT,
});

/** docs/protocol.md §3.2 */
function prologue(): Uint8Array {
  return new Uint8Array(
    Buffer.concat([Buffer.from('porchlight1'), Buffer.of(0x01, 0x00), inviteId, hostPublicKey, Buffer.alloc(4)]),
  );
}

/** The ML-KEM key of an honest guest, out of its own M1. */
function kemPublicKey(): Uint8Array {
  const noise = createResponder(prologue(), psk, steady('reader')(32));
  const first = noise.readFirst(m1.subarray(HEAD_BYTES));
  assert.ok(first.ok && m1.length === HEAD_BYTES + KEY_BYTES + firstPayload.length + TAG_BYTES);
  return first.payload.slice(0, KEM_PUBLIC_KEY_BYTES);
}

/** FIPS 203 §7.2: every coefficient, 12 bits each, is below the modulus. The last 32 bytes are a seed. */
function isKemKey(payload: Uint8Array): boolean {
  const coefficients = payload.subarray(0, KEM_PUBLIC_KEY_BYTES - 32);
  for (let at = 0; at < coefficients.length; at += 3) {
    const [a = 0, b = 0, c = 0] = coefficients.subarray(at, at + 3);
    if ((a | ((b & 0x0f) << 8)) >= 3329 || ((b >> 4) | (c << 4)) >= 3329) return false;
  }
  return true;
}
