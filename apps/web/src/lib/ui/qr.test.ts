import { encode } from 'uqr';
import { describe, expect, it } from 'vitest';

import { qrPath } from './qr.ts';

describe('the path of a QR code', () => {
  it('joins dark modules that stand side by side, and only those', () => {
    expect(
      qrPath([
        [true, true, false, true],
        [false, false, false, false],
        [false, true, true, true],
      ]),
    ).toBe('M0 0h2v1h-2zM3 0h1v1h-1zM1 2h3v1h-3z');
  });

  it('is empty without a dark module', () => {
    expect(qrPath([[false, false]])).toBe('');
  });

  it('draws exactly the dark modules of a real code', () => {
    const { data } = encode('https://porchlight.example/j#AQIDBAUG', { ecc: 'M', border: 4 });
    const drawn = [...qrPath(data).matchAll(/M\d+ \d+h(\d+)/g)].reduce((sum, run) => sum + Number(run[1]), 0);
    expect(drawn).toBe(data.flat().filter(Boolean).length);
  });
});
