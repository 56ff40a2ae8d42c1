import { createHash, createPublicKey, verify as opensslVerify } from 'node:crypto';

import { parseLink, printLink, sign } from '@porchlight/invite';
import { expect, it } from 'vitest';

import { encapsulate } from '../../libs/channel/src/kem.ts';
import * as reference from '../../libs/channel/vectors/reference.ts';
import {
  BASE,
  L,
  P,
  SMALL_ORDER_ENCODINGS,
  TORSION,
  add,
  encode,
  littleEndian,
  multiply,
  scalarBytes,
  scalarOf,
  signWith,
  zip215Accepts,
} from '../edwards.ts';
import { type Invited, forgeSecond, invited, plain, readFirst, signedBytes, steady } from '../forger.ts';
import { title } from '../table.ts';

const random = steady('row 3');
const honest = invited(random);
const { hostSecretKey, hostPublicKey } = honest.invite;
const key = { scalar: scalarOf(hostSecretKey), publicKey: hostPublicKey };

type Sign = (signed: Uint8Array, h: Uint8Array, answer: Uint8Array) => Uint8Array;

/** A guest with this link asks, and an answer comes that is right in everything but its signature. */
function answered(by: Invited, makeSignature: Sign) {
  const guest = by.guest(random);
  const m1 = guest.begin(0);
  if (m1 === null) throw new Error('the guest has no key to begin with');
  const { publicKey, kemPublicKey } = readFirst(by, m1);
  const kem = encapsulate(plain(kemPublicKey), random(32));
  if (kem === null) throw new Error('the guest’s own ML-KEM key was refused');
  const answer = Buffer.concat([kem.ciphertext, random(32)]);
  const ephemeral = random(32);
  const { m2 } = forgeSecond(by, m1, {
    publicKey: reference.x25519PublicKey(ephemeral),
    shared: reference.x25519(ephemeral, publicKey),
    answer,
    sign: (signed, h) => makeSignature(plain(signed), h, answer),
  });
  return { guest, outcome: guest.finish(plain(m2)) };
}

/** The guest refused, as it does somebody who is not the host, and has nothing left to say or to show. */
function expectRefused(by: Invited, makeSignature: Sign, what: string, outcome: 'forged' | 'refused' = 'forged') {
  const met = answered(by, makeSignature);
  expect(met.outcome, what).toBe(outcome);
  expect(met.guest.seal([{ type: 'ended' }]), `${what}: a box of it`).toBeNull();
  expect(met.guest.commitment(), `${what}: its nonce`).toBeNull();
  expect(met.guest.sas(), `${what}: a comparison`).toBeNull();
  tried += 1;
}

let tried = 0;

/** R of any kind: `nonce` times the base point, and a point of small order on top. */
const nonceOf = (signed: Uint8Array) =>
  littleEndian(createHash('sha512').update(hostSecretKey).update(signed).digest()) % L;

it(title(3), ({ task }) => {
  expect(answered(honest, (signed) => sign(signed, hostSecretKey)).outcome, 'control: the host’s own').toBe('proved');
  const plainNonce: Sign = (signed) =>
    signWith(signed, key, { nonce: nonceOf(signed), bytes: encode(multiply(nonceOf(signed), BASE)) });
  expect(answered(honest, plainNonce).outcome, 'control: a fair one, made by hand').toBe('proved');

  stripped();
  byAnotherKey();
  overSomethingElse();
  replayed();
  highS();
  rOfSmallOrder();
  onlyZip215();
  linksThatVerifyAnything();

  Object.assign(task.meta, { figure: `${tried} signatures and links, none accepted` });
});

function stripped(): void {
  expectRefused(honest, () => new Uint8Array(64), 'no signature: zeros');
  expectRefused(honest, () => new Uint8Array(64).fill(0xff), 'no signature: ones');
  for (const length of [0, 32, 63, 65, 128]) {
    const cut: Sign = (signed) => Buffer.concat([sign(signed, hostSecretKey), Buffer.alloc(64)]).subarray(0, length);
    expectRefused(honest, cut, `${length} bytes of signature`, 'refused');
  }
}

function byAnotherKey(): void {
  expectRefused(honest, (signed) => sign(signed, random(32)), 'by another key');
  expectRefused(honest, (signed) => sign(signed, honest.invite.secret), 'by the link’s secret as a key');
  expectRefused(honest, (signed) => sign(signed, honest.derived.psk), 'by the psk as a key');
  expectRefused(honest, (signed) => sign(signed, hostPublicKey), 'by the public key as a secret one');
}

