import {
  createPrivateKey,
  createPublicKey,
  randomBytes,
  sign as opensslSign,
  verify as opensslVerify,
} from 'node:crypto';

import { Point, etc, hash, utils, verify as nobleVerify } from '@noble/ed25519';
import { describe, expect, it } from 'vitest';

import { isHostKey, publicKeyOf, sign, verify } from './ed25519.ts';

const unhex = (text: string) => new Uint8Array(Buffer.from(text, 'hex'));
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;
const littleEndian = (value: bigint) => unhex(value.toString(16).padStart(64, '0')).reverse();
const message = new TextEncoder().encode('a message');

// Every encoding of a point of small order that ZIP 215 accepts, canonical or not.
const SMALL_ORDER = [
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0000000000000000000000000000000000000000000000000000000000000080',
  '0100000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000080',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85',
];
const ORDER_EIGHT = Point.fromHex('26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05');

describe('Ed25519', () => {
  // RFC 8032 §7.1, TEST 1 to 3
  it.each([
    {
      secretKey: '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60',
      publicKey: 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
      message: '',
      signature:
        'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
    },
    {
      secretKey: '4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb',
      publicKey: '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
      message: '72',
      signature:
        '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
    },
    {
      secretKey: 'c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7',
      publicKey: 'fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025',
      message: 'af82',
      signature:
        '6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a',
    },
  ])('gives what RFC 8032 prints', ({ secretKey, publicKey, message, signature }) => {
    expect(hex(publicKeyOf(unhex(secretKey)))).toBe(publicKey);
    expect(hex(sign(unhex(message), unhex(secretKey)))).toBe(signature);
    expect(verify(unhex(signature), unhex(message), unhex(publicKey))).toBe(true);
  });

  it('agrees with OpenSSL on random input', () => {
    for (let i = 0; i < 20; i++) {
      const [seed, message] = [randomBytes(32), randomBytes(10 * i)];
      const privateKey = createPrivateKey({
        key: Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]),
        format: 'der',
        type: 'pkcs8',
      });
      const theirs = opensslSign(null, message, privateKey);
      const publicKey = createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(-32);
      expect(hex(publicKeyOf(seed))).toBe(hex(publicKey));
      expect(hex(sign(message, seed))).toBe(hex(theirs));
      expect(verify(theirs, message, publicKey)).toBe(true);
    }
  });
});

describe('a signature is refused', () => {
  const secretKey = randomBytes(32);
  const publicKey = publicKeyOf(secretKey);
  const signature = sign(message, secretKey);

  it('with any of its bits changed', () => {
    for (let bit = 0; bit < 512; bit += 7) {
      const changed = signature.slice();
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(verify(changed, message, publicKey)).toBe(false);
    }
  });

  it('for another message or another key', () => {
    expect(verify(signature, new TextEncoder().encode('another message'), publicKey)).toBe(false);
    expect(verify(signature, message, publicKeyOf(randomBytes(32)))).toBe(false);
  });

  it.each([0, 63, 65, 128])('with a length of %i bytes', (length) => {
    expect(verify(new Uint8Array(length), message, publicKey)).toBe(false);
  });

  it('with an S of L or more, though the equation holds', () => {
    const s = BigInt(`0x${hex(signature.slice(32).reverse())}`);
    const high = new Uint8Array([...signature.slice(0, 32), ...littleEndian(s + ORDER)]);
    expect(verify(high, message, publicKey)).toBe(false);
  });

  it.each(SMALL_ORDER)('under the key of small order %s, which verifies anything', (key) => {
    const anything = new Uint8Array([...unhex(key), ...new Uint8Array(32)]); // R = the key, S = 0
    expect(nobleVerify(anything, message, unhex(key), { zip215: true })).toBe(true);
    expect(verify(anything, message, unhex(key))).toBe(false);
  });

  it('when only ZIP 215 accepts it: R with a part of small order', () => {
    const { head, scalar, pointBytes, prefix } = utils.getExtendedPublicKey(secretKey);
    expect(head).toHaveLength(32);
    const r = etc.mod(BigInt(`0x${hex(hash(etc.concatBytes(prefix, message)).reverse())}`), ORDER);
    const R = Point.BASE.multiply(r).add(ORDER_EIGHT).toBytes();
    const k = etc.mod(BigInt(`0x${hex(hash(etc.concatBytes(R, pointBytes, message)).reverse())}`), ORDER);
    const mixed = etc.concatBytes(R, littleEndian(etc.mod(r + k * scalar, ORDER)));

    expect(nobleVerify(mixed, message, publicKey, { zip215: true })).toBe(true);
    const spki = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), publicKey]);
    const key = createPublicKey({ key: spki, format: 'der', type: 'spki' });
    expect(opensslVerify(null, message, key, mixed)).toBe(false);
    expect(verify(mixed, message, publicKey)).toBe(false);
  });
});

describe('a host key', () => {
  it('is what key generation makes', () => {
    for (let i = 0; i < 20; i++) expect(isHostKey(publicKeyOf(randomBytes(32)))).toBe(true);
  });

  it.each(SMALL_ORDER)('is not the point of small order %s', (key) => {
    expect(isHostKey(unhex(key))).toBe(false);
  });

  it('is not a point of mixed order', () => {
    expect(isHostKey(Point.BASE.add(ORDER_EIGHT).toBytes())).toBe(false);
  });

  it('is not off the curve, not beyond the field and not of another length', () => {
    expect(isHostKey(unhex(`02${'00'.repeat(31)}`))).toBe(false);
    expect(isHostKey(new Uint8Array(32).fill(0xff))).toBe(false);
    expect(isHostKey(publicKeyOf(randomBytes(32)).subarray(1))).toBe(false);
  });
});
