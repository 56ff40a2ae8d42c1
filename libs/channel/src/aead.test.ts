import { createCipheriv, randomBytes } from 'node:crypto';

import { describe, expect, it } from 'vitest';

import { flip, hex, unhex } from '../vectors/read.ts';
import { RESERVED_COUNTER, open, seal } from './aead.ts';

describe('ChaCha20-Poly1305', () => {
  it('gives what RFC 8439, Appendix A.5 prints', () => {
    const key = unhex('1c9240a5eb55d38af333888604f6b5f0473917c1402b80099dca5cbc207075c0');
    const counter = 0x0807060504030201n; // the nonce 00000000 0102030405060708
    const associated = unhex('f33388860000000000004e91');
    const plaintext = new TextEncoder().encode(
      'Internet-Drafts are draft documents valid for a maximum of six months and may be updated, replaced, or ' +
        'obsoleted by other documents at any time. It is inappropriate to use Internet-Drafts as reference material ' +
        'or to cite them other than as /“work in progress./”',
    );
    const ciphertext =
      '64a0861575861af460f062c79be643bd5e805cfd345cf389f108670ac76c8cb24c6cfc18755d43eea09ee94e382d26b0' +
      'bdb7b73c321b0100d4f03b7f355894cf332f830e710b97ce98c8a84abd0b948114ad176e008d33bd60f982b1ff37c855' +
      '9797a06ef4f0ef61c186324e2b3506383606907b6a7c02b0f9f6157b53c867e4b9166c767b804d46a59b5216cde7a4e9' +
      '9040c5a40433225ee282a1b0a06c523eaf4534d7f83fa1155b0047718cbc546a0d072b04b3564eea1b422273f548271a' +
      '0bb2316053fa76991955ebd63159434ecebb4e466dae5a1073a6727627097a1049e617d91d361094fa68f0ff77987130' +
      '305beaba2eda04df997b714d6c6f2c29a6ad5cb4022b02709b' +
      'eead9d67890cbb22392336fea1851f38';
    expect(hex(seal(key, counter, associated, plaintext))).toBe(ciphertext);
    expect(hex(open(key, counter, associated, unhex(ciphertext)) ?? new Uint8Array(0))).toBe(hex(plaintext));
  });

  it('agrees with OpenSSL on random input', () => {
    for (let i = 0; i < 50; i++) {
      const [key, associated, plaintext] = [randomBytes(32), randomBytes(i), randomBytes(13 * i)];
      const nonce = Buffer.concat([Buffer.alloc(4), randomBytes(8)]);
      const cipher = createCipheriv('chacha20-poly1305', key, nonce, { authTagLength: 16 });
      cipher.setAAD(associated, { plaintextLength: plaintext.length });
      const expected = Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
      const counter = nonce.readBigUInt64LE(4);
      expect(hex(seal(key, counter, associated, plaintext))).toBe(hex(expected));
      expect(hex(open(key, counter, associated, expected) ?? randomBytes(1))).toBe(hex(plaintext));
    }
  });

  it('opens nothing that was changed, moved or sealed for something else', () => {
    const key = randomBytes(32);
    const associated = randomBytes(12);
    const sealed = seal(key, 7n, associated, randomBytes(20));
    for (let bit = 0; bit < sealed.length * 8; bit++) {
      expect(open(key, 7n, associated, flip(sealed, bit))).toBeNull();
    }
    expect(open(key, 8n, associated, sealed)).toBeNull();
    expect(open(key, 7n, flip(associated, 0), sealed)).toBeNull();
    expect(open(flip(key, 255), 7n, associated, sealed)).toBeNull();
    expect(open(key, 7n, associated, sealed.subarray(1))).toBeNull();
    expect(open(key, 7n, associated, new Uint8Array(15))).toBeNull();
  });

  it('never seals at the reserved counter', () => {
    expect(() => seal(randomBytes(32), RESERVED_COUNTER, new Uint8Array(0), new Uint8Array(0))).toThrow(RangeError);
    expect(() => seal(randomBytes(32), -1n, new Uint8Array(0), new Uint8Array(0))).toThrow(RangeError);
  });
});
