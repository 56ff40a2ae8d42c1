import { randomBytes } from 'node:crypto';

import { describe, expect, it } from 'vitest';

import vectors from '../vectors/frames.json' with { type: 'json' };
import { draws, flip, hex, unhex } from '../vectors/read.ts';
import * as reference from '../vectors/reference.ts';
import { RESERVED_COUNTER } from './aead.ts';
import {
  FrameType,
  type Frames,
  type FramesInput,
  MAX_FRAME_BODY_BYTES,
  MAX_FRAME_BYTES,
  REKEY_FRAMES,
  REKEY_MS,
  createFrames,
} from './frames.ts';

const random = (length: number) => new Uint8Array(randomBytes(length));
const utf8 = (text: string) => new TextEncoder().encode(text);
const body = utf8('hello');
const NOTHING = new Uint8Array(0);

/** Both ends of one channel. Call again for the same ends in their first state. */
function channel(change: Partial<FramesInput> = {}, start?: { keyEpoch: number; counter: bigint }) {
  const common = {
    epoch: 0,
    root: random(32),
    fingerprints: { host: random(32), guest: random(32) },
    random,
    ...change,
  };
  const side = (role: 'host' | 'guest') => createFrames({ ...common, root: common.root.slice(), role }, start);
  return { host: side('host'), guest: side('guest'), another: side };
}

/** What arrived, in words. */
function arrives(at: Frames, frame: Uint8Array): string {
  const opened = at.open(frame);
  if (!opened.ok) return opened.problem;
  return opened.frame === null ? 'nothing to show' : new TextDecoder().decode(opened.frame.body);
}

/** A whole rekey, both sides switched. */
function rekey(host: Frames, guest: Frames, now = 0) {
  const offer = guest.open(host.beginRekey(now));
  if (!offer.ok || offer.frame !== null || offer.reply === null) throw new Error('the guest did not answer');
  const answer = host.open(offer.reply);
  if (!answer.ok) throw new Error(answer.problem);
}

describe('the vectors', () => {
  const side = (role: 'host' | 'guest', secret: string) =>
    createFrames({
      role,
      epoch: vectors.epoch,
      root: unhex(vectors.root),
      fingerprints: { host: unhex(vectors.hostFingerprint), guest: unhex(vectors.guestFingerprint) },
      random: draws(unhex(secret)),
    });

  it('are sealed and opened by both sides, through a rekey', () => {
    const host = side('host', vectors.hostRekeySecret);
    const guest = side('guest', vectors.guestRekeySecret);
    let reply: Uint8Array | null = null;
    for (const step of vectors.steps) {
      const [from, to] = step.direction === 'h>g' ? [host, guest] : [guest, host];
      const sealed =
        step.type === FrameType.rekeyOffer
          ? from.beginRekey(0)
          : step.type === FrameType.rekeyAnswer
            ? (reply ?? NOTHING)
            : from.seal(step.type, step.messageId, unhex(step.body));
      expect(hex(sealed), step.what).toBe(step.frame);

      const opened = to.open(unhex(step.frame));
      if (!opened.ok) throw new Error(opened.problem);
      reply = opened.reply ?? reply;
      if (opened.frame === null) continue;
      expect(hex(opened.frame.body)).toBe(step.body);
      expect([opened.frame.type, opened.frame.messageId]).toEqual([step.type, step.messageId]);
    }
  });

  it.each(vectors.refused)('are refused: $what', ({ frame, problem }) => {
    const guest = side('guest', vectors.guestRekeySecret);
    expect(guest.open(unhex(frame))).toEqual({ ok: false, problem });
    expect(guest.open(unhex(vectors.steps[0]?.frame ?? ''))).toEqual({ ok: false, problem: 'closed' });
  });
});

