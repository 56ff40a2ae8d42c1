import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { partsOf } from './parts.ts';
import { textBytes } from './text.ts';

const textsOf = (text: string, maxBytes: number): string[] => partsOf(text, maxBytes).map((part) => part.text);

describe('a long text', () => {
  it('is cut between words', () => {
    expect(textsOf('one two three four', 9)).toEqual(['one two', 'three', 'four']);
    expect(textsOf('one two', 3)).toEqual(['one', 'two']);
  });

  it('is cut between paragraphs or lines where that does not leave a message half empty', () => {
    expect(textsOf('first one.\n\nand second', 16)).toEqual(['first one.', 'and second']);
    expect(textsOf('first\nline two three', 9)).toEqual(['first', 'line two', 'three']);
    expect(textsOf('a\n\nbb cc dd ee', 10)).toEqual(['a\n\nbb cc', 'dd ee']);
  });

  it('that fits is one message', () => {
    expect(partsOf('fits', 4)).toEqual([{ text: 'fits', from: 0 }]);
    expect(partsOf(' \n ', 4)).toEqual([]);
  });

  it('is never cut inside what a person sees as one character', () => {
    const family = '👩‍👩‍👧‍👦';
    expect(textsOf(family.repeat(3), textBytes(family) + 5)).toEqual([family, family, family]);
    expect(textsOf('e\u0301'.repeat(3), 4)).toEqual(['e\u0301', 'e\u0301', 'e\u0301']);
  });

  it('says where each message begins, so that the rest can be kept', () => {
    const text = 'one two\n\nthree';
    expect(partsOf(text, 7).map(({ from }) => text.slice(from))).toEqual([text, 'three']);
  });

  it('loses nothing but spaces, and each message fits and is none', () => {
    const unit = fc.oneof(
      fc.constantFrom(' ', '\n', '\n\n', '👩‍👩‍👧', 'e\u0301', '\uD83D', '\u0301'.repeat(30), 'word'),
      fc.string({ unit: 'binary', maxLength: 20 }),
    );
    fc.assert(
      fc.property(fc.array(unit, { maxLength: 15 }), fc.integer({ min: 4, max: 60 }), (units, maxBytes) => {
        const text = units.join('');
        const parts = textsOf(text, maxBytes);
        expect(parts.join('').replaceAll(/\s/g, '')).toBe(text.replaceAll(/\s/g, ''));
        expect(parts.filter((part) => part.trim() === '' || textBytes(part) > maxBytes)).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });

  it('of a hundred thousand characters is cut at once', () => {
    for (const unit of ['x', 'x ', '\n', ' \n', '\u0301', '👩‍👩‍👧']) {
      const start = performance.now();
      partsOf(unit.repeat(100_000 / unit.length), 4000);
      expect(performance.now() - start).toBeLessThan(1500);
    }
  });
});
