import { randomBytes } from 'node:crypto';

import { describe, expect, it } from 'vitest';

import vector from '../vectors/invite.json' with { type: 'json' };
import { publicKeyOf } from './ed25519.ts';
import { deriveInvite, mintInvite } from './invite.ts';

const unhex = (text: string) => new Uint8Array(Buffer.from(text, 'hex'));
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

describe('an invite', () => {
  it('is minted from fresh randomness, every part of it its own', () => {
    const invite = mintInvite((length) => new Uint8Array(randomBytes(length)));
    expect(hex(invite.hostPublicKey)).toBe(hex(publicKeyOf(invite.hostSecretKey)));
    const parts = [invite.hostSecretKey, invite.hostPublicKey, invite.secret, invite.hostToken];
    expect(parts.map((part) => part.length)).toEqual([32, 32, 32, 32]);
    expect(new Set(parts.map(hex)).size).toBe(4);
  });

  it('derives what the vector says', () => {
    const derived = deriveInvite({ hostPublicKey: unhex(vector.hostPublicKey), secret: unhex(vector.secret) });
    expect(hex(publicKeyOf(unhex(vector.hostSecretKey)))).toBe(vector.hostPublicKey);
    expect(hex(derived.inviteId)).toBe(vector.inviteId);
    expect(hex(derived.claimToken)).toBe(vector.claimToken);
    expect(hex(derived.psk)).toBe(vector.psk);
  });

  it('derives something else for another host with the same secret', () => {
    const secret = unhex(vector.secret);
    const one = deriveInvite({ hostPublicKey: unhex(vector.hostPublicKey), secret });
    const other = deriveInvite({ hostPublicKey: publicKeyOf(randomBytes(32)), secret });
    expect(hex(one.inviteId)).not.toBe(hex(other.inviteId));
    expect(hex(one.claimToken)).not.toBe(hex(other.claimToken));
    expect(hex(one.psk)).not.toBe(hex(other.psk));
  });
});
