import { randomBytes } from 'node:crypto';

import { deriveInvite, mintInvite } from '@porchlight/invite';
import { describe, expect, it } from 'vitest';

import { flip, hex } from '../vectors/read.ts';
import { answerHandshake, beginHandshake } from './handshake.ts';
import { createSession } from './session.ts';
import { FrameType } from './frames.ts';

const random = (length: number) => new Uint8Array(randomBytes(length));
const host = mintInvite(random);
const invite = deriveInvite(host);
const fingerprints = () => ({ host: random(32), guest: random(32) });
const body = new TextEncoder().encode('[]');

/** Both sides right after a handshake. */
function meet(resume?: { psk: Uint8Array; epoch: number }) {
  const mode = resume ? 'resume' : 'invite';
  const terms = { hostPublicKey: host.hostPublicKey, ...invite, mode, epoch: 0, random, ...resume } as const;
  const began = beginHandshake(terms);
  const answer = answerHandshake({ ...terms, hostSecretKey: host.hostSecretKey }, began.m1);
  if (!answer.ok) throw new Error(answer.problem);
  const finish = began.finish(answer.m2);
  if (!finish.ok) throw new Error(finish.problem);
  return { guest: finish.session, host: answer.session };
}

/** Both sides after the host checked the commitment. */
function knock(resume?: { psk: Uint8Array; epoch: number }) {
  const sides = meet(resume);
  expect(sides.host.openCommitment(sides.guest.commitment())).toBe(true);
  return sides;
}

describe('a session', () => {
  it('carries boxes in both directions', () => {
    const { guest, host } = meet();
    for (let i = 0; i < 5; i++) {
      expect(host.openBox(guest.sealBox(body))).toEqual({ ok: true, body });
      expect(guest.openBox(host.sealBox(body))).toEqual({ ok: true, body });
    }
  });

  it('shows both people the same, and the host only after the commitment was opened', () => {
    const { guest, host } = meet();
    expect(() => host.sas()).toThrow();
    expect(() => host.frames(fingerprints())).toThrow();
    expect(host.openCommitment(guest.commitment())).toBe(true);
    expect(host.sas()).toEqual(guest.sas());
    expect(host.sas().emoji).toHaveLength(5);
  });

  it('is over for the host when the nonce does not open the commitment', () => {
    const { guest, host } = meet();
    expect(host.openCommitment(flip(guest.commitment(), 3))).toBe(false);
    expect(host.openCommitment(guest.commitment())).toBe(false);
    expect(host.openBox(guest.sealBox(body))).toEqual({ ok: false, problem: 'closed' });
    expect(() => host.sas()).toThrow();
    expect(() => host.resumePsk()).toThrow();
  });

  it('leaves to each side what is its own', () => {
    const { guest, host } = meet();
    expect(() => host.commitment()).toThrow();
    expect(() => guest.openCommitment(new Uint8Array(32))).toThrow();
  });

  it('makes frames that the other side opens, once', () => {
    const { guest, host } = knock();
    const certificates = fingerprints();
    const [g, h] = [guest.frames(certificates), host.frames(certificates)];
    expect(h.open(g.seal(FrameType.text, 1, body)).ok).toBe(true);
    expect(() => guest.frames(certificates)).toThrow();
    expect(() => knock().guest.frames({ host: random(32), guest: random(20) })).toThrow(RangeError);
  });

  it('keeps its frames, its comparison and its resume psk when a box was refused', () => {
    const { guest, host } = knock();
    const certificates = fingerprints();
    const [g, h] = [guest.frames(certificates), host.frames(certificates)];
    const box = guest.sealBox(body);
    expect(host.openBox(box).ok).toBe(true);
    expect(host.openBox(box)).toEqual({ ok: false, problem: 'counter' });
    expect(host.openBox(guest.sealBox(body))).toEqual({ ok: false, problem: 'closed' });
    expect(h.open(g.seal(FrameType.text, 1, body)).ok).toBe(true);
    expect(host.sas()).toEqual(guest.sas());
    expect(hex(host.resumePsk())).toBe(hex(guest.resumePsk()));
  });

  it('is resumed by whoever was in it, with other keys', () => {
    const first = knock();
    const second = knock({ psk: first.guest.resumePsk(), epoch: 1 });
    expect(second.host.openBox(second.guest.sealBox(body)).ok).toBe(true);
    expect(hex(second.host.resumePsk())).not.toBe(hex(first.host.resumePsk()));
    expect(second.host.openBox(first.guest.sealBox(body)).ok).toBe(false);
    expect(() => meet({ psk: random(32), epoch: 1 })).not.toThrow(); // the same wrong psk on both sides is a psk
  });

  it('refuses everything once erased, its frames too', () => {
    const { guest, host } = knock();
    const frames = guest.frames(fingerprints());
    const box = host.sealBox(body);
    guest.erase();
    expect(guest.openBox(box)).toEqual({ ok: false, problem: 'closed' });
    expect(frames.open(new Uint8Array(284))).toEqual({ ok: false, problem: 'closed' });
    for (const use of [
      () => guest.sealBox(body),
      () => guest.commitment(),
      () => guest.sas(),
      () => guest.resumePsk(),
      () => guest.frames(fingerprints()),
      () => frames.seal(FrameType.text, 1, body),
    ]) {
      expect(use).toThrow();
    }
    guest.erase();
  });

  it('hands out copies, so that erasing it does not erase what the caller stored', () => {
    const { guest } = meet();
    const psk = guest.resumePsk();
    guest.erase();
    expect(psk.some((byte) => byte !== 0)).toBe(true);
  });

  it('takes over and erases what the handshake hands over', () => {
    const split = { initiatorKey: random(32), responderKey: random(32), hash: random(32) };
    const kemSecret = random(32);
    const hostNonce = random(32);
    const nonce = random(32);
    const session = createSession({
      epoch: 0,
      split,
      kemSecret,
      hostNonce,
      guest: { role: 'guest', nonce },
      random,
    });
    expect([...split.initiatorKey, ...split.responderKey, ...kemSecret].every((byte) => byte === 0)).toBe(true);
    session.erase();
    expect([...hostNonce, ...nonce].every((byte) => byte === 0)).toBe(true);
  });
});
