import assert from 'node:assert/strict';

import { FrameType, type FrameProblem, type Frames, MAX_FRAME_BODY_BYTES } from '@porchlight/channel';
import { concat, sha256, u16, u64 } from '@porchlight/invite';
import fc from 'fast-check';

import { seal } from '../../libs/channel/src/aead.ts';
import { createFrames } from '../../libs/channel/src/frames.ts';
import { beginChain, nextMessageKey } from '../../libs/channel/src/ratchet.ts';
import { bytesNear, valueNear } from '../hostile.ts';
import { steady } from '../steady.ts';
import { target } from '../target.ts';
import { equal, paddedContents, unpadded } from './padded.ts';

const PLAINTEXT_SIZES = [256, 1024, 4096, 16_356];
const PROBLEMS: readonly FrameProblem[] = [
  ...(['not-binary', 'size', 'version', 'kind', 'key-epoch', 'counter', 'not-authentic', 'padding'] as const),
  ...(['unknown-type', 'bad-rekey', 'closed'] as const),
];
const MAX_RESULT = MAX_FRAME_BODY_BYTES + 64;

const root = steady('root')(32);
const fingerprints = { host: steady('host certificate')(32), guest: steady('guest certificate')(32) };

/** One side in its first state, the same each time. */
const side = (role: 'host' | 'guest', epoch = 0): Frames =>
  createFrames({ role, epoch, root: root.slice(), fingerprints, random: steady(role) });

const body = new TextEncoder().encode('hello');
const host = side('host');
const first = host.seal(FrameType.text, 1, body);
const others = [
  host.seal(FrameType.text, 2, new Uint8Array(MAX_FRAME_BODY_BYTES)),
  host.beginRekey(0),
  side('guest').seal(FrameType.text, 1, body),
  side('host', 1).seal(FrameType.text, 1, body),
];

export const frames = target({
  name: 'frames',
  runs: 300,
  inputs: fc.oneof(
    { weight: 9, arbitrary: bytesNear(first, first, ...others) },
    { weight: 1, arbitrary: valueNear({ data: first }) },
    { weight: 1, arbitrary: fc.constantFrom<unknown>(first.buffer, new DataView(first.buffer), 'text', [...first]) },
  ),
  prepare(frame) {
    const guest = side('guest');
    return () => guest.open(frame);
  },
  judge(opened, frame) {
    const genuine = frame instanceof Uint8Array && equal(frame, first);
    assert.equal(opened.ok, genuine, 'the next frame of the other side opens, and nothing else');
    if (!opened.ok) assert.ok(PROBLEMS.includes(opened.problem));
    else assert.deepEqual(opened.frame, { type: FrameType.text, messageId: 1, body });
  },
  maxResult: () => MAX_RESULT,
});

/** Types that the protocol knows, by their number, and what a guest that was just let in makes of them. */
const SHOWN: readonly number[] = [1, 2, 5, 6, 7, 8, 9, 10, 11, 12, 128, 129];

/** From the other side itself, which has every key: sealed as it must be, with anything in it. */
export const frameContents = target({
  name: 'frames with hostile contents',
  runs: 200,
  inputs: fc
    .oneof(fc.constantFrom(...Object.values(FrameType)), fc.nat(255))
    .chain((type) => paddedContents(Uint8Array.of(type, 0, 0, 0, 9), PLAINTEXT_SIZES)),
  prepare(plaintext) {
    const certificates = sha256(concat(fingerprints.host, fingerprints.guest));
    const chain = beginChain(root, 'h>g', { epoch: 0, keyEpoch: 0, fingerprints: certificates, counter: 0n });
    const head = concat(Uint8Array.of(1, 1), u16(0), u64(0n));
    const frame = concat(head, seal(nextMessageKey(chain), 0n, head, plaintext));
    const guest = side('guest');
    return () => guest.open(frame);
  },
  judge(opened, plaintext) {
    const type = plaintext[0] ?? 0;
    const expected = unpadded(plaintext, 5);
    if (expected === 'padding') assert.deepEqual(opened, { ok: false, problem: 'padding' });
    else if (type === FrameType.rekeyOffer && expected.length === 32) {
      // Any 32 bytes may be a key or not; with one, the answer has the smallest size.
      if (opened.ok) assert.equal(opened.reply?.length, 12 + 256 + 16);
      else assert.equal(opened.problem, 'bad-rekey');
    } else if (type === FrameType.rekeyOffer || type === FrameType.rekeyAnswer)
      assert.deepEqual(opened, { ok: false, problem: 'bad-rekey' });
    else if (SHOWN.includes(type)) {
      const messageId = new DataView(plaintext.buffer).getUint32(1);
      assert.deepEqual(opened, { ok: true, frame: { type, messageId, body: expected }, reply: null });
    } else if (type >= 128) assert.deepEqual(opened, { ok: true, frame: null, reply: null });
    else assert.deepEqual(opened, { ok: false, problem: 'unknown-type' });
  },
  maxResult: () => MAX_RESULT,
});
