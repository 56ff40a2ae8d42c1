import { randomBytes } from 'node:crypto';

import { describe, expect, it } from 'vitest';

import vectors from '../vectors/boxes.json' with { type: 'json' };
import { flip, hex, unhex } from '../vectors/read.ts';
import { RESERVED_COUNTER } from './aead.ts';
import { MAX_BOX_BODY_BYTES, createBoxes, epochOf, kindOf } from './box.ts';

/** Both ends of one lane under fresh keys. */
function lane(epoch = 0, counters?: { send: bigint; receive: bigint }) {
  const [a, b] = [new Uint8Array(randomBytes(32)), new Uint8Array(randomBytes(32))];
  return {
    guest: createBoxes({ send: a.slice(), receive: b.slice() }, epoch, counters),
    host: () => createBoxes({ send: b.slice(), receive: a.slice() }, epoch, counters),
  };
}
const body = new TextEncoder().encode('[]');
const receiver = () => createBoxes({ send: new Uint8Array(32), receive: unhex(vectors.key) }, vectors.epoch);

describe('a box', () => {
  it('is sealed and opened as the vectors say', () => {
    const sender = createBoxes({ send: unhex(vectors.key), receive: new Uint8Array(32) }, vectors.epoch);
    const opener = receiver();
    for (const { body, box } of vectors.boxes) {
      expect(hex(sender.seal(unhex(body)))).toBe(box);
      const opened = opener.open(unhex(box));
      expect(opened.ok && hex(opened.body)).toBe(body);
    }
  });

  it.each(vectors.refused)('is refused when it is $what', ({ box, problem }) => {
    expect(receiver().open(unhex(box))).toEqual({ ok: false, problem });
  });

  it('is refused with any single bit changed', () => {
    const { guest, host } = lane();
    const box = guest.seal(body);
    for (let bit = 0; bit < box.length * 8; bit++) expect(host().open(flip(box, bit)).ok).toBe(false);
    expect(host().open(box).ok).toBe(true);
  }, 60_000);

  it('is refused when it is cut anywhere', () => {
    const { guest, host } = lane();
    const box = guest.seal(body);
    for (let length = 0; length < box.length; length++) {
      expect(host().open(box.subarray(0, length))).toEqual({ ok: false, problem: 'malformed' });
    }
  });

  it('is refused when it comes again, too early, or back to its sender', () => {
    const { guest, host } = lane();
    const [first, second] = [guest.seal(body), guest.seal(body)];

    const replayed = host();
    expect(replayed.open(first).ok).toBe(true);
    expect(replayed.open(first)).toEqual({ ok: false, problem: 'counter' });

    expect(host().open(second)).toEqual({ ok: false, problem: 'counter' });
    expect(guest.open(first)).toEqual({ ok: false, problem: 'not-authentic' });
  });

  it('opens nothing any more after one that was refused', () => {
    const { guest, host } = lane();
    const box = guest.seal(body);
    const once = host();
    expect(once.open(flip(box, 200)).ok).toBe(false);
    expect(once.open(box)).toEqual({ ok: false, problem: 'closed' });
    expect(() => once.seal(body)).toThrow();
  });

  it('never uses the reserved counter', () => {
    const last = { send: RESERVED_COUNTER - 1n, receive: RESERVED_COUNTER - 1n };
    const { guest, host } = lane(0, last);
    const opener = host();
    const box = guest.seal(body);
    expect(opener.open(box).ok).toBe(true);
    expect(() => guest.seal(body)).toThrow(RangeError);
    const beyond = box.slice();
    beyond.fill(0xff, 5, 13);
    expect(opener.open(beyond)).toEqual({ ok: false, problem: 'counter' });
  });

  it('has one of four sizes, whatever is in it', () => {
    const { guest } = lane();
    const sizes = [0, 1, 510, 511, 2046, 2047, 4094, 4095, MAX_BOX_BODY_BYTES].map(
      (length) => guest.seal(new Uint8Array(length)).length - 29,
    );
    expect(sizes).toEqual([512, 512, 512, 2048, 2048, 4096, 4096, 8064, 8064]);
    expect(() => guest.seal(new Uint8Array(MAX_BOX_BODY_BYTES + 1))).toThrow(RangeError);
  });

  it('leaves no key behind when erased', () => {
    const keys = { send: new Uint8Array(randomBytes(32)), receive: new Uint8Array(randomBytes(32)) };
    createBoxes(keys, 0).erase();
    expect([...keys.send, ...keys.receive].every((byte) => byte === 0)).toBe(true);
  });
});

describe('the head of a box', () => {
  it('tells kind and epoch', () => {
    expect(kindOf(Uint8Array.of(1, 0, 0, 0, 0))).toBe('m1');
    expect(kindOf(Uint8Array.of(2, 0, 0, 0, 0))).toBe('m2');
    expect(kindOf(lane().guest.seal(body))).toBe('sealed');
    expect(epochOf(lane(0xfffffffe).guest.seal(body))).toBe(0xfffffffe);
  });

  it('is null for anything else', () => {
    for (const bytes of [[], [1, 0, 0, 0], [0, 0, 0, 0, 0], [4, 0, 0, 0, 0]]) {
      expect(kindOf(Uint8Array.from(bytes))).toBeNull();
      expect(epochOf(Uint8Array.from(bytes))).toBeNull();
    }
  });
});