describe('a frame', () => {
  it('arrives as it was sent, in both directions', () => {
    const { host, guest } = channel();
    for (let i = 0; i < 20; i++) {
      expect(guest.open(host.seal(FrameType.text, i, utf8(`${i} 👋 שלום`)))).toEqual({
        ok: true,
        frame: { type: 1, messageId: i, body: utf8(`${i} 👋 שלום`) },
        reply: null,
      });
      expect(arrives(host, guest.seal(FrameType.ack, i, NOTHING))).toBe('');
    }
  });

  it('is refused with any single bit changed', () => {
    const { host, another } = channel();
    const frame = host.seal(FrameType.text, 1, body);
    for (let bit = 0; bit < frame.length * 8; bit++) {
      expect(another('guest').open(flip(frame, bit)).ok).toBe(false);
    }
    expect(arrives(another('guest'), frame)).toBe('hello');
  }, 60_000);

  it('is refused when cut anywhere', () => {
    const { host, another } = channel();
    const frame = host.seal(FrameType.text, 1, body);
    for (let length = 0; length < frame.length; length++) {
      expect(arrives(another('guest'), frame.subarray(0, length))).toBe('size');
    }
  });

  it.each([['text'], [null], [{}], [new ArrayBuffer(284)], [[1, 2]]])('is refused when it is %j', (frame) => {
    expect(channel().guest.open(frame)).toEqual({ ok: false, problem: 'not-binary' });
  });

  it('is refused when it comes again, too early, or back to its sender', () => {
    const { host, guest, another } = channel();
    const [first, second] = [host.seal(FrameType.text, 1, body), host.seal(FrameType.text, 2, body)];
    expect(arrives(guest, first)).toBe('hello');
    expect(arrives(guest, first)).toBe('counter');
    expect(arrives(another('guest'), second)).toBe('counter');
    expect(arrives(another('host'), first)).toBe('not-authentic');
  });

  it('is refused under another certificate, another epoch or another root', () => {
    const root = random(32);
    const fingerprints = { host: random(32), guest: random(32) };
    const { host } = channel({ root, fingerprints });
    const frame = host.seal(FrameType.text, 1, body);
    const swapped = { host: fingerprints.guest, guest: fingerprints.host };
    const attacked = { host: fingerprints.host, guest: random(32) };
    expect(arrives(channel({ root, fingerprints: swapped }).guest, frame)).toBe('not-authentic');
    expect(arrives(channel({ root, fingerprints: attacked }).guest, frame)).toBe('not-authentic');
    expect(arrives(channel({ root, fingerprints, epoch: 1 }).guest, frame)).toBe('not-authentic');
    expect(arrives(channel({ fingerprints }).guest, frame)).toBe('not-authentic');
    expect(arrives(channel({ root, fingerprints }).guest, frame)).toBe('hello');
  });

  it('never uses the reserved counter', () => {
    const { host, guest } = channel({}, { keyEpoch: 0, counter: RESERVED_COUNTER - 1n });
    const last = host.seal(FrameType.text, 1, body);
    expect(arrives(guest, last)).toBe('hello');
    expect(() => host.seal(FrameType.text, 2, body)).toThrow(RangeError);
    expect(() => host.seal(FrameType.text, 2, body)).toThrow();
    const beyond = last.slice();
    beyond.fill(0xff, 4, 12);
    expect(arrives(guest, beyond)).toBe('counter');
  });

  it('has one of four sizes, and at most 16,384 bytes', () => {
    const { host, guest } = channel();
    const sizes = [0, 249, 250, 1017, 1018, 4089, 4090, MAX_FRAME_BODY_BYTES].map((length) => {
      const frame = host.seal(FrameType.text, 1, new Uint8Array(length));
      const opened = guest.open(frame);
      expect(opened.ok && opened.frame?.body.length).toBe(length);
      return frame.length;
    });
    expect(sizes).toEqual([284, 284, 1052, 1052, 4124, 4124, MAX_FRAME_BYTES, MAX_FRAME_BYTES]);
    expect(() => host.seal(FrameType.text, 1, new Uint8Array(MAX_FRAME_BODY_BYTES + 1))).toThrow(RangeError);
    expect(arrives(guest, new Uint8Array(MAX_FRAME_BYTES + 1))).toBe('size');
  });

  it('too long or with an impossible id is not sealed, and the next one still is', () => {
    const { host, guest } = channel();
    expect(() => host.seal(FrameType.text, 1, new Uint8Array(MAX_FRAME_BODY_BYTES + 1))).toThrow(RangeError);
    expect(() => host.seal(FrameType.text, 2 ** 32, body)).toThrow(RangeError);
    expect(() => host.seal(FrameType.text, -1, body)).toThrow(RangeError);
    expect(arrives(guest, host.seal(FrameType.text, 2 ** 32 - 1, body))).toBe('hello');
  });

  it('of an optional type that nobody knows yet is ignored', () => {
    const { host, guest } = channel();
    expect(guest.open(host.seal(130, 1, body))).toEqual({ ok: true, frame: null, reply: null });
    expect(guest.open(host.seal(255, 1, body))).toEqual({ ok: true, frame: null, reply: null });
    expect(arrives(guest, host.seal(FrameType.text, 1, body))).toBe('hello');
  });

  it.each(Object.values(FrameType).filter((type) => type !== 3 && type !== 4))('of type %s arrives', (type) => {
    const { host, guest } = channel();
    const frame = { type, messageId: 7, body };
    expect(guest.open(host.seal(type, 7, body))).toEqual({ ok: true, frame, reply: null });
  });

  it.each([0, 3, 4, 13, 127, 256, 1.5])('of type %s is not the caller’s to send', (type) => {
    expect(() => channel().host.seal(type, 1, body)).toThrow(RangeError);
  });
});

