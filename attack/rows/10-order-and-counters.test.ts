import { type FrameProblem, FrameType } from '@porchlight/channel';
import { ascii, concat, u16, u32, u64 } from '@porchlight/invite';
import { expect, it } from 'vitest';

import { messagesOf } from '../../apps/web/src/lib/chat/post.ts';
import { createBoxes, type BoxProblem } from '../../libs/channel/src/box.ts';
import { createFrames, type Frames } from '../../libs/channel/src/frames.ts';
import { changing } from '../lies.ts';
import { openPorch, random, type Person } from '../people.ts';
import { title } from '../table.ts';
import { until } from '../until.ts';

const RESERVED = 2n ** 64n - 1n;

it(title(10), async () => {
  for (const [what, change] of Object.entries(BOX_LIES)) await boxesToTheGuest(what, change);
  for (const [what, change] of Object.entries(BOX_LIES)) await boxesToTheHost(what, change);
  for (const [what, carry] of Object.entries(FRAME_LIES)) {
    await frames('host', what, carry);
    await frames('guest', what, carry);
  }
  boxesOfAPeerThatCountsOtherwise();
  framesOfAPeerThatCountsOtherwise();
});

/** Where counting begins, as createFrames takes it. */
interface Start {
  keyEpoch: number;
  counter: bigint;
}

type Carry = (bytes: Uint8Array, nth: number) => readonly Uint8Array[];

/** What is done with the two boxes in which a side describes its end of the way. */
const BOX_LIES: Readonly<Record<string, () => Carry>> = {
  'the first dropped': () => (box, nth) => (nth === 0 ? [] : [box]),
  'the first two the other way round': () => swapped(),
  'the first doubled': () => (box, nth) => (nth === 0 ? [box, box] : [box]),
  'the first again after the second': () => withTheFirstAgain(),
  'the counter one ahead': () => (box, nth) => [nth === 0 ? counted(box, 5, (counter) => counter + 1n) : box],
  'the counter at 2^64-1': () => (box, nth) => [nth === 0 ? counted(box, 5, () => RESERVED) : box],
  'the epoch one ahead': () => (box, nth) => [nth === 0 ? patched(box, 1, u32(1)) : box],
};

/** What is done with frames 0, 1, 2, … of one side. */
const FRAME_LIES: Readonly<Record<string, () => Carry>> = {
  'one dropped': () => (frame, nth) => (nth === 0 ? [] : [frame]),
  'two the other way round': () => swapped(),
  'one doubled': () => (frame) => [frame, frame],
  'the first again after the second': () => withTheFirstAgain(),
  'the counter rolled back': () => (frame, nth) => [nth === 1 ? counted(frame, 4, (counter) => counter - 1n) : frame],
  'the counter one ahead': () => (frame) => [counted(frame, 4, (counter) => counter + 1n)],
  'the counter at 2^64-1': () => (frame) => [counted(frame, 4, () => RESERVED)],
  'the key epoch one ahead': () => (frame) => [patched(frame, 2, u16(1))],
  'the key epoch at its end': () => (frame) => [patched(frame, 2, u16(65_535))],
};

async function boxesToTheGuest(what: string, change: () => Carry): Promise<void> {
  const porch = await openPorch();
  const { host, guest } = await porch.knock();
  porch.server.lies.deliver = changing('guest', 'sealed', change());
  await boxesAlone(host, guest, guest, `boxes to the guest, ${what}`);
  await porch.clock.pass(30_000);
  await until(`boxes to the guest, ${what}: the host closes too`, () => host.state.phase === 'ended');
}

async function boxesToTheHost(what: string, change: () => Carry): Promise<void> {
  const porch = await openPorch();
  const { host, guest } = await porch.knock();
  porch.server.lies.deliver = changing('host', 'sealed', change());
  await boxesAlone(host, guest, host, `boxes to the host, ${what}`);
  await porch.clock.pass(30_000);
  await until(`boxes to the host, ${what}: the guest closes too`, () => guest.state.phase === 'ended');
}

/** **Let in**, with the way between the pages kept shut: once it is open, boxes end nothing any more. */
async function boxesAlone(host: Person, guest: Person, receiver: Person, what: string): Promise<void> {
  host.wire.opens = guest.wire.opens = false;
  host.runner.tell({ type: 'admitted' });
  await until(`${what}: it closes`, () => receiver.state.phase === 'ended');
  expect(receiver.state, what).toMatchObject({ reason: 'tampered' });
}

async function frames(from: 'host' | 'guest', what: string, carry: () => Carry): Promise<void> {
  const porch = await openPorch();
  const { host, guest } = await porch.knock();
  host.runner.tell({ type: 'admitted' });
  await porch.talking(host, guest);
  const [sender, receiver] = from === 'host' ? [host, guest] : [guest, host];
  const lie = carry();
  let nth = 0;
  sender.wire.carry = (frame) => lie(frame, nth++);
  for (const text of TEXTS) sender.runner.send(text);
  await until(`frames of the ${from}, ${what}: it closes`, () => receiver.state.phase === 'ended');
  expect(receiver.state, `frames of the ${from}, ${what}`).toMatchObject({ reason: 'tampered' });
  for (const snapshot of receiver.seen) {
    const texts = heardIn(snapshot);
    expect(texts, `frames of the ${from}, ${what}: what was shown before was what was said, each once`).toEqual(
      TEXTS.slice(0, texts.length),
    );
  }
}

