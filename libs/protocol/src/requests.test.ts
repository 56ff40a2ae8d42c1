import { is } from 'valibot';
import { describe, expect, it } from 'vitest';

import { SEAT_LEASE_MS } from './limits.ts';
import { requests } from './requests.ts';

describe('the answer to a claim', () => {
  // JSON has no word for infinity, but 1e999 is read as it.
  it.each([JSON.parse('1e999') as unknown, 0, -1, 0.5, SEAT_LEASE_MS + 1])('has no lease of %s ms', (leaseMs) => {
    expect(is(requests['invite:claim'].output, { remainingMs: 1, leaseMs: 1 })).toBe(true);
    expect(is(requests['invite:claim'].output, { remainingMs: 1, leaseMs })).toBe(false);
  });
});
