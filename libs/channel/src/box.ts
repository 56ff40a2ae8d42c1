import { concat, erase, readBigInt, readNumber, u32, u64 } from '@porchlight/invite';

import { RESERVED_COUNTER, TAG_BYTES, open, seal } from './aead.ts';
import { pad, unpad } from './padding.ts';

// What travels through the relay: kind ‖ epoch u32 ‖ …   docs/protocol.md §3.

/** The three kinds of box, by their first byte. */
const BOX_KINDS = { m1: 0x01, m2: 0x02, sealed: 0x03 } as const;
export type BoxKind = keyof typeof BOX_KINDS;

/** Why a sealed box was refused. After any of them the lane stays closed. */
export type BoxProblem = 'malformed' | 'wrong-epoch' | 'counter' | 'not-authentic' | 'padding' | 'closed';

/** A sealed box opened, or why not. */
export type OpenedBox =
  { readonly ok: true; readonly body: Uint8Array } | { readonly ok: false; readonly problem: BoxProblem };

/** Bytes of `kind ‖ epoch`, with which every box begins. */
export const BOX_HEAD_BYTES = 5;
const SEALED_HEAD_BYTES = BOX_HEAD_BYTES + 8;
const PLAINTEXT_SIZES = [512, 2048, 4096, 8064] as const;
const SEALED_SIZES: readonly number[] = PLAINTEXT_SIZES.map((size) => SEALED_HEAD_BYTES + size + TAG_BYTES);

/** The longest body a sealed box holds. */
export const MAX_BOX_BODY_BYTES = 8064 - 2;

/** Which box this claims to be, or null. Nothing is authenticated by this. */
export function kindOf(box: Uint8Array): BoxKind | null {
  if (box.length < BOX_HEAD_BYTES) return null;
  if (box[0] === BOX_KINDS.m1) return 'm1';
  if (box[0] === BOX_KINDS.m2) return 'm2';
  return box[0] === BOX_KINDS.sealed ? 'sealed' : null;
}

/** The epoch this box claims, or null if it is no box. Nothing is authenticated by this. */
export function epochOf(box: Uint8Array): number | null {
  return kindOf(box) === null ? null : readNumber(box.subarray(1, BOX_HEAD_BYTES));
}

/** `kind ‖ epoch`. */
export function boxHead(kind: BoxKind, epoch: number): Uint8Array {
  return concat(Uint8Array.of(BOX_KINDS[kind]), u32(epoch));
}

/** Seals and opens the boxes of one epoch. */
export interface Boxes {
  seal(body: Uint8Array): Uint8Array;
  open(box: Uint8Array): OpenedBox;
  erase(): void;
}

/** Takes over both keys (32 bytes each) and erases them. `counters` is where counting begins: 0 in the protocol, other values in tests. */
export function createBoxes(
  keys: { readonly send: Uint8Array; readonly receive: Uint8Array },
  epoch: number,
  counters = { send: 0n, receive: 0n },
): Boxes {
  let closed = false;
  let { send, receive } = counters;

  const close = () => {
    closed = true;
    erase(keys.send, keys.receive);
  };
  const refuse = (problem: BoxProblem): OpenedBox => {
    close();
    return { ok: false, problem };
  };

  return {
    seal(body) {
      if (closed) throw new Error('the boxes of this session are closed');
      const plaintext = pad(new Uint8Array(0), body, PLAINTEXT_SIZES);
      const head = concat(boxHead('sealed', epoch), u64(send));
      return concat(head, seal(keys.send, send++, head, plaintext));
    },
    open(box) {
      if (closed) return { ok: false, problem: 'closed' };
      if (kindOf(box) !== 'sealed' || !SEALED_SIZES.includes(box.length)) return refuse('malformed');
      if (epochOf(box) !== epoch) return refuse('wrong-epoch');
      const head = box.subarray(0, SEALED_HEAD_BYTES);
      if (receive === RESERVED_COUNTER || readBigInt(head.subarray(BOX_HEAD_BYTES)) !== receive)
        return refuse('counter');
      const plaintext = open(keys.receive, receive++, head, box.subarray(SEALED_HEAD_BYTES));
      if (plaintext === null) return refuse('not-authentic');
      const body = unpad(plaintext, 0);
      return body === null ? refuse('padding') : { ok: true, body };
    },
    erase: close,
  };
}
