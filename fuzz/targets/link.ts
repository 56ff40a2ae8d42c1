import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';

import { type ParsedLink, isHostKey, parseLink, printLink } from '@porchlight/invite';
import fc from 'fast-check';

import vectors from '../../libs/invite/vectors/invite.json' with { type: 'json' };
import { bytesNear, textNear } from '../hostile.ts';
import { host } from '../steady.ts';
import { target } from '../target.ts';

const ORIGIN = 'https://porchlight.example';
const link = printLink(ORIGIN, host);
const fragments = vectors.refused.map(({ fragment }) => fragment).filter((fragment) => fragment !== '');

/** What stands before the checksum, in the genuine link and in those of the vectors. */
const contents = [link.slice(link.indexOf('#') + 1), ...fragments].map((fragment) =>
  new Uint8Array(Buffer.from(fragment, 'base64url')).slice(0, -4),
);

/** Of lengths whose last character has bits to spare, which the link of version 1 has not. */
const later = [62, 63].map((length) => new Uint8Array(length).fill(2));

const checksum = (content: Uint8Array) => createHash('sha256').update(content).digest().subarray(0, 4);

/** Intact on the way, whatever is in it: only so are host key, length and version looked at. */
const intact = bytesNear(...contents, ...later).map(
  (content) => `#${Buffer.concat([content, checksum(content)]).toString('base64url')}`,
);

/** The last character may carry bits that no byte has: one more way to write the same. */
const lastCharacterChanged = fc
  .tuple(intact, fc.constantFrom('B', 'E', 'x', '9', '_'))
  .map(([fragment, last]) => fragment.slice(0, -1) + last);

/** docs/protocol.md §1 once more, on other code than the product's. */
function expected(text: string): ParsedLink {
  const fragment = text.slice(text.indexOf('#') + 1);
  const bytes = Buffer.from(fragment, 'base64url');
  const content = new Uint8Array(bytes.subarray(0, -4));
  const whole =
    bytes.toString('base64url') === fragment && bytes.length > 4 && checksum(content).equals(bytes.subarray(-4));
  if (whole && (content[0] ?? 0) > 1) return { ok: false, problem: 'newer-version' };

  const [hostPublicKey, secret] = [content.slice(1, 33), content.slice(33)];
  if (!whole || content[0] !== 1 || content.length !== 65 || !isHostKey(hostPublicKey))
    return { ok: false, problem: 'damaged' };
  return { ok: true, invite: { hostPublicKey, secret } };
}

export const links = target({
  name: 'links',
  runs: 400,
  inputs: fc.oneof(
    { weight: 300, arbitrary: textNear(link, ...fragments) },
    { weight: 200, arbitrary: intact },
    { weight: 50, arbitrary: lastCharacterChanged },
    // Far longer than any link.
    { weight: 1, arbitrary: fc.constantFrom('A', '_', 'é').map((letter) => `#${letter.repeat(2 ** 18)}`) },
  ),
  prepare: (text) => () => parseLink(text),
  judge: (parsed, text) => assert.deepEqual(parsed, expected(text)),
  maxResult: () => 128,
});
