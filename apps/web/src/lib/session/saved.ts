import { erase, readNumber, u32 } from '@porchlight/invite';
import * as v from 'valibot';

import type { Chat } from '../chat/chat.ts';
import { MAX_TEXT_BYTES, textBytes } from '../chat/text.ts';
import type { Bytes, Kept } from '../vault/vault.ts';

import type { Link } from './keys.ts';

const bytes = (length: number) =>
  v.custom<Uint8Array>((value) => value instanceof Uint8Array && value.length === length);
const count = v.pipe(v.number(), v.integer(), v.minValue(0));
/** ms since epoch */
const time = v.pipe(v.number(), v.minValue(0));
const text = v.string();

/** Where a session stood, as far as that outlives its page. Less than `State`: handshakes and transports do not. */
const place = v.variant('phase', [
  v.strictObject({ phase: v.literal('door'), strikes: count }),
  v.strictObject({ phase: v.literal('idle') }),
  v.strictObject({ phase: v.picklist(['claiming', 'host-away']), nickname: text, knocked: v.boolean() }),
  v.strictObject({ phase: v.picklist(['handshaking', 'knocking']), nickname: text }),
  v.strictObject({
    phase: v.literal('connecting'),
    epoch: count,
    committed: v.boolean(),
    seat: v.nullable(text),
  }),
  v.strictObject({ phase: v.literal('inside'), epoch: count, farewell: v.boolean() }),
]);

const keys = v.strictObject({
  inviteId: bytes(16),
  hostPublicKey: bytes(32),
  /** Until the guest is let in. */
  secret: v.nullable(bytes(32)),
  resumePsks: v.array(bytes(32)),
  linkHandshakes: count,
  /** Host. */
  own: v.nullable(v.strictObject({ hostSecretKey: bytes(32), hostToken: bytes(32) })),
});

const line = v.strictObject({
  claimHash: text,
  seatToken: v.nullable(bytes(32)),
  nextSeatToken: v.nullable(bytes(32)),
  oldSeatTokens: v.array(bytes(32)),
  commit: v.nullable(v.strictObject({ inviteId: text, seat: text, box: text })),
  committedSeat: v.nullable(text),
});

const chat = v.strictObject({
  nextId: v.pipe(count, v.minValue(1)),
  heard: count,
  leftOut: v.nullable(v.strictObject({ id: count, place: count })),
  highestSent: count,
  delivered: count,
  read: count,
});

const saved = v.strictObject({
  /** After this time nobody waits for us any more, ms since epoch. */
  until: time,
  nickname: text,
  expiresAt: v.nullable(time),
  hideAddress: v.nullable(v.boolean()),
  peerName: v.nullable(text),
  sas: v.nullable(
    v.object({ emoji: v.pipe(v.array(v.object({ symbol: text, name: text })), v.readonly()), digits: text }),
  ),
  place,
  keys,
  line,
  chat,
});

const message = v.strictObject({
  id: count,
  from: v.picklist(['me', 'peer']),
  text: v.pipe(
    text,
    v.check((value) => textBytes(value) <= MAX_TEXT_BYTES),
  ),
  at: time,
});

/** What the one session of a guest’s tab is kept under. */
export const GUEST = 'guest';

/** All that a session needs to go on after a reload. docs/protocol.md §5.1 */
export type Saved = v.InferOutput<typeof saved>;
export type SavedPlace = v.InferOutput<typeof place>;
export type SavedKeys = v.InferOutput<typeof keys>;
export type SavedLine = v.InferOutput<typeof line>;
export type SavedMessage = v.InferOutput<typeof message>;

/** A session as it was found again, with what was said in it. */
export interface SavedSession {
  core: Saved;
  messages: readonly SavedMessage[];
}

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true });

/** length of the JSON u32 ‖ JSON ‖ the byte arrays in it. No secret becomes text, which could not be overwritten. */
export function encodeSaved(value: Saved): Bytes {
  const parts: Uint8Array[] = [];
  let at = 0;
  const json = encoder.encode(
    JSON.stringify(value, (_name, part: unknown) => {
      if (!(part instanceof Uint8Array)) return part;
      parts.push(part);
      at += part.length;
      return { from: at - part.length, to: at };
    }),
  );
  const whole = new Uint8Array(4 + json.length + at);
  let end = 0;
  for (const part of [u32(json.length), json, ...parts]) {
    whole.set(part, end);
    end += part.length;
  }
  return whole;
}

/** What was saved, or null if it is of another version or damaged. */
function decodeSaved(whole: Uint8Array): Saved | null {
  try {
    const end = 4 + readNumber(whole.subarray(0, 4));
    const tail = whole.subarray(end);
    const value: unknown = JSON.parse(decoder.decode(whole.subarray(4, end)), (_name, part: unknown) =>
      v.is(slice, part) ? tail.slice(part.from, part.to) : part,
    );
    const parsed = v.safeParse(saved, value);
    return parsed.success ? parsed.output : null;
  } catch {
    return null;
  }
}

/** A session as a vault had it, or null if this version cannot go on with it. */
export function recall({ core, messages }: Kept): SavedSession | null {
  const saved = decodeSaved(core);
  const said = messages.map(decodeMessage).filter((message) => message !== null);
  return saved === null || said.length < messages.length ? null : { core: saved, messages: said };
}

/** Overwrites the secrets, once they were encoded. */
export function eraseSaved({ keys, line }: Saved): void {
  const { hostSecretKey = null, hostToken = null } = keys.own ?? {};
  const secrets = [
    keys.secret,
    ...keys.resumePsks,
    hostSecretKey,
    hostToken,
    line.seatToken,
    line.nextSeatToken,
    ...line.oldSeatTokens,
  ];
  erase(...secrets.filter((secret) => secret !== null));
}

/** The chat as it was. Messages that were not acknowledged wait for a way again. */
export function chatOf({ core: { chat }, messages }: SavedSession): Chat {
  return {
    ...chat,
    messages: messages.map((message) => ({
      ...message,
      delivery: message.from === 'peer' || message.id <= chat.delivered ? 'delivered' : 'sending',
    })),
  };
}

/** What a session was made from. */
export function linkOf({ keys }: Saved): Link {
  const { hostPublicKey, secret, own } = keys;
  const invite = { hostPublicKey, secret: secret ?? new Uint8Array(32) };
  return own === null ? { role: 'guest', invite } : { role: 'host', invite: { ...invite, ...own } };
}

const slice = v.strictObject({ from: count, to: count });

export const encodeMessage = ({ id, from, text, at }: SavedMessage): Bytes =>
  new Uint8Array(encoder.encode(JSON.stringify({ id, from, text, at })));

function decodeMessage(encoded: Uint8Array): SavedMessage | null {
  try {
    const parsed = v.safeParse(message, JSON.parse(decoder.decode(encoded)));
    return parsed.success ? parsed.output : null;
  } catch {
    return null;
  }
}