function overSomethingElse(): void {
  const over: Record<string, (h: Uint8Array, answer: Uint8Array, signed: Uint8Array) => Uint8Array> = {
    'the context without its 0x00': (h, answer) => signedBytes(h, answer, 'porchlight1 host-signature'),
    'another context': (h, answer) => signedBytes(h, answer, 'porchlight1 host-signaturf\0'),
    'an older context': (h, answer) => signedBytes(h, answer, 'porchlight0 host-signature\0'),
    'no context': (h, answer) => signedBytes(h, answer, ''),
    'the hash of another transcript': (_, answer) => signedBytes(random(32), answer),
    'no transcript': (_, answer) => signedBytes(new Uint8Array(0), answer),
    'another ciphertext': (h, answer) => signedBytes(h, Buffer.concat([random(1088), answer.subarray(1088)])),
    'another nH': (h, answer) => signedBytes(h, Buffer.concat([answer.subarray(0, 1088), random(32)])),
    'the ciphertext alone': (h, answer) => signedBytes(h, answer.subarray(0, 1088)),
    'the answer instead of its hash': (h, answer) =>
      Buffer.concat([reference.text('porchlight1 host-signature\0'), h, answer]),
    'the hash alone': (h) => h,
    'one byte less': (_, __, signed) => signed.subarray(1),
    'one byte more': (_, __, signed) => Buffer.concat([signed, Buffer.of(0)]),
    nothing: () => new Uint8Array(0),
  };
  for (const [what, bytes] of Object.entries(over)) {
    expectRefused(honest, (signed, h, answer) => sign(plain(bytes(h, answer, signed)), hostSecretKey), `over ${what}`);
  }
}

/** The host signed it, in another handshake of the same link. */
function replayed(): void {
  let seen = new Uint8Array(64);
  answered(honest, (signed) => (seen = new Uint8Array(sign(signed, hostSecretKey))));
  expectRefused(honest, () => seen, 'the host’s own, from another handshake');
}

/** S + L, and every further multiple of L that 32 bytes hold. */
function highS(): void {
  for (let times = 1n; times < 16n; times++) {
    const lifted: Sign = (signed) => {
      const fair = sign(signed, hostSecretKey);
      return Buffer.concat([fair.subarray(0, 32), scalarBytes(littleEndian(fair.subarray(32)) + times * L)]);
    };
    expectRefused(honest, lifted, `S + ${times}·L`);
  }
}

/** R of small order, in every way to write one; S is chosen so that the cofactored equation holds. */
function rOfSmallOrder(): void {
  for (const bytes of SMALL_ORDER_ENCODINGS) {
    const forged: Sign = (signed) => signWith(signed, key, { nonce: 0n, bytes });
    expectRefused(honest, checkedByZip215(forged), `R = ${bytes.toString('hex')}`);
  }
}

/** R with a part of small order, which the cofactor of ZIP 215 removes; OpenSSL refuses it as well. */
function onlyZip215(): void {
  for (const torsion of TORSION.slice(1)) {
    const mixed: Sign = (signed) => {
      const nonce = nonceOf(signed);
      const signature = signWith(signed, key, { nonce, bytes: encode(add(multiply(nonce, BASE), torsion)) });
      expect(openssl(signature, signed, hostPublicKey), 'control: OpenSSL refuses it').toBe(false);
      return signature;
    };
    expectRefused(honest, checkedByZip215(mixed), `R + torsion ${encode(torsion).toString('hex')}`);
  }
}

const checkedByZip215 =
  (make: Sign): Sign =>
  (signed, h, answer) => {
    const signature = make(signed, h, answer);
    expect(zip215Accepts(signature, signed, hostPublicKey), 'control: ZIP 215 takes it').toBe(true);
    return signature;
  };

/** Keys that verify what nobody signed. The link is refused; a guest that had one all the same refuses the signature. */
function linksThatVerifyAnything(): void {
  const mixed = TORSION.slice(1).map((torsion) => encode(add(multiply(key.scalar, BASE), torsion)));
  const notCanonical = Array.from({ length: 19 }, (_, i) => scalarBytes(P + BigInt(i)));
  const odd = [Buffer.alloc(32, 0xff), Buffer.concat([Buffer.of(2), Buffer.alloc(31)])];
  const verifies = [...SMALL_ORDER_ENCODINGS, ...mixed];
  for (const publicKey of [...verifies, ...notCanonical, ...odd]) {
    const what = `host key ${publicKey.toString('hex')}`;
    const by = invited(random, plain(publicKey));
    expect(parseLink(printLink('https://porch.test', by.invite)), `${what}: its link`).toEqual({
      ok: false,
      problem: 'damaged',
    });
    // R = [r]B and S = r verify under every key of small order, whoever made them; for the mixed ones the host signs.
    const verifying: Sign = (signed) => {
      const nonce = nonceOf(signed);
      const scalar = mixed.includes(publicKey) ? key.scalar : 0n;
      const signature = signWith(signed, { scalar, publicKey }, { nonce, bytes: encode(multiply(nonce, BASE)) });
      if (verifies.includes(publicKey)) {
        expect(zip215Accepts(signature, signed, publicKey), 'control: ZIP 215 takes it').toBe(true);
      }
      return signature;
    };
    expectRefused(by, verifying, what);
    expectRefused(by, () => Buffer.concat([publicKey, Buffer.alloc(32)]), `${what}: R = key, S = 0`);
  }
}

function openssl(signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean {
  const spki = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), publicKey]);
  return opensslVerify(null, message, createPublicKey({ key: spki, format: 'der', type: 'spki' }), signature);
}