describe('a rekey', () => {
  it('is due after 128 frames in either direction', () => {
    const { host, guest } = channel();
    for (let i = 0; i < REKEY_FRAMES; i++) {
      expect(host.rekeyDue(0)).toBe(false);
      if (i % 2 === 0) guest.open(host.seal(FrameType.text, i, body));
      else host.open(guest.seal(FrameType.text, i, body));
    }
    expect(host.rekeyDue(0)).toBe(true);
    expect(guest.rekeyDue(0)).toBe(false);
    rekey(host, guest);
    expect(host.rekeyDue(0)).toBe(false);
  });

  it('is due after five minutes with traffic, and never without', () => {
    const { host, guest } = channel();
    expect(host.rekeyDue(0)).toBe(false);
    expect(host.rekeyDue(10 * REKEY_MS)).toBe(false);
    guest.open(host.seal(FrameType.text, 1, body));
    expect(host.rekeyDue(11 * REKEY_MS)).toBe(false);
    expect(host.rekeyDue(12 * REKEY_MS - 1)).toBe(false);
    expect(host.rekeyDue(12 * REKEY_MS)).toBe(true);
    rekey(host, guest, 12 * REKEY_MS);
    expect(host.rekeyDue(14 * REKEY_MS)).toBe(false);
    host.open(guest.seal(FrameType.text, 1, body));
    expect(host.rekeyDue(14 * REKEY_MS)).toBe(true);
  });

  it('loses nothing that was on its way', () => {
    const { host, guest } = channel();
    const crossing = guest.seal(FrameType.text, 1, utf8('before I saw the offer'));
    const offer = host.beginRekey(0);
    const behind = host.seal(FrameType.text, 1, utf8('right behind the offer'));

    const answered = guest.open(offer);
    if (!answered.ok || answered.frame !== null || answered.reply === null) throw new Error('no answer');
    const after = guest.seal(FrameType.text, 2, utf8('in the new key-epoch'));

    expect(arrives(guest, behind)).toBe('right behind the offer');
    expect(arrives(host, crossing)).toBe('before I saw the offer');
    expect(arrives(host, answered.reply)).toBe('nothing to show');
    expect(arrives(host, after)).toBe('in the new key-epoch');
    expect(arrives(guest, host.seal(FrameType.text, 2, utf8('I followed')))).toBe('I followed');
  });

  it('can be followed by many more', () => {
    const { host, guest } = channel();
    for (let i = 0; i < 10; i++) {
      rekey(host, guest);
      expect(arrives(guest, host.seal(FrameType.text, i, body))).toBe('hello');
      expect(arrives(host, guest.seal(FrameType.text, i, body))).toBe('hello');
    }
    expect([...host.seal(FrameType.text, 99, body).subarray(2, 12)]).toEqual([0, 10, 0, 0, 0, 0, 0, 0, 0, 1]);
  });

  it('leaves the old key-epoch behind on both sides', () => {
    const { host, guest, another } = channel();
    rekey(host, guest);
    expect(arrives(guest, host.seal(FrameType.text, 1, body))).toBe('hello');
    expect(arrives(host, another('guest').seal(FrameType.text, 1, body))).toBe('key-epoch');
    expect(arrives(guest, another('host').seal(FrameType.text, 1, body))).toBe('key-epoch');
  });

  it('gives keys that the old root and all that was sent do not give', () => {
    const root = random(32);
    const fingerprints = { host: random(32), guest: random(32) };
    const { host, guest } = channel({ root, fingerprints });
    const thief = createFrames(
      { role: 'guest', epoch: 0, root: root.slice(), fingerprints, random },
      { keyEpoch: 1, counter: 0n },
    );
    rekey(host, guest);
    expect(arrives(thief, host.seal(FrameType.text, 1, body))).toBe('not-authentic');
  });

  it('is the host’s to offer, once at a time', () => {
    const { host, guest } = channel();
    expect(() => guest.beginRekey(0)).toThrow();
    host.seal(FrameType.text, 1, body);
    host.beginRekey(0);
    expect(() => host.beginRekey(0)).toThrow();
    expect(host.rekeyDue(10 * REKEY_MS)).toBe(false);
  });

  it('is refused when the guest offers, when offered twice, and when answered unasked', () => {
    const fp = reference.sha256(Buffer.alloc(32, 1), Buffer.alloc(32, 2));
    const root = Buffer.alloc(32, 3);
    const sides = () => channel({ root, fingerprints: { host: Buffer.alloc(32, 1), guest: Buffer.alloc(32, 2) } });
    /** What a dishonest peer could send with the right keys. */
    const forged = (direction: 'g>h' | 'h>g', counter: number, type: number, body: Uint8Array) => {
      let chainKey = reference.chainKey(root, direction, 0, fp);
      for (let i = 0; i < counter; i++) chainKey = reference.hmac(chainKey, Buffer.of(2));
      const at = { keyEpoch: 0, counter: BigInt(counter) };
      return reference.frame(reference.hmac(chainKey, Buffer.of(1)), at, {
        type,
        messageId: 0,
        body: Buffer.from(body),
      });
    };
    const fairKey = reference.x25519PublicKey(random(32));

    expect(arrives(sides().host, forged('g>h', 0, FrameType.rekeyOffer, fairKey))).toBe('bad-rekey');
    expect(arrives(sides().host, forged('g>h', 0, FrameType.rekeyAnswer, fairKey))).toBe('bad-rekey');
    expect(arrives(sides().guest, forged('h>g', 0, FrameType.rekeyAnswer, fairKey))).toBe('bad-rekey');

    const { guest } = sides();
    expect(arrives(guest, forged('h>g', 0, FrameType.rekeyOffer, fairKey))).toBe('nothing to show');
    expect(arrives(guest, forged('h>g', 1, FrameType.rekeyOffer, fairKey))).toBe('bad-rekey');

    const { host } = sides();
    host.beginRekey(0);
    expect(arrives(host, forged('g>h', 0, FrameType.rekeyAnswer, Buffer.alloc(32)))).toBe('bad-rekey');
  });

  it('never reaches the last key-epoch', () => {
    const { host, guest } = channel({}, { keyEpoch: 65_533, counter: 0n });
    rekey(host, guest);
    expect(arrives(guest, host.seal(FrameType.text, 1, body))).toBe('hello');
    expect(() => host.beginRekey(0)).toThrow(RangeError);
    expect(() => host.seal(FrameType.text, 2, body)).toThrow();
  });
});

