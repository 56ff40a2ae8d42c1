import { randomBytes } from 'node:crypto';

import { deriveInvite, mintInvite, publicKeyOf as hostKeyOf, sign } from '@porchlight/invite';
import { describe, expect, it } from 'vitest';

import vectors from '../vectors/handshake.json' with { type: 'json' };
import { draws, flip, hex, unhex } from '../vectors/read.ts';
import * as reference from '../vectors/reference.ts';
import { type HandshakeTerms, answerHandshake, beginHandshake } from './handshake.ts';
import { encapsulate, kemKeyPair } from './kem.ts';
import { createInitiator, createResponder } from './noise.ts';

const random = (length: number) => new Uint8Array(randomBytes(length));
const host = mintInvite(random);
const { inviteId, psk } = deriveInvite(host);
const guestTerms: HandshakeTerms = {
  hostPublicKey: host.hostPublicKey,
  inviteId,
  psk,
  mode: 'invite',
  epoch: 0,
  random,
};
const hostTerms = { ...guestTerms, hostSecretKey: host.hostSecretKey };
const prologue = reference.prologue('invite', 0, Buffer.from(inviteId), Buffer.from(host.hostPublicKey));

/** A first message with whatever payload and key, by someone who holds the link. */
function firstMessage(payload: Uint8Array, changeKey?: Uint8Array): Uint8Array {
  const noise = createInitiator(prologue, psk, random(32));
  const forger = changeKey ? { ...noise, ...lowOrderInitiator(changeKey) } : noise;
  return Buffer.concat([Buffer.of(1, 0, 0, 0, 0), forger.writeFirst(payload)]);
}

/** Writes the first message around an ephemeral key that it did not generate. */
function lowOrderInitiator(publicKey: Uint8Array) {
  return {
    writeFirst: (payload: Uint8Array) => reference.firstNoiseMessage(prologue, Buffer.from(psk), publicKey, payload),
  };
}

/** A second message as the host of the link would write it, except for what `change` says. */
function secondMessage(m1: Uint8Array, signAnswer: (signed: Uint8Array) => Uint8Array): Uint8Array {
  const noise = createResponder(prologue, psk, random(32));
  const first = noise.readFirst(m1.subarray(5));
  if (!first.ok) throw new Error(first.problem);
  const kem = encapsulate(first.payload.subarray(0, 1184), random(32));
  if (!kem) throw new Error('a fair key was refused');
  const answer = Buffer.concat([kem.ciphertext, random(32)]);
  const second = noise.writeSecond((hash) =>
    Buffer.concat([
      answer,
      signAnswer(Buffer.concat([reference.text('porchlight1 host-signature\0'), hash, reference.sha256(answer)])),
    ]),
  );
  if (!second.ok) throw new Error(second.problem);
  return Buffer.concat([Buffer.of(2, 0, 0, 0, 0), second.message]);
}

describe.each(vectors.handshakes)('the handshake in $mode mode', (vector) => {
  const terms: HandshakeTerms = {
    hostPublicKey: unhex(vector.hostPublicKey),
    inviteId: unhex(vector.inviteId),
    psk: unhex(vector.psk),
    mode: vector.mode === 'invite' ? 'invite' : 'resume',
    epoch: vector.epoch,
    random,
  };

  it('says and derives what the vector says', () => {
    const guest = beginHandshake({
      ...terms,
      random: draws(unhex(vector.guestEphemeral), unhex(vector.kemSeed), unhex(vector.guestNonce)),
    });
    expect(hex(guest.m1)).toBe(vector.m1);

    const answer = answerHandshake(
      {
        ...terms,
        hostSecretKey: unhex(vector.hostSecretKey),
        random: draws(unhex(vector.hostEphemeral), unhex(vector.kemCoin), unhex(vector.hostNonce)),
      },
      unhex(vector.m1),
    );
    if (!answer.ok) throw new Error(answer.problem);
    expect(hex(answer.m2)).toBe(vector.m2);

    const finish = guest.finish(unhex(vector.m2));
    if (!finish.ok) throw new Error(finish.problem);

    expect(hex(finish.session.commitment())).toBe(vector.guestNonce);
    expect(answer.session.openCommitment(unhex(vector.guestNonce))).toBe(true);
    for (const session of [finish.session, answer.session]) {
      expect(hex(session.resumePsk())).toBe(vector.resumePsk);
      expect(session.sas().digits).toBe(vector.sasDigits);
      expect(
        session
          .sas()
          .emoji.map(({ name }) => name)
          .join(', '),
      ).toBe(vector.sasEmoji);
      expect(session.epoch).toBe(vector.epoch);
    }
    const body = reference.text('[]');
    expect(hex(finish.session.sealBox(body))).toBe(
      hex(reference.box(Buffer.from(vector.signalToHost, 'hex'), vector.epoch, 0n, body)),
    );
    expect(hex(answer.session.sealBox(body))).toBe(
      hex(reference.box(Buffer.from(vector.signalToGuest, 'hex'), vector.epoch, 0n, body)),
    );
  });
});

