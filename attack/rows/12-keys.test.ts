import { FrameType, type Frames } from '@porchlight/channel';
import { sign } from '@porchlight/invite';
import { expect, it } from 'vitest';

import { createFrames } from '../../libs/channel/src/frames.ts';
import { decapsulate, encapsulate, kemKeyPair } from '../../libs/channel/src/kem.ts';
import { createSession } from '../../libs/channel/src/session.ts';
import { flip, unhex } from '../../libs/channel/vectors/read.ts';
import * as reference from '../../libs/channel/vectors/reference.ts';
import { P, scalarBytes } from '../edwards.ts';
import { type Second, forgeFirst, forgeSecond, invited, plain, readFirst, steady } from '../forger.ts';
import { title } from '../table.ts';

const random = steady('row 12');
const by = invited(random);

/** Points of low order on Curve25519 and its twist: 0, 1, -1 and the two of order 8. */
const LOW_ORDER = [
  scalarBytes(0n),
  scalarBytes(1n),
  scalarBytes(P - 1n),
  Buffer.from('e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800', 'hex'),
  Buffer.from('5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157', 'hex'),
];
// Of a plain copy: the slice of a Buffer is the Buffer itself.
const topBit = (key: Uint8Array): Buffer => Buffer.from(flip(plain(key), 255));
/** Every u from p to 2^255 - 1, all of these and those of low order with the top bit, and fair keys with it. */
const BEYOND_P = Array.from({ length: 19 }, (_, i) => scalarBytes(P + BigInt(i)));
const NOT_CANONICAL = [
  ...BEYOND_P,
  ...[...BEYOND_P, ...LOW_ORDER, scalarBytes(9n), reference.x25519PublicKey(random(32))].map(topBit),
];
const BAD_KEYS = [...LOW_ORDER, ...NOT_CANONICAL];
const NOTHING_SHARED = Buffer.alloc(32);

let tried = 0;

it(title(12), ({ task }) => {
  x25519InM1();
  x25519InM2();
  x25519InRekey();
  kemKeys();
  kemCiphertexts();
  Object.assign(task.meta, { figure: `${tried.toLocaleString('en')} keys and ciphertexts, none accepted` });
});

function x25519InM1(): void {
  const payload = Buffer.concat([kemKeyPair(random(64)).publicKey, random(32)]);
  const answer = (key: Uint8Array) => by.host(random).answer(plain(forgeFirst(by, key, payload)), 0);
  for (const key of BAD_KEYS) {
    expect(answer(key), `the host’s answer to e_G = ${key.toString('hex')}`).toBe('refused');
    tried += 1;
  }
  expect(answer(reference.x25519PublicKey(random(32))), 'control: a fair e_G').toBeInstanceOf(Uint8Array);
}

/** Signed by the host itself: only the key is wrong, and both sides would compute the same with it. */
function x25519InM2(): void {
  const finish = (e: Pick<Second, 'publicKey'> & { shared: (eG: Uint8Array) => Uint8Array }) => {
    const { guest, m1, fair } = asked();
    const { m2 } = forgeSecond(by, m1, {
      ...fair,
      publicKey: e.publicKey,
      shared: e.shared(readFirst(by, m1).publicKey),
    });
    return { outcome: guest.finish(plain(m2)), guest };
  };
  for (const publicKey of BAD_KEYS) {
    // Of low order the result is zero whatever the secret. Otherwise the key is read modulo p, as RFC 7748 does.
    const met = finish({ publicKey, shared: () => NOTHING_SHARED });
    expect(met.outcome, `the guest’s view of e_H = ${publicKey.toString('hex')}`).toBe('refused');
    expect(met.guest.seal([{ type: 'ended' }]), 'a box of a guest who refused').toBeNull();
    tried += 1;
  }
  const ephemeral = random(32);
  const withTopBit = topBit(reference.x25519PublicKey(ephemeral));
  const shared = (eG: Uint8Array) => reference.x25519(ephemeral, eG);
  expect(finish({ publicKey: withTopBit, shared }).outcome, 'a real e_H with the top bit set').toBe('refused');
  expect(finish({ publicKey: topBit(withTopBit), shared }).outcome, 'control: the same without it').toBe('proved');
}

