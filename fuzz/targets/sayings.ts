import assert from 'node:assert/strict';
import { isUtf8 } from 'node:buffer';

import fc from 'fast-check';

import { compose, emptyChat, heard, leaving, type Chat } from '../../apps/web/src/lib/chat/chat.ts';
import { REACTIONS } from '../../apps/web/src/lib/chat/message.ts';
import { messageAt } from '../../apps/web/src/lib/chat/post.ts';
import { decodeSaying, encodeSaying, type Saying } from '../../apps/web/src/lib/chat/saying.ts';
import { MAX_TEXT_BYTES } from '../../apps/web/src/lib/chat/text.ts';
import { bytesNear } from '../hostile.ts';
import { target } from '../target.ts';

/** What honest people say in the frame of id 9. */
const said: Saying[] = [
  { type: 'text', text: 'hello' },
  { type: 'reply', to: { from: 'me', id: 1 }, text: 'שלום' },
  { type: 'reply', to: { from: 'peer', id: 2 }, text: 'é'.repeat(MAX_TEXT_BYTES / 2) },
  { type: 'edit', id: 8, text: '👩‍👩‍👧 family' },
  { type: 'unsend', id: 9 },
  { type: 'reaction', to: { from: 'peer', id: 2 }, reaction: '🔥' },
  { type: 'reaction', to: { from: 'me', id: 1 }, reaction: null },
  { type: 'copy-saved' },
];

/** docs/protocol.md §4.2, read once more: what may stand in a body, by type. */
function isHonest(type: number, id: number, body: Buffer): boolean {
  const isText = (from: number) =>
    body.length > from && body.length <= from + MAX_TEXT_BYTES && isUtf8(body.subarray(from));
  const names = (at: number) => (body.length >= at + 4 ? body.readUInt32BE(at) : 0);
  const isRef = () => names(1) > 0 && (body[0] === 1 || (body[0] === 0 && names(1) < id));
  if (id === 0) return false;
  switch (type) {
    case 1:
      return isText(0);
    case 8:
      return isRef() && isText(5);
    case 9:
      return names(0) > 0 && names(0) < id && isText(4);
    case 10:
      return body.length === 4 && names(0) > 0 && names(0) <= id;
    case 11:
      return body.length === 6 && isRef() && (body[5] ?? 255) <= REACTIONS.length;
    case 12:
      return body.length === 0;
    default:
      return false;
  }
}

/** As the other side says it. */
const turned = (saying: Saying): Saying =>
  'to' in saying ? { ...saying, to: { ...saying.to, from: saying.to.from === 'me' ? 'peer' : 'me' } } : saying;

const frame = fc
  .constantFrom(...said.map(encodeSaying))
  .chain(({ type, body }) =>
    fc.tuple(
      fc.oneof(
        { weight: 8, arbitrary: fc.constant<number>(type) },
        { weight: 1, arbitrary: fc.constantFrom(1, 8, 9, 10, 11, 12) },
        { weight: 1, arbitrary: fc.nat(255) },
      ),
      fc.oneof({ weight: 4, arbitrary: fc.constant(9) }, { weight: 1, arbitrary: fc.nat(2 ** 32 - 1) }),
      bytesNear(body, new Uint8Array(4), new Uint8Array(5), new Uint8Array(6)),
    ),
  );

export const sayings = target({
  name: 'what the peer says',
  runs: 500,
  inputs: frame,
  prepare:
    ([type, id, body]) =>
    () =>
      decodeSaying(type, id, body),
  judge(saying, [type, id, body]) {
    assert.equal(saying !== null, isHonest(type, id, Buffer.from(body)));
    if (saying === null) return;
    const again = encodeSaying(turned(saying));
    assert.deepEqual([again.type, Buffer.from(again.body)], [type, Buffer.from(body)]);
  },
  maxResult: () => MAX_TEXT_BYTES + 64,
});

/** A chat in which three of our texts have left and a fourth has not. */
const chat = ['one', 'two', 'three', 'kept back'].reduce((before, text) => {
  const composed = compose(before, text, null, 0);
  assert.ok(composed.ok);
  return leaving(composed.chat, 3);
}, emptyChat);

/** Small numbers meet each other; large ones meet nothing. */
const number = fc.oneof({ weight: 6, arbitrary: fc.integer({ min: 1, max: 12 }) }, fc.nat(2 ** 32 - 1));
const ref = fc.record({ from: fc.constantFrom('me' as const, 'peer' as const), id: number });
const saying: fc.Arbitrary<Saying> = fc.oneof(
  fc.record({ type: fc.constant('text' as const), text: fc.string() }),
  fc.record({ type: fc.constant('reply' as const), to: ref, text: fc.string() }),
  fc.record({ type: fc.constant('edit' as const), id: number, text: fc.string() }),
  fc.record({ type: fc.constant('unsend' as const), id: number }),
  fc.record({ type: fc.constant('reaction' as const), to: ref, reaction: fc.constantFrom(null, ...REACTIONS) }),
  fc.record({ type: fc.constant('copy-saved' as const) }),
);

const isShown = ({ type }: Saying): boolean => type === 'text' || type === 'reply' || type === 'copy-saved';

export const conversations = target({
  name: 'conversations with a hostile peer',
  runs: 200,
  inputs: fc.array(saying, { maxLength: 40 }),
  prepare: (all) => () => all.reduce<Chat>((now, one) => heard(now, now.heard + 1, one, 0) ?? now, chat),
  judge(after, all) {
    assert.ok(after.heard <= all.length);
    const heardPosts = after.posts.slice(chat.posts.length);
    assert.ok(heardPosts.length <= all.filter(isShown).length, 'what changes messages takes no place');
    assert.ok(heardPosts.length >= all.filter(({ type }) => type === 'text').length, 'every text has one');
    const ids = heardPosts.map(({ id }) => id);
    assert.deepEqual(
      ids,
      [...new Set(ids)].sort((one, other) => one - other),
      'each stands in one place',
    );
    for (const [place, post] of chat.posts.entries()) {
      const now = after.posts[place];
      assert.ok(post.kind === 'message' && now?.kind === 'message');
      assert.deepEqual({ ...now, reactions: { ...now.reactions, peer: null } }, post, 'what we said is as we said it');
      if (post.id > after.highestSent) assert.equal(now.reactions.peer, null, 'nobody answers what never left');
    }
    for (const post of after.posts)
      if (post.kind === 'message' && post.from === 'peer') {
        assert.equal(post.reactions.me, null, 'nobody reacts in our name');
        if (post.unsent) assert.equal(post.text, '');
        if (post.quote?.from === 'me') assert.ok(messageAt(chat.posts, post.quote) !== null && post.quote.id <= 3);
      }
  },
  maxResult: (all) => 20_000 + all.length * 2000,
});