describe('the first message is refused', () => {
  it('with any single bit changed', () => {
    const { m1 } = beginHandshake(guestTerms);
    for (let bit = 0; bit < m1.length * 8; bit++) {
      expect(answerHandshake(hostTerms, flip(m1, bit)).ok).toBe(false);
    }
    expect(answerHandshake(hostTerms, m1).ok).toBe(true);
  }, 60_000);

  it('when cut, extended or empty', () => {
    const { m1 } = beginHandshake(guestTerms);
    for (const wrong of [new Uint8Array(0), m1.subarray(0, 40), m1.subarray(0, -1), Buffer.concat([m1, m1])]) {
      expect(answerHandshake(hostTerms, wrong)).toEqual({ ok: false, problem: 'malformed' });
    }
  });

  it('under another psk, mode, epoch, invite or host key', () => {
    const { m1 } = beginHandshake(guestTerms);
    const asked = (change: Partial<HandshakeTerms>, message = m1) =>
      answerHandshake({ ...hostTerms, ...change }, message);
    expect(asked({ psk: random(32) })).toEqual({ ok: false, problem: 'not-authentic' });
    expect(asked({ inviteId: random(16) })).toEqual({ ok: false, problem: 'not-authentic' });
    expect(asked({ hostPublicKey: hostKeyOf(random(32)) })).toEqual({ ok: false, problem: 'not-authentic' });
    expect(asked({ mode: 'resume', epoch: 1 })).toEqual({ ok: false, problem: 'wrong-epoch' });

    const resumed = beginHandshake({ ...guestTerms, mode: 'resume', epoch: 1 });
    const moved = Buffer.concat([Buffer.of(1, 0, 0, 0, 2), resumed.m1.subarray(5)]);
    expect(asked({ mode: 'resume', epoch: 2 }, resumed.m1)).toEqual({ ok: false, problem: 'wrong-epoch' });
    expect(asked({ mode: 'resume', epoch: 2 }, moved)).toEqual({ ok: false, problem: 'not-authentic' });
    const asInvite = Buffer.concat([Buffer.of(1, 0, 0, 0, 0), resumed.m1.subarray(5)]);
    expect(asked({}, asInvite)).toEqual({ ok: false, problem: 'not-authentic' });
  });

  it('with an ephemeral key of low order or not canonical', () => {
    const payload = Buffer.concat([kemKeyPair(random(64)).publicKey, random(32)]);
    for (const key of ['00'.repeat(32), `01${'00'.repeat(31)}`, `ee${'ff'.repeat(30)}7f`, `09${'00'.repeat(30)}80`]) {
      const message = firstMessage(payload, unhex(key));
      expect(answerHandshake(hostTerms, message)).toEqual({ ok: false, problem: 'low-order-key' });
    }
    expect(answerHandshake(hostTerms, firstMessage(payload)).ok).toBe(true);
  });

  it('with a malformed ML-KEM key', () => {
    const message = firstMessage(Buffer.concat([Buffer.alloc(1184, 0xff), random(32)]));
    expect(answerHandshake(hostTerms, message)).toEqual({ ok: false, problem: 'bad-kem-key' });
  });
});

