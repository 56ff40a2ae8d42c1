import { erase, readNumber, u32 } from '@porchlight/invite';
import * as v from 'valibot';

import { settled, type Chat } from '../chat/chat.ts';
import { MAX_DRAFT_LENGTH } from '../chat/draft.ts';
import { REACTIONS } from '../chat/message.ts';
import type { Post } from '../chat/post.ts';
import { MAX_TEXT_BYTES, textBytes } from '../chat/text.ts';
import type { Bytes, Kept } from '../vault/vault.ts';

import type { Link } from './keys.ts';
import { MAX_LABEL_CHARACTERS, MAX_STEPS } from './notes.ts';

const bytes = (length: number) =>
  v.custom<Uint8Array>((value) => value instanceof Uint8Array && value.length === length);
const count = v.pipe(v.number(), v.integer(), v.minValue(0));
/** ms since epoch, as far as dates go */
const time = v.pipe(v.number(), v.minValue(0), v.maxValue(8.64e15));
const text = v.string();
/** What a person wrote, perhaps nothing. */
const words = v.pipe(
  text,
  v.check((value) => textBytes(value) <= MAX_TEXT_BYTES),
);

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
  heardBytes: count,
  leftOut: v.nullable(v.strictObject({ id: count, place: count })),
  highestSent: count,
  delivered: count,
  seen: count,
  read: count,
  tellsSeen: v.boolean(),
  tellsBeyond: count,
});

const side = v.picklist(['me', 'peer']);
const ref = v.strictObject({ from: side, id: count });

const written = v.pipe(text, v.maxLength(MAX_DRAFT_LENGTH));
const draft = v.strictObject({
  text: written,
  about: v.variant('mode', [
    v.strictObject({ mode: v.literal('write') }),
    v.strictObject({ mode: v.literal('reply'), to: ref }),
    v.strictObject({ mode: v.literal('edit'), id: count, text: written }),
  ]),
});

const notes = v.strictObject({
  muted: v.boolean(),
  label: v.pipe(
    text,
    v.check((value) => [...value].length <= MAX_LABEL_CHARACTERS),
  ),
  welcome: words,
  letInEveryone: v.boolean(),
  story: v.pipe(
    v.array(
      v.strictObject({
        what: v.picklist(['made', 'opened', 'knocked', 'declined', 'left', 'let-in', 'connected', 'ended']),
        at: time,
      }),
    ),
    v.maxLength(MAX_STEPS),
    v.readonly(),
  ),
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
  draft,
  notes,
});

const reaction = v.nullable(v.picklist(REACTIONS));

/** As it is in the chat, without what follows from how far the chat has come. */
const post = v.variant('kind', [
  v.strictObject({
    kind: v.literal('message'),
    from: side,
    id: count,
    at: time,
    text: words,
    quote: v.nullable(ref),
    edits: count,
    unsent: v.boolean(),
    reactions: v.strictObject({ me: reaction, peer: reaction }),
    first: v.nullable(words),
  }),
  v.strictObject({ kind: v.literal('copy-saved'), from: side, id: count, at: time }),
  v.strictObject({
    kind: v.literal('action'),
    from: v.literal('me'),
    id: count,
    says: v.nullable(
      v.variant('type', [
        v.strictObject({ type: v.literal('edit'), id: count, text: words }),
        v.strictObject({ type: v.literal('unsend'), id: count }),
        v.strictObject({ type: v.literal('reaction'), to: ref, reaction }),
      ]),
    ),
  }),
]);

/** What the one session of a guest’s tab is kept under. */
export const GUEST = 'guest';

/** All that a session needs to go on after a reload. docs/protocol.md §5.1 */
export type Saved = v.InferOutput<typeof saved>;
export type SavedPlace = v.InferOutput<typeof place>;
export type SavedKeys = v.InferOutput<typeof keys>;
export type SavedLine = v.InferOutput<typeof line>;
export type SavedPost = v.InferOutput<typeof post>;

/** A session as it was found again, with what was said in it. */
export interface SavedSession {
  core: Saved;
  posts: readonly SavedPost[];
}

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true });

/**
 * The form of what is kept: one more with every change of it, also one that the schemas would not notice. 0 was the form
 * without this byte, where a length stood that began with 0.
 */
const FORM = 1;

/** FORM, and the length of the JSON. */
const HEAD_BYTES = 5;

/** FORM u8 ‖ length of the JSON u32 ‖ JSON ‖ the byte arrays in it. No secret becomes text, which could not be overwritten. */
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
  const whole = new Uint8Array(HEAD_BYTES + json.length + at);
  let end = 0;
  for (const part of [Uint8Array.of(FORM), u32(json.length), json, ...parts]) {
    whole.set(part, end);
    end += part.length;
  }
  return whole;
}

/** What was saved, or null if it is of another form or damaged. */
function decodeSaved(whole: Uint8Array): Saved | null {
  if (whole[0] !== FORM) return null;
  try {
    const end = HEAD_BYTES + readNumber(whole.subarray(1, HEAD_BYTES));
    const tail = whole.subarray(end);
    const value: unknown = JSON.parse(decoder.decode(whole.subarray(HEAD_BYTES, end)), (_name, part: unknown) =>
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
  const posts = messages.map(decodePost).filter((post) => post !== null);
  return saved === null || posts.length < messages.length ? null : { core: saved, posts };
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

/** The chat as it was. What was not acknowledged waits for a way again. */
export function chatOf({ core: { chat }, posts }: SavedSession): Chat {
  const restored = posts.map((post): Post =>
    post.kind === 'message' ? { ...post, edited: post.edits > 0 && !post.unsent, delivery: 'delivered' } : post,
  );
  return settled({ ...chat, handed: chat.delivered, posts: restored }, 0);
}

/** What a session was made from. */
export function linkOf({ keys }: Saved): Link {
  const { hostPublicKey, secret, own } = keys;
  const invite = { hostPublicKey, secret: secret ?? new Uint8Array(32) };
  return own === null ? { role: 'guest', invite } : { role: 'host', invite: { ...invite, ...own } };
}

const slice = v.strictObject({ from: count, to: count });

export const encodePost = (one: Post): Bytes => new Uint8Array(encoder.encode(JSON.stringify(savedPost(one))));

function savedPost(one: Post): SavedPost {
  switch (one.kind) {
    case 'message': {
      const { kind, from, id, at, text, quote, edits, unsent, reactions, first } = one;
      return { kind, from, id, at, text, quote, edits, unsent, reactions, first };
    }
    case 'copy-saved': {
      const { kind, from, id, at } = one;
      return { kind, from, id, at };
    }
    case 'action': {
      const { kind, from, id, says } = one;
      return { kind, from, id, says };
    }
  }
}

function decodePost(encoded: Uint8Array): SavedPost | null {
  try {
    const parsed = v.safeParse(post, JSON.parse(decoder.decode(encoded)));
    return parsed.success ? parsed.output : null;
  } catch {
    return null;
  }
}
