import { createHash, createHmac, hkdfSync, randomBytes } from 'node:crypto';

import { describe, expect, it } from 'vitest';

import { expand, extract, hmac, sha256 } from './hkdf.ts';

const unhex = (text: string) => new Uint8Array(Buffer.from(text, 'hex'));
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const range = (from: number, to: number) => Uint8Array.from({ length: to - from + 1 }, (_, i) => from + i);

describe('HKDF', () => {
  // RFC 5869, Appendix A.1, A.2 and A.3
  it.each([
    {
      ikm: unhex('0b'.repeat(22)),
      salt: range(0x00, 0x0c),
      info: range(0xf0, 0xf9),
      prk: '077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5',
      okm: '3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865',
    },
    {
      ikm: range(0x00, 0x4f),
      salt: range(0x60, 0xaf),
      info: range(0xb0, 0xff),
      prk: '06a6b88c5853361a06104c9ceb35b45cef760014904671014a193f40c15fc244',
      okm:
        'b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e590e09' +
        'da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87',
    },
    {
      ikm: unhex('0b'.repeat(22)),
      salt: new Uint8Array(0),
      info: new Uint8Array(0),
      prk: '19ef24a32c717b167f33a91d6f648bdf96596776afdb6377ac434c1c293ccb04',
      okm: '8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8',
    },
  ])('gives what RFC 5869 prints', ({ ikm, salt, info, prk, okm }) => {
    expect(hex(extract(salt, ikm))).toBe(prk);
    expect(hex(expand(unhex(prk), info, okm.length / 2))).toBe(okm);
  });

  it('agrees with OpenSSL on random input', () => {
    for (let i = 0; i < 50; i++) {
      const [ikm, salt, info] = [randomBytes(1 + i), randomBytes(i), randomBytes(2 * i)];
      const length = 1 + 5 * i;
      const expected = Buffer.from(hkdfSync('sha256', ikm, salt, info, length));
      expect(hex(expand(extract(salt, ikm), info, length))).toBe(hex(expected));
    }
  });
});

describe('SHA-256 and HMAC', () => {
  it('agree with OpenSSL on random input', () => {
    for (let i = 0; i < 50; i++) {
      const [key, message] = [randomBytes(3 * i), randomBytes(7 * i)];
      expect(hex(sha256(message))).toBe(createHash('sha256').update(message).digest('hex'));
      expect(hex(hmac(key, message))).toBe(createHmac('sha256', key).update(message).digest('hex'));
    }
  });
});
