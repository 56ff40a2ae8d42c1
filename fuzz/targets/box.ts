import assert from 'node:assert/strict';

import { MAX_BOX_BODY_BYTES, epochOf, kindOf } from '@porchlight/channel';
import { concat, u64 } from '@porchlight/invite';
import fc from 'fast-check';

import { seal } from '../../libs/channel/src/aead.ts';
import { type BoxProblem, boxHead, createBoxes } from '../../libs/channel/src/box.ts';
import { createSession } from '../../libs/channel/src/session.ts';
import { bytesNear } from '../hostile.ts';
import { steady } from '../steady.ts';
import { target } from '../target.ts';
import { equal, paddedContents, unpadded } from './padded.ts';

const EPOCH = 3;
const PLAINTEXT_SIZES = [512, 2048, 4096, 8064];
const PROBLEMS: readonly BoxProblem[] = [
  ...(['malformed', 'wrong-epoch', 'counter', 'not-authentic', 'padding', 'closed'] as const),
];

/** One side right after the handshake, the same each time. */
function session(role: 'host' | 'guest', label = 'session') {
  const random = steady(label);
  const split = { initiatorKey: random(32), responderKey: random(32), hash: random(32) };
  const [kemSecret, hostNonce, nonce, commitment, ephemeral] = [1, 2, 3, 4, 5].map(() => random(32));
  assert.ok(kemSecret && hostNonce && nonce && commitment && ephemeral);
  const guest = role === 'guest' ? ({ role, nonce } as const) : ({ role, commitment, ephemeral } as const);
  return createSession({ epoch: EPOCH, split, kemSecret, hostNonce, guest, random });
}

const body = new TextEncoder().encode('[{"type":"declined"}]');
const guest = session('guest');
const first = guest.sealBox(body);
const others = [
  guest.sealBox(body),
  guest.sealBox(new Uint8Array(MAX_BOX_BODY_BYTES)),
  session('host').sealBox(body),
  session('guest', 'another session').sealBox(body),
];

export const boxes = target({
  name: 'boxes',
  runs: 400,
  inputs: bytesNear(first, first, ...others),
  prepare(box) {
    const receiver = session('host');
    return () => ({ opened: receiver.openBox(box), kind: kindOf(box), epoch: epochOf(box) });
  },
  judge({ opened, kind, epoch }, box) {
    assert.equal(opened.ok, equal(box, first), 'the next box of the other side opens, and nothing else');
    if (!opened.ok) assert.ok(PROBLEMS.includes(opened.problem));
    else assert.deepEqual(opened.body, body);
    assert.equal(kind === null, epoch === null);
    assert.ok(epoch === null || (Number.isInteger(epoch) && epoch >= 0 && epoch < 2 ** 32));
  },
  maxResult: (box) => box.length + 64,
});

const KEY = steady('box key')(32);

/** From somebody who has the key: sealed as it must be, with anything in it. */
export const boxContents = target({
  name: 'boxes with hostile contents',
  runs: 200,
  inputs: fc.oneof(
    { weight: 4, arbitrary: paddedContents(new Uint8Array(0), PLAINTEXT_SIZES) },
    { weight: 1, arbitrary: bytesNear(new Uint8Array(512)) },
  ),
  prepare(plaintext) {
    const head = concat(boxHead('sealed', EPOCH), u64(0n));
    const box = concat(head, seal(KEY, 0n, head, plaintext));
    const receiver = createBoxes({ send: new Uint8Array(32), receive: KEY.slice() }, EPOCH);
    return () => receiver.open(box);
  },
  judge(opened, plaintext) {
    const expected = PLAINTEXT_SIZES.includes(plaintext.length) ? unpadded(plaintext, 0) : 'malformed';
    const seen = opened.ok ? opened.body : opened.problem;
    assert.deepEqual(seen, expected);
  },
  maxResult: () => MAX_BOX_BODY_BYTES + 64,
});