const TEXTS = ['one', 'two', 'three'];

/** The other side holds the right keys and counts as it likes: every box below is sealed properly. */
function boxesOfAPeerThatCountsOtherwise(): void {
  const keys = { send: random(32), receive: random(32) };
  const lane = (side: 'one' | 'other', counters = { send: 0n, receive: 0n }, epoch = 0) =>
    createBoxes(
      side === 'one'
        ? { send: keys.send.slice(), receive: keys.receive.slice() }
        : { send: keys.receive.slice(), receive: keys.send.slice() },
      epoch,
      counters,
    );
  const refusals: [what: string, box: Uint8Array, at: bigint, problem: BoxProblem][] = [
    ['a gap', lane('one', { send: 1n, receive: 0n }).seal(ascii('[]')), 0n, 'counter'],
    ['a step back', lane('one', { send: 4n, receive: 0n }).seal(ascii('[]')), 5n, 'counter'],
    ['a leap', lane('one', { send: RESERVED - 1n, receive: 0n }).seal(ascii('[]')), 0n, 'counter'],
    ['a later epoch', lane('one', { send: 0n, receive: 0n }, 1).seal(ascii('[]')), 0n, 'wrong-epoch'],
    ['the reserved counter', counted(lane('one').seal(ascii('[]')), 5, () => RESERVED), RESERVED, 'counter'],
  ];
  for (const [what, box, at, problem] of refusals) {
    const other = lane('other', { send: 0n, receive: at });
    expect(other.open(box), `a properly sealed box: ${what}`).toEqual({ ok: false, problem });
    expect(other.open(lane('one', { send: at < RESERVED ? at : 0n, receive: 0n }).seal(ascii('[]'))), what).toEqual({
      ok: false,
      problem: 'closed',
    });
  }
  expect(lane('other').open(lane('one').seal(ascii('[]'))).ok, 'the control: counted rightly it opens').toBe(true);
  expect(() => lane('one', { send: RESERVED, receive: 0n }).seal(ascii('[]')), 'nobody seals at 2^64-1').toThrow();
}

function framesOfAPeerThatCountsOtherwise(): void {
  const root = random(32);
  const fingerprints = { host: random(32), guest: random(32) };
  const side = (role: 'host' | 'guest', start?: Start): Frames =>
    createFrames({ role, epoch: 0, root: root.slice(), fingerprints, random }, start);
  const said = (start?: Start): Uint8Array => side('guest', start).seal(FrameType.text, 1, ascii('hello'));
  const refusals: [what: string, frame: Uint8Array, at: Start, problem: FrameProblem][] = [
    ['a gap', said({ keyEpoch: 0, counter: 1n }), { keyEpoch: 0, counter: 0n }, 'counter'],
    ['a step back', said({ keyEpoch: 0, counter: 4n }), { keyEpoch: 0, counter: 5n }, 'counter'],
    ['a leap', said({ keyEpoch: 0, counter: RESERVED - 1n }), { keyEpoch: 0, counter: 0n }, 'counter'],
    ['a later key epoch', said({ keyEpoch: 1, counter: 0n }), { keyEpoch: 0, counter: 0n }, 'key-epoch'],
    ['an earlier key epoch', said({ keyEpoch: 1, counter: 0n }), { keyEpoch: 2, counter: 0n }, 'key-epoch'],
    ['the reserved key epoch', said({ keyEpoch: 65_535, counter: 0n }), { keyEpoch: 0, counter: 0n }, 'key-epoch'],
    [
      'the reserved counter',
      counted(said({ keyEpoch: 0, counter: 0n }), 4, () => RESERVED),
      { keyEpoch: 0, counter: RESERVED },
      'counter',
    ],
  ];
  for (const [what, frame, at, problem] of refusals) {
    const host = side('host', at);
    expect(host.open(frame), `a properly sealed frame: ${what}`).toEqual({ ok: false, problem });
    expect(host.open(said()), `after ${what} everything stays closed`).toEqual({ ok: false, problem: 'closed' });
  }
  expect(side('host').open(said()).ok, 'the control: counted rightly it opens').toBe(true);
  expect(() => said({ keyEpoch: 0, counter: RESERVED }), 'nobody seals at 2^64-1').toThrow();
}

/** The first two the other way round, and the rest as they are. */
function swapped(): Carry {
  let first: Uint8Array | null = null;
  return (bytes, nth) => {
    if (nth === 0) {
      first = bytes;
      return [];
    }
    return nth === 1 && first !== null ? [bytes, first] : [bytes];
  };
}

function withTheFirstAgain(): Carry {
  let first: Uint8Array | null = null;
  return (bytes, nth) => {
    first ??= bytes;
    return nth === 1 ? [bytes, first] : [bytes];
  };
}

/** The same bytes with another u64 counter at this place. */
function counted(bytes: Uint8Array, at: number, change: (counter: bigint) => bigint): Uint8Array {
  const counter = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(at);
  return patched(bytes, at, u64(BigInt.asUintN(64, change(counter))));
}

const patched = (bytes: Uint8Array, at: number, by: Uint8Array): Uint8Array =>
  concat(bytes.subarray(0, at), by, bytes.subarray(at + by.length));

const heardIn = ({ chat }: Person['seen'][number]): string[] => messagesOf(chat.posts, 'peer').map(({ text }) => text);
