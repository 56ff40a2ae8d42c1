import { describe, expect, it } from 'vitest';

import { median, range } from './median.ts';

describe('median', () => {
  it('takes the middle of an odd count, whatever the order', () => {
    expect(median([9, 1, 100])).toBe(9);
  });

  it('takes the mean of the two middle values of an even count', () => {
    expect(median([4, 1, 3, 100])).toBe(3.5);
  });

  it('sorts as numbers, not as text', () => {
    expect(median([100, 20, 3])).toBe(20);
  });

  it('leaves its input as it was', () => {
    const values = [3, 1, 2];
    median(values);
    expect(values).toEqual([3, 1, 2]);
  });

  it('refuses an empty list, as the range does', () => {
    expect(() => median([])).toThrow(RangeError);
    expect(() => range([])).toThrow(RangeError);
  });

  it('knows the range', () => {
    expect(range([5, 2, 9])).toEqual({ min: 2, max: 9 });
  });
});
