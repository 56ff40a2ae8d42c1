import { mintInvite } from '@porchlight/invite';
import { describe, expect, it } from 'vitest';

import { Keys } from './keys.ts';
import { createRandom } from './memory-world.ts';

/** Both sides after a knock. */
function createPair() {
  const random = createRandom();
  const invite = mintInvite(random);
  const { hostPublicKey, secret } = invite;
  const host = new Keys({ role: 'host', invite: { ...invite, secret: secret.slice() } }, random);
  const guest = new Keys({ role: 'guest', invite: { hostPublicKey, secret: secret.slice() } }, random);
  prove(0);

  /** One whole handshake. */
  function prove(epoch: number): void {
    expect(guest.finish(answer(epoch))).toBe('proved');
    const nonce = guest.commitment() ?? '';
    const box = guest.seal([epoch === 0 ? { type: 'knock', nonce, nickname: 'Mia' } : { type: 'resume', nonce }]);
    expect(box !== null && host.open(box).ok).toBe(true);
  }

  /** M1, and the host's M2 for it. */
  function answer(epoch: number): Uint8Array {
    const m1 = guest.begin(epoch);
    const m2 = m1 === null ? 'refused' : host.answer(m1, epoch);
    if (typeof m2 === 'string') throw new Error(`epoch ${String(epoch)}: ${m2}`);
    return m2;
  }

  return { host, guest, prove, answer };
}

describe('resuming', () => {
  it('goes on however many answers, or proofs, are lost', () => {
    const { guest, prove, answer } = createPair();
    // Answers that never arrive: the guest has the key of before.
    for (let epoch = 1; epoch < 10; epoch += 1) answer(epoch);
    // One that does, and a proof that does not: the guest has the key of that answer and no other.
    expect(guest.finish(answer(10))).toBe('proved');
    for (let epoch = 11; epoch < 20; epoch += 1) answer(epoch);
    prove(20);
    prove(21);
  });

  it('keeps few keys, however often it is asked for more', () => {
    const { host, answer } = createPair();
    for (let epoch = 1; epoch < 20; epoch += 1) answer(epoch);
    expect(host.save().resumePsks.length).toBeLessThanOrEqual(5);
  });
});
