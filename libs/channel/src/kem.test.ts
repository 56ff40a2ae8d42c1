import { createPublicKey, encapsulate as opensslEncapsulate, randomBytes } from 'node:crypto';

import { describe, expect, it } from 'vitest';

import { flip, hex } from '../vectors/read.ts';
import * as reference from '../vectors/reference.ts';
import { decapsulate, encapsulate, kemKeyPair } from './kem.ts';

const SPKI = Buffer.from('308204b2300b0609608648016503040402038204a100', 'hex');

describe('ML-KEM-768', () => {
  it('makes the same key as OpenSSL from the same seed', () => {
    for (let i = 0; i < 10; i++) {
      const seed = randomBytes(64);
      expect(hex(kemKeyPair(seed).publicKey)).toBe(hex(reference.kemPublicKey(seed)));
    }
  });

  it('is opened by OpenSSL', () => {
    for (let i = 0; i < 10; i++) {
      const seed = randomBytes(64);
      const sealed = encapsulate(kemKeyPair(seed).publicKey, randomBytes(32));
      expect(sealed && hex(reference.kemSecret(sealed.ciphertext, seed))).toBe(sealed && hex(sealed.sharedSecret));
    }
  });

  it('opens what OpenSSL made', () => {
    for (let i = 0; i < 10; i++) {
      const { publicKey, secretKey } = kemKeyPair(randomBytes(64));
      const key = createPublicKey({ key: Buffer.concat([SPKI, publicKey]), format: 'der', type: 'spki' });
      const { ciphertext, sharedKey } = opensslEncapsulate(key);
      expect(hex(decapsulate(new Uint8Array(ciphertext), secretKey))).toBe(hex(new Uint8Array(sharedKey)));
    }
  });

  it('refuses a public key with a coefficient that is not below the modulus', () => {
    const { publicKey } = kemKeyPair(randomBytes(64));
    for (const at of [0, 3, 600, 1149]) {
      const malformed = publicKey.slice();
      malformed[at] = 0xff; // the 12 bits that begin here become 0xfff > 3328
      malformed[at + 1] = (malformed[at + 1] ?? 0) | 0x0f;
      expect(encapsulate(malformed, randomBytes(32))).toBeNull();
    }
    const justBeyond = publicKey.slice();
    justBeyond[0] = 3329 & 0xff;
    justBeyond[1] = ((justBeyond[1] ?? 0) & 0xf0) | (3329 >> 8);
    expect(encapsulate(justBeyond, randomBytes(32))).toBeNull();
  });

  it.each([0, 800, 1183, 1185, 1568])('refuses a public key of %i bytes', (length) => {
    expect(encapsulate(new Uint8Array(length), randomBytes(32))).toBeNull();
  });

  it('gives an unrelated secret, and OpenSSL the same one, for a changed ciphertext', () => {
    const seed = randomBytes(64);
    const { publicKey, secretKey } = kemKeyPair(seed);
    const sealed = encapsulate(publicKey, randomBytes(32));
    if (!sealed) throw new Error('a fair key was refused');
    const changed = flip(sealed.ciphertext, 4000);
    expect(hex(decapsulate(changed, secretKey))).not.toBe(hex(sealed.sharedSecret));
    expect(hex(decapsulate(changed, secretKey))).toBe(hex(reference.kemSecret(changed, seed)));
  });
});
