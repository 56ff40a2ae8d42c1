import { randomBytes } from 'node:crypto';

import { describe, expect, it } from 'vitest';

import vectors from '../vectors/frames.json' with { type: 'json' };
import { hex, unhex } from '../vectors/read.ts';
import { beginChain, nextMessageKey, nextRoot } from './ratchet.ts';

describe('a chain', () => {
  it('gives the chain and message keys of the vectors', () => {
    for (const step of vectors.steps) {
      const root = step.keyEpoch === 0 ? vectors.root : vectors.nextRoot;
      const chain = beginChain(unhex(root), step.direction === 'h>g' ? 'h>g' : 'g>h', {
        epoch: vectors.epoch,
        keyEpoch: step.keyEpoch,
        fingerprints: unhex(vectors.fp),
        counter: 0n,
      });
      while (chain.counter < BigInt(step.counter)) nextMessageKey(chain);
      expect(hex(chain.key)).toBe(step.chainKey);
      expect(hex(nextMessageKey(chain))).toBe(step.messageKey);
    }
  });

  it('overwrites the key it leaves', () => {
    const key = new Uint8Array(randomBytes(32));
    const before = hex(key);
    const chain = { keyEpoch: 0, counter: 0n, key };
    nextMessageKey(chain);
    expect(hex(key)).not.toBe(before);
    expect(chain.counter).toBe(1n);
  });

  it('goes on from the root of the vectors after a rekey', () => {
    const publicKeys = { host: unhex(vectors.hostRekeyKey), guest: unhex(vectors.guestRekeyKey) };
    expect(hex(nextRoot(unhex(vectors.root), unhex(vectors.rekeyShared), publicKeys, 1))).toBe(vectors.nextRoot);
    expect(hex(nextRoot(unhex(vectors.root), unhex(vectors.rekeyShared), publicKeys, 2))).not.toBe(vectors.nextRoot);
  });
});
