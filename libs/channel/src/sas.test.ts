import { randomBytes } from 'node:crypto';

import { describe, expect, it } from 'vitest';

import { flip } from '../vectors/read.ts';
import { EMOJI, commitTo, opensCommitment, sasOf } from './sas.ts';

const random = (length: number) => new Uint8Array(randomBytes(length));

describe('the comparison', () => {
  it('has 64 symbols, each one code point, no two alike', () => {
    expect(EMOJI).toHaveLength(64);
    expect(new Set(EMOJI.map(({ symbol }) => symbol)).size).toBe(64);
    expect(new Set(EMOJI.map(({ name }) => name)).size).toBe(64);
    for (const { symbol, name } of EMOJI) {
      expect(symbol).toMatch(/^\p{Emoji_Presentation}$/u); // shown in colour without a variation selector
      expect(name).toMatch(/^[A-Z][a-z]+( [a-z]+)?$/);
    }
  });

  it('shows the same 30 bits as emoji and as digits', () => {
    for (let i = 0; i < 200; i++) {
      const { emoji, digits } = sasOf(random(32), random(32), random(32), random(32));
      expect(emoji).toHaveLength(5);
      expect(digits).toMatch(/^\d{10}$/);
      const indices = emoji.map((e) => EMOJI.indexOf(e));
      expect(indices.reduce((value, index) => value * 64 + index, 0)).toBe(Number(digits));
    }
  });

  it('depends on the secret, both nonces and the transcript', () => {
    const parts = [random(32), random(32), random(32), random(32)] as const;
    const { digits } = sasOf(...parts);
    expect(sasOf(...parts).digits).toBe(digits);
    for (let i = 0; i < 4; i++) {
      const [secret, guest, host, hash] = parts.map((part, at) => (at === i ? flip(part, 100) : part));
      if (!secret || !guest || !host || !hash) throw new Error('four parts');
      expect(sasOf(secret, guest, host, hash).digits).not.toBe(digits);
    }
  });
});

describe('the commitment', () => {
  it('opens with its own nonce and key, and with nothing else', () => {
    const [nonce, ephemeral] = [random(32), random(32)];
    const commitment = commitTo(nonce, ephemeral);
    expect(opensCommitment(commitment, nonce, ephemeral)).toBe(true);
    expect(opensCommitment(commitment, flip(nonce, 0), ephemeral)).toBe(false);
    expect(opensCommitment(commitment, nonce, flip(ephemeral, 255))).toBe(false);
    expect(opensCommitment(commitment, nonce.subarray(0, 31), ephemeral)).toBe(false);
    expect(opensCommitment(commitTo(new Uint8Array(33), ephemeral), new Uint8Array(33), ephemeral)).toBe(false);
  });
});
