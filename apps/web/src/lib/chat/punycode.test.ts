import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { decodePunycode } from './punycode.ts';

describe('punycode', () => {
  // RFC 3492 7.1 (A), (B), (D), (L) and of everyday names.
  it.each([
    ['egbpdaj6bu4bxfgehfvwxn', 'ليهمابتكلموشعربي؟'],
    ['ihqwcrb4cv8a8dqg056pqjye', '他们为什么不说中文'],
    ['Proprostnemluvesky-uyb24dma41a', 'Pročprostěnemluvíčesky'],
    ['3B-ww4c5e180e575a65lsy2b', '3年B組金八先生'],
    ['mnchen-3ya', 'münchen'],
    ['80ak6aa92e', 'аррӏе'],
    ['p1ai', 'рф'],
    ['abc-', 'abc'],
  ])('%s stands for %s', (encoded, letters) => {
    expect(decodePunycode(encoded)).toBe(letters);
  });

  it('gives back what a browser wrote', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-zа-яα-ωぁ-ん]{1,20}$/), (label) => {
        const written = hostOf(`https://${label}x.example/`)?.split('.')[0] ?? '';
        if (!written.startsWith('xn--')) return;
        expect(hostOf(`https://${decodePunycode(written.slice(4)) ?? ''}.example/`)).toBe(`${written}.example`);
      }),
    );
  });

  it('of anything is letters or nothing, and ends', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z0-9-]{0,300}$/), (encoded) => {
        const letters = decodePunycode(encoded);
        expect(letters === null || letters.isWellFormed()).toBe(true);
      }),
    );
    for (const wrong of ['!', 'a b', '9'.repeat(300), 'ü']) expect(decodePunycode(wrong)).toBeNull();
  });
});

function hostOf(address: string): string | null {
  try {
    return new URL(address).hostname;
  } catch {
    return null;
  }
}
