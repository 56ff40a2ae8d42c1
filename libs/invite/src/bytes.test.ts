import { describe, expect, it } from 'vitest';

import { ascii, concat, equal, erase, readBigInt, readNumber, u16, u32, u64 } from './bytes.ts';

describe('numbers', () => {
  it('are written big-endian', () => {
    expect([...u16(0x0102)]).toEqual([1, 2]);
    expect([...u32(0xfffefdfc)]).toEqual([0xff, 0xfe, 0xfd, 0xfc]);
    expect([...u64(2n ** 64n - 2n)]).toEqual([255, 255, 255, 255, 255, 255, 255, 254]);
  });

  it('are read back as they were written', () => {
    expect(readNumber(u32(0xfffefdfc))).toBe(0xfffefdfc);
    expect(readBigInt(u64(2n ** 64n - 1n))).toBe(2n ** 64n - 1n);
  });

  it.each([-1, 65_536, 1.5, NaN])('refuse %s in two bytes', (value) => {
    expect(() => u16(value)).toThrow(RangeError);
  });

  it('refuse what is beyond their size', () => {
    expect(() => u32(2 ** 32)).toThrow(RangeError);
    expect(() => u64(2n ** 64n)).toThrow(RangeError);
    expect(() => u64(-1n)).toThrow(RangeError);
  });
});

describe('bytes', () => {
  it('are put one after the other', () => {
    expect([...concat(Uint8Array.of(1, 2), new Uint8Array(0), Uint8Array.of(3))]).toEqual([1, 2, 3]);
  });

  it('are equal only with the same length and content', () => {
    expect(equal(Uint8Array.of(1, 2), Uint8Array.of(1, 2))).toBe(true);
    expect(equal(Uint8Array.of(1, 2), Uint8Array.of(1, 3))).toBe(false);
    expect(equal(Uint8Array.of(1, 2), Uint8Array.of(1, 2, 0))).toBe(false);
  });

  it('are zeros once erased', () => {
    const [one, two] = [Uint8Array.of(1, 2), Uint8Array.of(3)];
    erase(one, two);
    expect([...one, ...two]).toEqual([0, 0, 0]);
  });

  it('of a label are its ASCII, and nothing else is a label', () => {
    expect([...ascii('g>h\0')]).toEqual([0x67, 0x3e, 0x68, 0]);
    expect(() => ascii('é')).toThrow(RangeError);
    expect(() => ascii('👋')).toThrow(RangeError);
  });
});
