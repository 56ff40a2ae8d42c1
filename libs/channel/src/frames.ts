import { type Random, concat, erase, readBigInt, readNumber, sha256, u16, u32, u64 } from '@porchlight/invite';

import { RESERVED_COUNTER, TAG_BYTES, open, seal } from './aead.ts';
import { pad, unpad } from './padding.ts';
import { type Chain, type Direction, beginChain, nextMessageKey, nextRoot } from './ratchet.ts';
import { agree, publicKeyOf } from './x25519.ts';

/** What a frame is about. Below 128 unknown numbers close; from 128 on they are ignored. docs/protocol.md §4. */
export const FrameType = {
  text: 1,
  ack: 2,
  rekeyOffer: 3,
  rekeyAnswer: 4,
  ended: 5,
  goodbye: 6,
  ping: 7,
  reply: 8,
  edit: 9,
  unsend: 10,
  reaction: 11,
  copySaved: 12,
  typing: 128,
  seen: 129,
} as const;

/** The types that reach the caller; the two of the rekey stay inside. */
export type MessageType = Exclude<(typeof FrameType)[keyof typeof FrameType], 3 | 4>;

/** Why a frame was refused. After any of them everything is erased and stays closed. */
export type FrameProblem =
  | 'not-binary'
  | 'size'
  | 'version'
  | 'kind'
  | 'key-epoch'
  | 'counter'
  | 'not-authentic'
  | 'padding'
  | 'unknown-type'
  | 'bad-rekey'
  | 'closed';

/** A frame with something in it for the caller. */
export interface Frame {
  readonly type: MessageType;
  readonly messageId: number;
  readonly body: Uint8Array;
}

/** A frame opened, or why not. Without a frame there is nothing to show, but `reply`, if any, MUST go out at once. */
export type OpenedFrame =
  | { readonly ok: true; readonly frame: Frame; readonly reply: null }
  | { readonly ok: true; readonly frame: null; readonly reply: Uint8Array | null }
  | { readonly ok: false; readonly problem: FrameProblem };

/** The ratcheted data-channel frames of one epoch, with rekey inside. docs/protocol.md §4. */
export interface Frames {
  /** Seals one frame of a message type or of an optional type from 128 on. `messageId` is a u32, body ≤ MAX_FRAME_BODY_BYTES; throws RangeError otherwise, and Error once closed. */
  seal(type: number, messageId: number, body: Uint8Array): Uint8Array;
  /** Opens what the data channel delivered, in its exact order. Never throws. */
  open(frame: unknown): OpenedFrame;
  /** Host only: whether 128 frames have passed since the last rekey, or any frame and 5 minutes. `now` in milliseconds, on any clock that only goes forward. */
  rekeyDue(now: number): boolean;
  /** Host only, and only while no offer is open: the frame that offers fresh keys. */
  beginRekey(now: number): Uint8Array;
  /** Overwrites every secret. Afterwards everything refuses. */
  erase(): void;
}

/** The largest frame, in bytes, and the longest body in it. */
export const MAX_FRAME_BYTES = 16_384;
export const MAX_FRAME_BODY_BYTES = 16_349;
/** A rekey is due after this many frames, or after this many milliseconds with traffic. */
export const REKEY_FRAMES = 128;
export const REKEY_MS = 5 * 60_000;

const VERSION = 0x01;
const KIND = 0x01;
const HEAD_BYTES = 12;
const CONTENT_HEAD_BYTES = 5; // type u8 ‖ message id u32, before the length
const PLAINTEXT_SIZES = [256, 1024, 4096, MAX_FRAME_BYTES - HEAD_BYTES - TAG_BYTES] as const;
const FRAME_SIZES: readonly number[] = PLAINTEXT_SIZES.map((size) => HEAD_BYTES + size + TAG_BYTES);
const RESERVED_KEY_EPOCH = 65_535;

