import { describe, expect, it } from 'vitest';

import { cleanName, decodeText, encodeText, textBytes } from './text.ts';

describe('a text', () => {
  it('survives the wire as it is: emoji, right-to-left, byte order marks', () => {
    for (const text of ['hello', '👩‍👩‍👧 family', 'שלום עולם', 'مرحبا', '\uFEFFmark', 'a\nb'])
      expect(decodeText(encodeText(text))).toBe(text);
  });

  it('is refused when empty, over 4,000 bytes, or not UTF-8', () => {
    expect(decodeText(new Uint8Array(0))).toBeNull();
    expect(decodeText(new Uint8Array(4001).fill(97))).toBeNull();
    expect(decodeText(new Uint8Array(4000).fill(97))).toHaveLength(4000);
    expect(decodeText(Uint8Array.of(0xc0, 0x80))).toBeNull();
    expect(decodeText(Uint8Array.of(0xed, 0xa0, 0x80))).toBeNull();
  });

  it('is counted in bytes', () => {
    expect(textBytes('é')).toBe(2);
    expect(textBytes('👋')).toBe(4);
  });
});

describe('a name', () => {
  it.each([
    ['  Mia   Müller ', 'Mia Müller'],
    ['\u202Eevil\u2066', 'evil'],
    ['a\u0000b\u0007c', 'abc'],
    ['two\nlines', 'two lines'],
    ['zero\u200Bwidth\uFEFF', 'zerowidth'],
    ['lone\uD800', 'lone'],
    ['\u200E\u061C', ''],
    ['\u3164', ''],
    ['\u2800 \u115F\uFFA0', ''],
    ['\u200D\uFE0F', ''],
    ['\u{E0041}tag', 'tag'],
    ['a \u200B b', 'a b'],
    ['نور', 'نور'],
    ['👩‍🌾', '👩‍🌾'],
  ])('%j is shown as %j', (name, shown) => {
    expect(cleanName(name)).toBe(shown);
  });

  it('keeps at most two marks on a letter and at most 32 characters', () => {
    expect(cleanName(`Z${'\u0336\u0315\u031B'.repeat(20)}algo`)).toMatch(/^Z\p{M}{2}algo$/u);
    expect(cleanName(`a${'\u0301\u0302\u200D'.repeat(20)}`).match(/\p{M}/gu)?.length ?? 0).toBeLessThanOrEqual(2);
    expect([...cleanName('👋'.repeat(40))]).toHaveLength(32);
    expect(cleanName('x'.repeat(100_000))).toHaveLength(32);
  });
});
