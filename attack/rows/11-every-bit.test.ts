import { type OpenedBox, type OpenedFrame, FrameType } from '@porchlight/channel';
import { expect, it } from 'vitest';

import { type Boxes, createBoxes } from '../../libs/channel/src/box.ts';
import { type Frames, createFrames } from '../../libs/channel/src/frames.ts';
import { flip } from '../../libs/channel/vectors/read.ts';
import { invited, steady } from '../forger.ts';
import { title } from '../table.ts';

// Exhaustive: every bit, one at a time, on a receiver that has seen nothing before. What is fixed here is what the receiver
// draws, so that it can be made anew for each bit and still be the one that the message was meant for.

it(title(11), ({ task }) => {
  const bits = { m1: everyBitOfM1(), m2: everyBitOfM2(), boxes: everyBitOfBoxes(), frames: everyBitOfFrames() };
  const said = Object.entries(bits).map(([what, count]) => `${count.toLocaleString('en')} of ${what}`);
  Object.assign(task.meta, { figure: `every bit, one at a time: ${said.join(', ')}; none accepted` });
});

function everyBitOfM1(): number {
  const by = invited();
  const m1 = by.guest().begin(0);
  const host = by.host();
  if (m1 === null) throw new Error('the guest has no key to begin with');
  const accepted = bitsOf(m1).filter((bit) => host.answer(flip(m1, bit), 0) !== 'refused');
  expect(accepted, 'bits of M1 that the host let pass').toEqual([]);
  expect(host.answer(m1, 0), 'control: M1 as it was').toBeInstanceOf(Uint8Array);
  return m1.length * 8;
}

function everyBitOfM2(): number {
  const by = invited();
  const asking = () => {
    const guest = by.guest(steady('the same guest'));
    const m1 = guest.begin(0);
    if (m1 === null) throw new Error('the guest has no key to begin with');
    return { guest, m1 };
  };
  const m2 = by.host().answer(asking().m1, 0);
  if (typeof m2 === 'string') throw new Error(m2);
  // A bit of the epoch makes it an answer that nobody waits for; whatever came, nothing can be said with it.
  const accepted = bitsOf(m2).filter((bit) => {
    const { guest } = asking();
    return guest.finish(flip(m2, bit)) === 'proved' || guest.sas() !== null;
  });
  expect(accepted, 'bits of M2 that the guest let pass').toEqual([]);
  expect(asking().guest.finish(m2), 'control: M2 as it was').toBe('proved');
  return m2.length * 8;
}

/** Of the two sizes that nearly all boxes have, in both directions; the larger ones differ in length alone. */
function everyBitOfBoxes(): number {
  const keys = { toHost: steady('g>h')(32), toGuest: steady('h>g')(32) };
  const sides = {
    host: () => createBoxes({ send: keys.toGuest.slice(), receive: keys.toHost.slice() }, 0),
    guest: () => createBoxes({ send: keys.toHost.slice(), receive: keys.toGuest.slice() }, 0),
  };
  let bits = 0;
  for (const [sender, receiver] of [['host', 'guest'] as const, ['guest', 'host'] as const]) {
    for (const bodyBytes of [10, 600]) {
      const box = sides[sender]().seal(steady('body')(bodyBytes));
      const open = (boxes: Boxes, bytes: Uint8Array): OpenedBox => boxes.open(bytes);
      bits += everyBit(`a box of ${box.length} bytes to the ${receiver}`, box, sides[receiver], open);
    }
  }
  return bits;
}

/** Of every kind, and texts of two sizes, in both directions; and those of the rekey. */
function everyBitOfFrames(): number {
  const terms = {
    epoch: 0,
    fingerprints: { host: steady('host certificate')(32), guest: steady('guest certificate')(32) },
  };
  const side = (role: 'host' | 'guest') => () =>
    createFrames({ ...terms, role, root: steady('root')(32), random: steady(`${role} draws`) });
  const sides = { host: side('host'), guest: side('guest') };
  const open = (frames: Frames, bytes: Uint8Array): OpenedFrame => frames.open(bytes);
  let bits = 0;
  for (const [sender, receiver] of [['host', 'guest'] as const, ['guest', 'host'] as const]) {
    for (const [name, type] of Object.entries(FrameType)) {
      if (type === FrameType.rekeyOffer || type === FrameType.rekeyAnswer) continue;
      for (const bodyBytes of type === FrameType.text ? [1, 600] : [0]) {
        const frame = sides[sender]().seal(type, 1, steady('text')(bodyBytes));
        bits += everyBit(`${name}, ${frame.length} bytes, to the ${receiver}`, frame, sides[receiver], open);
      }
    }
  }

  const offer = sides.host().beginRekey(0);
  bits += everyBit('a rekey offer', offer, sides.guest, open);
  const offering = () => {
    const host = sides.host();
    host.beginRekey(0);
    return host;
  };
  const answered = sides.guest().open(offer);
  if (!answered.ok || answered.reply === null) throw new Error('the guest did not answer the offer');
  bits += everyBit('a rekey answer', answered.reply, offering, open);

  const [host, guest] = [sides.host(), sides.guest()];
  const reply = guest.open(host.beginRekey(0));
  if (!reply.ok || reply.reply === null || !host.open(reply.reply).ok) throw new Error('the rekey failed');
  const switched = () => {
    const fresh = sides.guest();
    fresh.open(offer);
    return fresh;
  };
  bits += everyBit(
    'the first frame of the next key-epoch',
    host.seal(FrameType.text, 1, steady('text')(5)),
    switched,
    open,
  );
  return bits;
}

/** Flips each bit for a fresh receiver: it refuses, and then refuses the message as it was meant, too. Gives the count. */
function everyBit<Receiver>(
  what: string,
  message: Uint8Array,
  fresh: () => Receiver,
  open: (receiver: Receiver, bytes: Uint8Array) => { readonly ok: boolean },
): number {
  const accepted = bitsOf(message).filter((bit) => {
    const receiver = fresh();
    return open(receiver, flip(message, bit)).ok || open(receiver, message).ok;
  });
  expect(accepted, `bits of ${what} that passed, or closed nothing`).toEqual([]);
  expect(open(fresh(), message).ok, `control: ${what}, as it was`).toBe(true);
  return message.length * 8;
}

const bitsOf = (message: Uint8Array): number[] => Array.from({ length: message.length * 8 }, (_, bit) => bit);