function x25519InRekey(): void {
  const wrongLengths = [0, 1, 31, 33, 64].map((length) => Buffer.from(random(length)));
  for (const key of [...BAD_KEYS, ...wrongLengths]) {
    const what = key.toString('hex');
    const guest = framesOf('guest');
    expect(guest.open(frameOf('h>g', FrameType.rekeyOffer, key)), `offer of ${what}`).toEqual(refusedRekey);
    expectClosed(guest, `after an offer of ${what}`);

    const host = framesOf('host');
    host.beginRekey(0);
    expect(host.open(frameOf('g>h', FrameType.rekeyAnswer, key)), `answer with ${what}`).toEqual(refusedRekey);
    expectClosed(host, `after an answer with ${what}`);
    tried += 2;
  }
  const fair = reference.x25519PublicKey(random(32));
  expect(framesOf('guest').open(frameOf('h>g', FrameType.rekeyOffer, fair)).ok, 'control: a fair offer').toBe(true);
}

const refusedRekey = { ok: false, problem: 'bad-rekey' };

/** FIPS 203 §7.2: the length, and every one of the 768 coefficients of 12 bits below q. */
function kemKeys(): void {
  const fair = kemKeyPair(random(64)).publicKey;
  const answer = (key: Uint8Array) =>
    by
      .host(random)
      .answer(plain(forgeFirst(by, reference.x25519PublicKey(random(32)), Buffer.concat([key, random(32)]))), 0);
  for (let at = 0; at < 768; at++) {
    for (const coefficient of at % 16 === 0 ? [3329, 3330, 4095] : [3329]) {
      expect(answer(withCoefficient(fair, at, coefficient)), `coefficient ${at} of ${coefficient}`).toBe('refused');
      tried += 1;
    }
  }
  expect(answer(withCoefficient(fair, 5, 3328)), 'control: a coefficient of q - 1').toBeInstanceOf(Uint8Array);
  expect(answer(new Uint8Array(1184).fill(0xff)), 'a key of ones').toBe('refused');
  // A key of zeros is well formed. Whoever sends it gives away a secret that is theirs anyway.
  for (const length of [0, 1, 32, 800, 1183, 1185, 1568]) {
    expect(answer(new Uint8Array(length)), `a key of ${length} bytes`).toBe('refused');
    expect(encapsulate(new Uint8Array(length), random(32)), `encapsulating to ${length} bytes`).toBeNull();
    tried += 2;
  }
}

/** A wrong ciphertext gives an unrelated secret and no error: then the two sides’ keys differ, and nothing opens. */
function kemCiphertexts(): void {
  const pair = kemKeyPair(random(64));
  const kem = encapsulate(pair.publicKey, random(32));
  if (kem === null) throw new Error('a fair key was refused');
  for (let bit = 0; bit < kem.ciphertext.length * 8; bit++) {
    const secret = decapsulate(flip(kem.ciphertext, bit), pair.secretKey);
    if (Buffer.compare(secret, kem.sharedSecret) === 0) expect.fail(`bit ${bit} of the ciphertext changes nothing`);
    tried += 1;
  }

  const changes: Record<string, (ciphertext: Uint8Array) => Uint8Array> = {
    zeros: () => new Uint8Array(1088),
    ones: () => new Uint8Array(1088).fill(0xff),
    'one for another key': () => encapsulate(pair.publicKey, random(32))?.ciphertext ?? new Uint8Array(1088),
  };
  for (let byte = 0; byte < 1088; byte += 64) changes[`bit ${byte * 8} flipped`] = (bytes) => flip(bytes, byte * 8);
  for (const [what, change] of Object.entries(changes)) {
    const { host, guest } = meetWith(change);
    const knock = guest.seal([{ type: 'knock', nonce: guest.commitment() ?? '', nickname: 'Mia' }]);
    expect(host.openBox(knock ?? new Uint8Array(0)).ok, `a knock after a ciphertext of ${what}`).toBe(false);
    const admitted = meetWith(change);
    expect(admitted.guest.open(admitted.host.sealBox(new Uint8Array(2))).ok, `a box of the host, ${what}`).toBe(false);
    tried += 2;
  }
  const { host, guest } = meetWith((ciphertext) => ciphertext);
  const knock = guest.seal([{ type: 'knock', nonce: guest.commitment() ?? '', nickname: 'Mia' }]);
  expect(host.openBox(knock ?? new Uint8Array(0)).ok, 'control: the right ciphertext').toBe(true);

  for (const length of [0, 1, 1087, 1089]) {
    const { guest: asking, m1, fair } = asked();
    const answer = Buffer.concat([new Uint8Array(length), random(32)]);
    expect(asking.finish(plain(forgeSecond(by, m1, { ...fair, answer }).m2)), `a ciphertext of ${length} bytes`).toBe(
      'refused',
    );
    tried += 1;
  }
}