/** What the frames of one epoch start from. */
export interface FramesInput {
  readonly role: 'host' | 'guest';
  readonly epoch: number;
  /** 32 bytes, taken over and erased. */
  readonly root: Uint8Array;
  /** The raw 32-byte sha-256 values of the DTLS certificates in force. */
  readonly fingerprints: { readonly host: Uint8Array; readonly guest: Uint8Array };
  readonly random: Random;
}

/** Begins the frames of one epoch. `start` is where counting begins: 0 in the protocol, other values in tests. */
export function createFrames(input: FramesInput, start = { keyEpoch: 0, counter: 0n }): Frames {
  const { role, epoch, random } = input;
  const fingerprints = sha256(concat(input.fingerprints.host, input.fingerprints.guest));
  const outward: Direction = role === 'host' ? 'h>g' : 'g>h';
  const inward: Direction = role === 'host' ? 'g>h' : 'h>g';
  const chain = (direction: Direction, keyEpoch: number, counter = 0n) =>
    beginChain(root, direction, { epoch, keyEpoch, fingerprints, counter });

  let closed = false;
  let root = input.root;
  let sending = chain(outward, start.keyEpoch, start.counter);
  let receiving = chain(inward, start.keyEpoch, start.counter);
  /** Guest, after its answer: the host's next chain, until the first frame in it proves that the host switched. */
  let awaited: Chain | null = null;
  /** Host, after its offer: its fresh secret, until the answer. */
  let offer: { readonly secretKey: Uint8Array; readonly publicKey: Uint8Array } | null = null;
  let framesSinceRekey = 0;
  let rekeyedAt: number | null = null;

  const close = () => {
    closed = true;
    erase(root, sending.key, receiving.key);
    if (awaited !== null) erase(awaited.key);
    if (offer !== null) erase(offer.secretKey);
  };
  const refuse = (problem: FrameProblem): OpenedFrame => {
    close();
    return { ok: false, problem };
  };

  const sealAny = (type: number, messageId: number, body: Uint8Array): Uint8Array => {
    if (closed) throw new Error('the frames of this session are closed');
    const plaintext = pad(concat(Uint8Array.of(type), u32(messageId)), body, PLAINTEXT_SIZES);
    const { counter, keyEpoch } = sending;
    if (counter === RESERVED_COUNTER) {
      close();
      throw new RangeError('counter used up');
    }
    const head = concat(Uint8Array.of(VERSION, KIND), u16(keyEpoch), u64(counter));
    const key = nextMessageKey(sending);
    const frame = concat(head, seal(key, counter, head, plaintext));
    erase(key, plaintext);
    framesSinceRekey++;
    return frame;
  };

  /** Moves to the root of the next key-epoch, or returns false for a public key that no fair peer sends. */
  const advanceRoot = (secretKey: Uint8Array, hostKey: Uint8Array, guestKey: Uint8Array): boolean => {
    const shared = agree(secretKey, role === 'host' ? guestKey : hostKey);
    erase(secretKey);
    if (shared === null) return false;
    const next = nextRoot(root, shared, { host: hostKey, guest: guestKey }, sending.keyEpoch + 1);
    erase(root, shared);
    root = next;
    return true;
  };

  const answerOffer = (hostKey: Uint8Array): OpenedFrame => {
    const keyEpoch = sending.keyEpoch + 1;
    if (role !== 'guest' || awaited !== null || hostKey.length !== 32) return refuse('bad-rekey');
    if (keyEpoch === RESERVED_KEY_EPOCH) return refuse('bad-rekey');
    const secretKey = random(32);
    const guestKey = publicKeyOf(secretKey);
    if (!advanceRoot(secretKey, hostKey, guestKey)) return refuse('bad-rekey');
    const reply = sealAny(FrameType.rekeyAnswer, 0, guestKey); // the last frame of the old sending chain
    erase(sending.key);
    sending = chain(outward, keyEpoch);
    awaited = chain(inward, keyEpoch);
    return { ok: true, frame: null, reply };
  };

  const acceptAnswer = (guestKey: Uint8Array): OpenedFrame => {
    if (role !== 'host' || offer === null || guestKey.length !== 32) return refuse('bad-rekey');
    const { secretKey, publicKey } = offer;
    if (!advanceRoot(secretKey, publicKey, guestKey)) return refuse('bad-rekey');
    const keyEpoch = sending.keyEpoch + 1;
    erase(sending.key, receiving.key);
    sending = chain(outward, keyEpoch);
    receiving = chain(inward, keyEpoch);
    offer = null;
    framesSinceRekey = 0;
    return { ok: true, frame: null, reply: null };
  };

  return {
    seal(type, messageId, body) {
      if (!isMessageType(type) && !isOptionalType(type)) throw new RangeError('not a type that callers send');
      return sealAny(type, messageId, body);
    },

    open(frame) {
      if (closed) return { ok: false, problem: 'closed' };
      // The order of these checks is normative: docs/protocol.md §4.
      if (!(frame instanceof Uint8Array)) return refuse('not-binary');
      if (!FRAME_SIZES.includes(frame.length)) return refuse('size');
      if (frame[0] !== VERSION) return refuse('version');
      if (frame[1] !== KIND) return refuse('kind');

      const keyEpoch = readNumber(frame.subarray(2, 4));
      const from = [receiving, awaited].find((chain) => chain?.keyEpoch === keyEpoch);
      if (!from) return refuse('key-epoch');

      const { counter } = from;
      if (counter === RESERVED_COUNTER || readBigInt(frame.subarray(4, HEAD_BYTES)) !== counter)
        return refuse('counter');

      const key = nextMessageKey(from);
      const plaintext = open(key, counter, frame.subarray(0, HEAD_BYTES), frame.subarray(HEAD_BYTES));
      erase(key);
      if (plaintext === null) return refuse('not-authentic');

      const body = unpad(plaintext, CONTENT_HEAD_BYTES);
      if (body === null) return refuse('padding');

      if (from === awaited) {
        erase(receiving.key);
        receiving = from;
        awaited = null;
      }
      framesSinceRekey++;

      const type = plaintext[0] ?? 0;
      const messageId = readNumber(plaintext.subarray(1, CONTENT_HEAD_BYTES));
      erase(plaintext);
      if (type === FrameType.rekeyOffer) return answerOffer(body);
      if (type === FrameType.rekeyAnswer) return acceptAnswer(body);
      if (isMessageType(type)) return { ok: true, frame: { type, messageId, body }, reply: null };
      return isOptionalType(type) ? { ok: true, frame: null, reply: null } : refuse('unknown-type');
    },

    rekeyDue(now) {
      if (role !== 'host' || closed || offer !== null || framesSinceRekey === 0) return false;
      rekeyedAt ??= now;
      return framesSinceRekey >= REKEY_FRAMES || now - rekeyedAt >= REKEY_MS;
    },

    beginRekey(now) {
      if (role !== 'host' || offer !== null) throw new Error('only the host offers, and one offer at a time');
      if (sending.keyEpoch + 1 === RESERVED_KEY_EPOCH) {
        close();
        throw new RangeError('key-epochs used up');
      }
      const secretKey = random(32);
      const publicKey = publicKeyOf(secretKey);
      const frame = sealAny(FrameType.rekeyOffer, 0, publicKey);
      offer = { secretKey, publicKey };
      rekeyedAt = now;
      return frame;
    },

    erase: close,
  };
}

const MESSAGE_TYPES: readonly number[] = Object.values(FrameType).filter(
  (type) => type !== FrameType.rekeyOffer && type !== FrameType.rekeyAnswer,
);

function isMessageType(type: number): type is MessageType {
  return MESSAGE_TYPES.includes(type);
}

function isOptionalType(type: number): boolean {
  return type >= 128 && type <= 255;
}
