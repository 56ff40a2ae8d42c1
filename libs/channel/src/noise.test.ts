import { randomBytes } from 'node:crypto';

import { describe, expect, it } from 'vitest';

import vector from '../vectors/noise.json' with { type: 'json' };
import { hex, unhex } from '../vectors/read.ts';
import { seal } from './aead.ts';
import { createInitiator, createResponder } from './noise.ts';

const NOTHING = new Uint8Array(0);

describe('the Noise core', () => {
  it('writes and reads the published vector of its protocol', () => {
    const prologue = unhex(vector.prologue);
    const psk = unhex(vector.psk);
    const initiator = createInitiator(prologue, psk, unhex(vector.initiatorEphemeral));
    const responder = createResponder(prologue, psk, unhex(vector.responderEphemeral));
    const [first, second, ...transport] = vector.messages;
    if (!first || !second) throw new Error('the vector has no handshake');

    expect(hex(initiator.writeFirst(unhex(first.payload)))).toBe(first.ciphertext);
    const read = responder.readFirst(unhex(first.ciphertext));
    expect(read.ok && hex(read.payload)).toBe(first.payload);

    const written = responder.writeSecond(() => unhex(second.payload));
    expect(written.ok && hex(written.message)).toBe(second.ciphertext);
    const answer = initiator.readSecond(unhex(second.ciphertext));
    expect(answer.ok && hex(answer.payload)).toBe(second.payload);

    const split = initiator.split();
    expect(responder.split()).toEqual(split);
    transport.forEach(({ payload, ciphertext }, i) => {
      const key = i % 2 === 0 ? split.initiatorKey : split.responderKey;
      expect(hex(seal(key, BigInt(i >> 1), NOTHING, unhex(payload)))).toBe(ciphertext);
    });
  });

  it('shows both sides the same hash before the second payload', () => {
    const psk = randomBytes(32);
    const initiator = createInitiator(NOTHING, psk, randomBytes(32));
    const responder = createResponder(NOTHING, psk, randomBytes(32));
    responder.readFirst(initiator.writeFirst(NOTHING));
    let seen: Uint8Array = NOTHING;
    const second = responder.writeSecond((hash) => (seen = hash));
    const read = second.ok ? initiator.readSecond(second.message) : second;
    expect(read.ok && hex(read.hash)).toBe(hex(seen));
    expect(read.ok && hex(read.payload)).toBe(hex(seen));
  });

  it('refuses another prologue or psk, and messages that are too short', () => {
    const psk = randomBytes(32);
    const first = createInitiator(NOTHING, psk, randomBytes(32)).writeFirst(NOTHING);
    const answerWith = (prologue: Uint8Array, psk: Uint8Array, message: Uint8Array) =>
      createResponder(prologue, psk, randomBytes(32)).readFirst(message);
    expect(answerWith(NOTHING, psk, first).ok).toBe(true);
    expect(answerWith(Uint8Array.of(0), psk, first)).toEqual({ ok: false, problem: 'not-authentic' });
    expect(answerWith(NOTHING, randomBytes(32), first)).toEqual({ ok: false, problem: 'not-authentic' });
    expect(answerWith(NOTHING, psk, first.subarray(0, 47))).toEqual({ ok: false, problem: 'malformed' });
    expect(createInitiator(NOTHING, psk, randomBytes(32)).readSecond(NOTHING)).toEqual({
      ok: false,
      problem: 'malformed',
    });
  });
});
