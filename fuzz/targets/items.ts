import assert from 'node:assert/strict';

import { MAX_BOX_BODY_BYTES } from '@porchlight/channel';
import fc from 'fast-check';

import { type Item, decodeItems, encodeItems } from '../../apps/web/src/lib/session/items.ts';
import { bytesNear, textNear, valueNear } from '../hostile.ts';
import { target } from '../target.ts';
import { equal } from './padded.ts';

const nonce = 'A'.repeat(43);
const description = {
  type: 'description',
  kind: 'answer',
  ufrag: 'nmKP',
  pwd: 'abcdefghijklmnopqrstuv',
  fingerprint: nonce,
  setup: 'active',
} as const;
/** One item of each type. A new one must be added here to compile. */
const items: Record<Item['type'], Item> = {
  knock: { type: 'knock', nonce, nickname: 'Mia 👋' },
  resume: { type: 'resume', nonce },
  admitted: { type: 'admitted', nickname: 'Ada' },
  declined: { type: 'declined' },
  description,
  candidates: { type: 'candidates', candidates: ['candidate:1 1 udp 1 192.0.2.1 9 typ host'] },
  ended: { type: 'ended' },
};
const all = Object.values(items);
const genuine = [all, [items.knock], [items.admitted, description, items.candidates]];
const bodies = genuine.map((list) => encodeItems(list));

/** JSON has no bigint. */
const json = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? Number(part) : part));

const DEEP = MAX_BOX_BODY_BYTES / 2;
const texts = fc.oneof(
  { weight: 4, arbitrary: textNear(...genuine.map(json)) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('['.repeat(2 * DEEP), `${'['.repeat(DEEP)}${']'.repeat(DEEP)}`, '{"a":'.repeat(1600)),
  },
  {
    weight: 4,
    arbitrary: fc
      .array(
        fc.constantFrom(...all).chain((item) => valueNear(item)),
        { minLength: 1, maxLength: 9 },
      )
      .map(written),
  },
);

/** What is nested so deep that JSON.stringify gives up is written by hand. */
function written(list: readonly unknown[]): string {
  try {
    return json(list);
  } catch {
    return '['.repeat(DEEP);
  }
}

export const boxItems = target({
  name: 'items of a box',
  runs: 400,
  inputs: fc
    .oneof(
      { weight: 1, arbitrary: bytesNear(...bodies) },
      { weight: 3, arbitrary: texts.map((text) => new TextEncoder().encode(text)) },
    )
    .map((body) => body.subarray(0, MAX_BOX_BODY_BYTES)),
  prepare: (body) => () => decodeItems(body),
  judge(decoded, body) {
    if (decoded === null) {
      assert.ok(!bodies.some((other) => equal(other, body)));
      return;
    }
    assert.ok(decoded.length >= 1 && decoded.length <= 8);
    assert.deepEqual(decoded, JSON.parse(new TextDecoder().decode(body)));
    for (const item of decoded) {
      assert.equal(Object.getPrototypeOf(item), Object.prototype);
      assert.deepEqual(Object.keys(item).sort(), Object.keys(items[item.type]).sort());
    }
    assert.deepEqual(decodeItems(encodeItems(decoded)), decoded);
  },
  // The names of the fields count as much as in JSON; a place in a list counts as one or two characters.
  maxResult: (body) => body.length,
});