describe('erased frames', () => {
  it('refuse everything', () => {
    const { host, guest } = channel();
    const frame = host.seal(FrameType.text, 1, body);
    host.erase();
    guest.erase();
    expect(arrives(guest, frame)).toBe('closed');
    expect(() => host.seal(FrameType.text, 1, body)).toThrow();
    expect(() => host.beginRekey(0)).toThrow();
    expect(host.rekeyDue(10 * REKEY_MS)).toBe(false);
  });

  it('leave neither the root nor a fresh secret behind', () => {
    const root = random(32);
    const drawn: Uint8Array[] = [];
    const recording = (length: number) => {
      const bytes = random(length);
      drawn.push(bytes);
      return bytes;
    };
    const host = createFrames({
      role: 'host',
      epoch: 0,
      root,
      fingerprints: { host: random(32), guest: random(32) },
      random: recording,
    });
    host.beginRekey(0);
    host.erase();
    expect([...root, ...(drawn[0] ?? [1])].every((byte) => byte === 0)).toBe(true);
  });

  it('and rekeyed ones leave no secret of the rekey behind', () => {
    const drawn: Uint8Array[] = [];
    const { host, guest } = channel({
      random: (length) => {
        const bytes = random(length);
        drawn.push(bytes);
        return bytes;
      },
    });
    rekey(host, guest);
    expect(drawn).toHaveLength(2);
    expect(drawn.flatMap((bytes) => [...bytes]).every((byte) => byte === 0)).toBe(true);
  });
});
