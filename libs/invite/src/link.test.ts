import { randomBytes } from 'node:crypto';

import { describe, expect, it } from 'vitest';

import vector from '../vectors/invite.json' with { type: 'json' };
import { mintInvite } from './invite.ts';
import { parseLink, printLink } from './link.ts';

const unhex = (text: string) => new Uint8Array(Buffer.from(text, 'hex'));
const random = (length: number) => new Uint8Array(randomBytes(length));
const fragment = vector.link.slice(vector.link.indexOf('#') + 1);

describe('a link', () => {
  it('is printed as the vector says', () => {
    const invite = { hostPublicKey: unhex(vector.hostPublicKey), secret: unhex(vector.secret) };
    expect(printLink('https://porchlight.example', invite)).toBe(vector.link);
    expect(fragment).toHaveLength(92);
  });

  it.each([vector.link, `#${fragment}`, fragment])('is read back from %s', (text) => {
    const link = parseLink(text);
    expect(link.ok && Buffer.from(link.invite.hostPublicKey).toString('hex')).toBe(vector.hostPublicKey);
    expect(link.ok && Buffer.from(link.invite.secret).toString('hex')).toBe(vector.secret);
  });

  it('carries neither the host secret key nor the host token', () => {
    const invite = mintInvite(random);
    const bytes = Buffer.from(printLink('', invite).slice(3), 'base64url');
    expect(bytes.includes(Buffer.from(invite.hostSecretKey))).toBe(false);
    expect(bytes.includes(Buffer.from(invite.hostToken))).toBe(false);
    expect(parseLink(printLink('', invite))).toEqual({
      ok: true,
      invite: { hostPublicKey: invite.hostPublicKey, secret: invite.secret },
    });
  });

  it.each(vector.refused)('is $problem: $what', ({ fragment, problem }) => {
    expect(parseLink(`https://porchlight.example/j#${fragment}`)).toEqual({ ok: false, problem });
  });

  it('is damaged when cut anywhere', () => {
    for (let length = 0; length < fragment.length; length++) {
      expect(parseLink(fragment.slice(0, length))).toEqual({ ok: false, problem: 'damaged' });
    }
  });

  it('is damaged with any single bit changed, the version included', () => {
    const bytes = Buffer.from(fragment, 'base64url');
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const changed = Buffer.from(bytes);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(parseLink(changed.toString('base64url'))).toEqual({ ok: false, problem: 'damaged' });
    }
  });

  it.each(['https://porchlight.example/j', 'hello', '#', '##', `#${fragment}#${fragment}`, ' '])(
    'is damaged if it is %j',
    (text) => {
      expect(parseLink(text)).toEqual({ ok: false, problem: 'damaged' });
    },
  );
});