describe('the second message is refused', () => {
  // Every attempt costs the guest a whole new handshake, so a stride of 23 bits stands for all 9,896;
  // 23 and 8 share no factor, so bits of every weight are met, in every part of the message.
  it('with a bit changed, anywhere', () => {
    for (let bit = 0; bit < 1237 * 8; bit += 23) {
      const guest = beginHandshake(guestTerms);
      const answer = answerHandshake(hostTerms, guest.m1);
      if (!answer.ok) throw new Error(answer.problem);
      expect(guest.finish(flip(answer.m2, bit)).ok).toBe(false);
    }
  }, 60_000);

  it('when it answers someone else, comes too late, or is the guest’s own', () => {
    const [one, other] = [beginHandshake(guestTerms), beginHandshake(guestTerms)];
    const answer = answerHandshake(hostTerms, other.m1);
    if (!answer.ok) throw new Error(answer.problem);
    expect(one.finish(answer.m2)).toEqual({ ok: false, problem: 'not-authentic' });
    expect(one.finish(answer.m2)).toEqual({ ok: false, problem: 'closed' });
    expect(other.finish(other.m1)).toEqual({ ok: false, problem: 'malformed' });
    const erased = beginHandshake(guestTerms);
    erased.erase();
    expect(erased.finish(answer.m2)).toEqual({ ok: false, problem: 'closed' });
  });

  it('when it is cut or of another epoch', () => {
    const guest = beginHandshake(guestTerms);
    const answer = answerHandshake(hostTerms, guest.m1);
    if (!answer.ok) throw new Error(answer.problem);
    expect(guest.finish(answer.m2.subarray(0, -1))).toEqual({ ok: false, problem: 'malformed' });
    const again = beginHandshake(guestTerms);
    const moved = Buffer.concat([Buffer.of(2, 0, 0, 0, 1), answer.m2.subarray(5)]);
    expect(again.finish(moved)).toEqual({ ok: false, problem: 'wrong-epoch' });
  });

  it('with an ephemeral key of low order', () => {
    const guest = beginHandshake(guestTerms);
    const message = new Uint8Array(1237);
    message[0] = 2;
    expect(guest.finish(message)).toEqual({ ok: false, problem: 'low-order-key' });
  });

  it.each<[string, (signed: Uint8Array) => Uint8Array]>([
    ['none', () => new Uint8Array(64)],
    ['one by another key', (signed) => sign(signed, random(32))],
    ['one over something else', (signed) => sign(signed.subarray(1), host.hostSecretKey)],
    ['one with S beyond L', (signed) => highS(sign(signed, host.hostSecretKey))],
  ])('by a server that has the link but only this signature: %s', (_, signAnswer) => {
    const guest = beginHandshake(guestTerms);
    expect(guest.finish(secondMessage(guest.m1, signAnswer))).toEqual({ ok: false, problem: 'forged' });
  });

  it('but not when such a message carries the host’s signature', () => {
    const guest = beginHandshake(guestTerms);
    expect(guest.finish(secondMessage(guest.m1, (signed) => sign(signed, host.hostSecretKey))).ok).toBe(true);
  });

  it('when the link names a key of small order, which would verify anything', () => {
    const hostPublicKey = unhex(`ec${'ff'.repeat(30)}7f`);
    const terms = { ...guestTerms, hostPublicKey };
    const guest = beginHandshake(terms);
    const answer = answerHandshake({ ...hostTerms, hostPublicKey }, guest.m1);
    expect(answer.ok && guest.finish(answer.m2)).toEqual({ ok: false, problem: 'forged' });
  });
});

describe('terms that cannot be', () => {
  it.each<[string, Partial<HandshakeTerms>]>([
    ['an invite after epoch 0', { epoch: 1 }],
    ['a resume in epoch 0', { mode: 'resume' }],
    ['an epoch beyond u32', { mode: 'resume', epoch: 2 ** 32 }],
    ['a short psk', { psk: new Uint8Array(31) }],
    ['a short invite id', { inviteId: new Uint8Array(15) }],
    ['a short host key', { hostPublicKey: new Uint8Array(31) }],
  ])('throw: %s', (_, change) => {
    expect(() => beginHandshake({ ...guestTerms, ...change })).toThrow(RangeError);
    expect(() => answerHandshake({ ...hostTerms, ...change }, new Uint8Array(0))).toThrow(RangeError);
  });
});

describe('after the handshake', () => {
  it('what was drawn for it is erased', () => {
    const drawn = { guest: [] as Uint8Array[], host: [] as Uint8Array[] };
    const recording = (into: Uint8Array[]) => (length: number) => {
      const bytes = random(length);
      into.push(bytes);
      return bytes;
    };
    const isZero = (bytes: Uint8Array | undefined) => bytes?.every((byte) => byte === 0) === true;

    const guest = beginHandshake({ ...guestTerms, random: recording(drawn.guest) });
    const answer = answerHandshake({ ...hostTerms, random: recording(drawn.host) }, guest.m1);
    if (!answer.ok) throw new Error(answer.problem);
    const finish = guest.finish(answer.m2);
    if (!finish.ok) throw new Error(finish.problem);

    const [guestEphemeral, kemSeed, guestNonce] = drawn.guest;
    const [hostEphemeral, kemCoin, hostNonce] = drawn.host;
    expect([guestEphemeral, kemSeed, hostEphemeral, kemCoin].every(isZero)).toBe(true);
    expect([guestNonce, hostNonce].some(isZero)).toBe(false); // the comparison still needs them

    finish.session.erase();
    answer.session.erase();
    expect([guestNonce, hostNonce].every(isZero)).toBe(true);
  });

  it('that failed, what was drawn for it is erased too', () => {
    const drawn: Uint8Array[] = [];
    const guest = beginHandshake({
      ...guestTerms,
      random: (length) => {
        const bytes = random(length);
        drawn.push(bytes);
        return bytes;
      },
    });
    guest.finish(new Uint8Array(3));
    expect(drawn.flatMap((bytes) => [...bytes]).every((byte) => byte === 0)).toBe(true);
  });

  it('the caller’s psk is untouched', () => {
    const before = hex(psk);
    const guest = beginHandshake(guestTerms);
    const answer = answerHandshake(hostTerms, guest.m1);
    if (answer.ok) guest.finish(answer.m2);
    expect(hex(psk)).toBe(before);
  });
});

function highS(signature: Uint8Array): Uint8Array {
  const L = 2n ** 252n + 27742317777372353535851937790883648493n;
  const s = BigInt(`0x${hex(signature.slice(32).reverse())}`) + L;
  return Buffer.concat([signature.subarray(0, 32), unhex(s.toString(16).padStart(64, '0')).reverse()]);
}
