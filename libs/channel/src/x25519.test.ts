import { randomBytes } from 'node:crypto';

import { describe, expect, it } from 'vitest';

import { hex, unhex } from '../vectors/read.ts';
import * as reference from '../vectors/reference.ts';
import { agree, publicKeyOf } from './x25519.ts';

/** Encodings of the points of low order, as fair as RFC 7748 lets them be. */
export const LOW_ORDER = [
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000000',
  'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800',
  '5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
];

/** The same and other points, written as no fair peer writes them. */
const NOT_CANONICAL = [
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f', // p
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f', // p + 1
  'ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f', // 2^255 - 1
  '0900000000000000000000000000000000000000000000000000000000000080', // 9 with the top bit set
];

describe('X25519', () => {
  // RFC 7748 §5.2, first vector, and §6.1
  it.each([
    [
      'a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4',
      'e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c',
      'c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552',
    ],
    [
      '77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a',
      'de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f',
      '4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742',
    ],
    [
      '5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb',
      '8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a',
      '4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742',
    ],
  ])('gives what RFC 7748 prints for %s', (secretKey, publicKey, shared) => {
    expect(hex(agree(unhex(secretKey), unhex(publicKey)) ?? new Uint8Array(0))).toBe(shared);
  });

  it('makes the public keys that RFC 7748 §6.1 prints', () => {
    expect(hex(publicKeyOf(unhex('77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a')))).toBe(
      '8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a',
    );
  });

  it('refuses the second vector of RFC 7748 §5.2, whose top bit is set', () => {
    const u = 'e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493';
    expect(agree(unhex('4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d'), unhex(u))).toBeNull();
  });

  it('agrees with OpenSSL on random input', () => {
    for (let i = 0; i < 20; i++) {
      const [ours, theirs] = [randomBytes(32), randomBytes(32)];
      const publicKey = reference.x25519PublicKey(theirs);
      expect(hex(publicKeyOf(theirs))).toBe(hex(publicKey));
      expect(hex(agree(ours, publicKey) ?? new Uint8Array(0))).toBe(hex(reference.x25519(ours, publicKey)));
    }
  });

  it.each(LOW_ORDER)('refuses the key of low order %s', (key) => {
    expect(agree(randomBytes(32), unhex(key))).toBeNull();
  });

  it.each(NOT_CANONICAL)('refuses the key %s, which is not canonical', (key) => {
    expect(agree(randomBytes(32), unhex(key))).toBeNull();
  });

  it('refuses keys of another length', () => {
    expect(agree(randomBytes(32), new Uint8Array(31).fill(9))).toBeNull();
    expect(agree(randomBytes(32), new Uint8Array(33).fill(9))).toBeNull();
  });
});
