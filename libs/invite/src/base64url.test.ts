import { randomBytes } from 'node:crypto';

import { describe, expect, it } from 'vitest';

import { fromBase64url, toBase64url } from './base64url.ts';

describe('base64url', () => {
  it('agrees with Node for every length up to 100', () => {
    for (let length = 0; length <= 100; length++) {
      const bytes = randomBytes(length);
      const text = toBase64url(bytes);
      expect(text).toBe(bytes.toString('base64url'));
      expect(Buffer.from(fromBase64url(text) ?? [1])).toEqual(bytes);
    }
  });

  it.each([
    ['padding', 'AQ=='],
    ['one character alone', 'A'],
    ['five characters', 'AAAAA'],
    ['white space', 'AQ I'],
    ['a line break', 'AQAA\n'],
    ['the other alphabet', '+/+/'],
    ['four non-zero trailing bits', 'AR'],
    ['two non-zero trailing bits', 'AAB'],
    ['a letter that is not ASCII', 'AQÄA'],
    ['a symbol outside the basic plane', 'AQ👋'],
  ])('refuses %s', (_, text) => {
    expect(fromBase64url(text)).toBeNull();
  });

  it('reads exactly one text for each value of two characters', () => {
    const letters = Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_');
    const readable = letters.flatMap((a) => letters.map((b) => a + b)).filter((t) => fromBase64url(t));
    expect(readable).toHaveLength(256);
  });
});