/** A guest that asked, and what a fair host would put into the answer. */
function asked() {
  const guest = by.guest(random);
  const m1 = guest.begin(0);
  if (m1 === null) throw new Error('the guest has no key to begin with');
  const { publicKey, kemPublicKey, commitment } = readFirst(by, m1);
  const kem = encapsulate(plain(kemPublicKey), random(32));
  if (kem === null) throw new Error('the guest’s own ML-KEM key was refused');
  const [ephemeral, nonce] = [random(32), random(32)];
  const fair: Second = {
    publicKey: reference.x25519PublicKey(ephemeral),
    shared: reference.x25519(ephemeral, publicKey),
    answer: Buffer.concat([kem.ciphertext, nonce]),
    sign: (signed) => sign(plain(signed), by.invite.hostSecretKey),
  };
  return { guest, m1, kem, nonce, fair, commitment, publicKey };
}

/** Both sides after a handshake whose ML-KEM ciphertext was changed before it was signed. */
function meetWith(change: (ciphertext: Uint8Array) => Uint8Array) {
  const { guest, m1, kem, nonce, fair, commitment, publicKey } = asked();
  const { m2, split } = forgeSecond(by, m1, { ...fair, answer: Buffer.concat([change(kem.ciphertext), nonce]) });
  expect(guest.finish(plain(m2)), 'the guest cannot see it yet').toBe('proved');
  const host = createSession({
    epoch: 0,
    split,
    kemSecret: kem.sharedSecret,
    hostNonce: nonce,
    guest: { role: 'host', commitment: plain(commitment), ephemeral: plain(publicKey) },
    random,
  });
  return { host, guest };
}

/** The same key with one coefficient replaced: FIPS 203 §4.2.1, ByteEncode with d = 12. */
function withCoefficient(key: Uint8Array, at: number, value: number): Uint8Array {
  const changed = key.slice();
  const byte = (at >> 1) * 3;
  if (at % 2 === 0) {
    changed[byte] = value & 0xff;
    changed[byte + 1] = ((changed[byte + 1] ?? 0) & 0xf0) | (value >> 8);
  } else {
    changed[byte + 1] = ((changed[byte + 1] ?? 0) & 0x0f) | ((value & 0xf) << 4);
    changed[byte + 2] = value >> 4;
  }
  return changed;
}

const ROOT = steady('root')(32);
const FINGERPRINTS = { host: steady('host certificate')(32), guest: steady('guest certificate')(32) };

const framesOf = (role: 'host' | 'guest'): Frames =>
  createFrames({ role, epoch: 0, root: ROOT.slice(), fingerprints: FINGERPRINTS, random: steady(role) });

/** The first frame of a direction, by somebody who has its keys. */
function frameOf(direction: 'g>h' | 'h>g', type: number, body: Uint8Array): Uint8Array {
  const bound = reference.sha256(FINGERPRINTS.host, FINGERPRINTS.guest);
  const messageKey = reference.hmac(reference.chainKey(Buffer.from(ROOT), direction, 0, bound), Buffer.of(1));
  return plain(
    reference.frame(messageKey, { keyEpoch: 0, counter: 0n }, { type, messageId: 0, body: Buffer.from(body) }),
  );
}

function expectClosed(frames: Frames, when: string): void {
  expect(frames.open(unhex('00')), when).toEqual({ ok: false, problem: 'closed' });
  expect(() => frames.seal(FrameType.ping, 0, new Uint8Array(0)), when).toThrow();
}
