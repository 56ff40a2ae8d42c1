import { describe, expect, it } from 'vitest';

import { decodeItems, encodeItems, type Item } from './items.ts';

const nonce = 'A'.repeat(43);
const decode = (value: unknown) => decodeItems(new TextEncoder().encode(JSON.stringify(value)));

describe('the items of a box', () => {
  it('come out as they went in', () => {
    const items: Item[] = [
      { type: 'admitted', nickname: 'Ada 👋' },
      { type: 'candidates', candidates: ['candidate:1 1 udp 1 192.0.2.1 9 typ host'] },
    ];
    expect(decodeItems(encodeItems(items))).toEqual(items);
  });

  it.each<[string, unknown]>([
    ['nothing', []],
    ['no list', { type: 'declined' }],
    ['an unknown item', [{ type: 'welcome' }]],
    ['one bad item among good ones', [{ type: 'declined' }, { type: 'knock', nonce: 'short', nickname: '' }]],
    ['more than was asked for', [{ type: 'declined', why: 'so' }]],
    ['a name that is no text', [{ type: 'knock', nonce, nickname: 7 }]],
    ['a name of a megabyte', [{ type: 'knock', nonce, nickname: 'x'.repeat(1_000_000) }]],
    ['too many candidates', [{ type: 'candidates', candidates: Array(65).fill('x') }]],
    ['a candidate that is too long', [{ type: 'candidates', candidates: ['x'.repeat(513)] }]],
    ['SDP', [{ type: 'offer', sdp: 'v=0' }]],
    ['too many items', Array(9).fill({ type: 'declined' })],
  ])('are refused whole: %s', (_name, value) => {
    expect(decode(value)).toBeNull();
  });

  it('are refused when they are not JSON, or not UTF-8', () => {
    expect(decodeItems(new TextEncoder().encode('[{'))).toBeNull();
    expect(decodeItems(Uint8Array.of(0xff, 0xfe))).toBeNull();
    expect(decodeItems(new Uint8Array(0))).toBeNull();
  });
});
