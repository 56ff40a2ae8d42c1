import { FrameType, type Frames } from '@porchlight/channel';
import { concat, u32 } from '@porchlight/invite';
import { expect, it, vi } from 'vitest';

import { REACTIONS } from '../../apps/web/src/lib/chat/message.ts';
import { itemsOf, messagesOf, type Post } from '../../apps/web/src/lib/chat/post.ts';
import { Keys } from '../../apps/web/src/lib/session/keys.ts';
import { openPorch, type Person, type Porch } from '../people.ts';
import { title } from '../table.ts';
import { until } from '../until.ts';

/** docs/protocol.md §4.4: so many at once. */
const AT_ONCE = 20;
/** So many edits come, ten every so often, in ms: four times as many as anybody may make for long. */
const EDITS = 80;
const TEN_EVERY_MS = 250;

const NEVER = 'never to be shown';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);
const ref = (author: number, id: number): Uint8Array => concat(bytes(author), u32(id));

/** Both have said one thing. What the guest's second must not be, or the chat ends. */
const closes: Record<string, [type: number, body: Uint8Array, id?: number]> = {
  'a reply with nothing in it': [FrameType.reply, bytes()],
  'a reply without words': [FrameType.reply, ref(1, 1)],
  'a reply of 4,001 bytes': [FrameType.reply, concat(ref(1, 1), new Uint8Array(4001).fill(97))],
  'a reply that is not UTF-8': [FrameType.reply, concat(ref(1, 1), bytes(0xc0, 0x80))],
  'a quote of what the host never said': [FrameType.reply, concat(ref(1, 2), utf8(NEVER))],
  'a quote of what the guest says only later': [FrameType.reply, concat(ref(0, 3), utf8(NEVER))],
  'a quote of itself': [FrameType.reply, concat(ref(0, 2), utf8(NEVER))],
  'a quote of a third person': [FrameType.reply, concat(ref(2, 1), utf8(NEVER))],
  'a quote of number 0': [FrameType.reply, concat(ref(1, 0), utf8(NEVER))],
  'an edit without words': [FrameType.edit, u32(1)],
  'an edit of what was not said yet': [FrameType.edit, concat(u32(2), utf8(NEVER))],
  'an edit with an author in it, as if there were a choice': [FrameType.edit, concat(ref(1, 1), utf8(NEVER))],
  'an unsend of what was not said yet': [FrameType.unsend, u32(3)],
  'an unsend with an author in it': [FrameType.unsend, ref(1, 1)],
  'an unsend cut short': [FrameType.unsend, bytes(0, 0, 1)],
  'a reaction that is no part of the set': [FrameType.reaction, concat(ref(1, 1), bytes(REACTIONS.length + 1))],
  'a reaction in letters': [FrameType.reaction, concat(ref(1, 1), utf8('👍'))],
  'a reaction to what the host never said': [FrameType.reaction, concat(ref(1, 2), bytes(1))],
  'a reaction of a third person': [FrameType.reaction, concat(ref(2, 1), bytes(1))],
  'a saved copy with words in it': [FrameType.copySaved, utf8(NEVER)],
  'an edit out of turn': [FrameType.edit, concat(u32(1), utf8(NEVER)), 3],
  'an edit in the place of the text': [FrameType.edit, concat(u32(1), utf8(NEVER)), 1],
  'a text with words in the place of the text': [FrameType.text, utf8(NEVER), 1],
  'a sight of what was never said': [FrameType.seen, bytes(), 2],
};

it(
  title(26),
  async () => {
    const guests: Frames[] = [];
    const honest = Reflect.get<Keys, 'frames'>(Keys.prototype, 'frames');
    const stealing = vi.spyOn(Keys.prototype, 'frames').mockImplementation(function (this: Keys, ...input) {
      const frames = honest.apply(this, input);
      if (this.role === 'guest' && frames !== null) guests.push(frames);
      return frames;
    });
    /** A chat in which each has said one thing, and what the guest says from then on is whatever we want. */
    const hostile = async (porch: Porch) => {
      const { host, guest } = await porch.meet();
      const frames = guests.at(-1);
      if (frames === undefined) throw new Error('the guest never sealed anything');
      // An honest page would end over an acknowledgement of what it never said. What it says by itself keeps its place.
      host.wire.carry = () => [];
      guest.wire.carry = (ping) => {
        host.wire.arrive(ping);
        return [];
      };
      return {
        host,
        say: (type: number, id: number, body: Uint8Array) => {
          host.wire.arrive(frames.seal(type, id, body));
        },
      };
    };

    for (const [what, [type, body, id = 2]] of Object.entries(closes)) {
      const porch = await openPorch();
      const { host, say } = await hostile(porch);
      say(type, id, body);
      await until(`${what} ends the chat`, () => host.state.phase === 'ended');
      expect(host.state, what).toMatchObject({ phase: 'ended', reason: 'tampered' });
      expectNeverShown(host, what);
      await porch.close();
    }

    ignored(await hostile(await openPorch()));
    await tooMany(await hostile(await openPorch()));
    stealing.mockRestore();
  },
  120_000,
);

interface Talk {
  host: Person;
  say: (type: number, id: number, body: Uint8Array) => void;
}

/** Properly formed, and about what is no message, or none that may be changed: the chat goes on as if it had not been said. */
function ignored({ host, say }: Talk): void {
  let id = 1;
  const next = (type: number, body: Uint8Array): number => {
    say(type, ++id, body);
    return id;
  };
  next(FrameType.reaction, concat(ref(1, 1), bytes(1)));
  const gone = next(FrameType.text, utf8('soon gone'));
  next(FrameType.unsend, u32(gone));
  const own = next(FrameType.unsend, u32(5));
  expect(own, 'an unsend that names itself').toBe(5);
  for (const nothing of [2, gone, 4, own]) {
    next(FrameType.edit, concat(u32(nothing), utf8(NEVER)));
    next(FrameType.reaction, concat(ref(0, nothing), bytes(2)));
  }
  next(FrameType.reply, concat(ref(0, gone), utf8('to nothing')));
  next(FrameType.reply, concat(ref(0, 2), utf8('to a reaction')));
  expect(host.state.phase, 'the chat goes on').toBe('chatting');
  const { posts } = host.runner.snapshot.chat;
  expect(
    messagesOf(posts, 'peer').map(({ text, unsent, quote, edited, reactions }) => [
      ...[text, unsent, quote, edited, reactions.peer],
    ]),
  ).toEqual([
    ['hello from the guest', false, null, false, null],
    ['', true, null, false, null],
    ['to nothing', false, null, false, null],
    ['to a reaction', false, null, false, null],
  ]);
  expectUntouched(host, '👍');
  expectNeverShown(host, 'what changes nothing');
  for (const [at] of REACTIONS.entries()) next(FrameType.reaction, concat(ref(1, 1), bytes(at + 1)));
  const { reactions } = messagesOf(host.runner.snapshot.chat.posts, 'me')[0] ?? {};
  expect(REACTIONS, 'of all reactions of the guest one counts').toContain(reactions?.peer);
}

/** Edits without measure: as many as the pace allows are shown, at most twenty of one message, and the rest is left out. */
async function tooMany({ host, say }: Talk): Promise<void> {
  for (let n = 1; n <= EDITS; n += 1) {
    say(FrameType.edit, 1 + n, concat(u32(1), utf8(`version ${n}`)));
    if (n % 10 === 0) await new Promise((next) => setTimeout(next, TEN_EVERY_MS));
  }
  const { chat, state } = host.runner.snapshot;
  expect(state.phase, 'a little too much does not end the chat').toBe('chatting');
  expect(chat.leftOut, 'what was too much is left out').not.toBeNull();
  const [message] = messagesOf(chat.posts, 'peer');
  const version = Number(message?.text.split(' ')[1]);
  expect(version, 'the last edit that is shown').toBeLessThanOrEqual(AT_ONCE);
  expectUntouched(host, null);
  for (let n = 1; n <= 200 && host.state.phase !== 'ended'; n += 1)
    say(FrameType.edit, 1 + EDITS + n, concat(u32(1), utf8(NEVER)));
  await until('much too much ends it', () => host.state.phase === 'ended');
  expect(host.state).toMatchObject({ phase: 'ended', reason: 'flooded' });
  expectNeverShown(host, 'too many edits');
}

/** What the host said is as the host said it; only the guest's own reaction may stand under it. */
function expectUntouched(host: Person, reaction: string | null): void {
  const own = messagesOf(host.runner.snapshot.chat.posts, 'me');
  expect(own.map(({ text, edited, unsent, reactions }) => [text, edited, unsent, reactions])).toEqual([
    ['hello from the host', false, false, { me: null, peer: reaction }],
  ]);
}

/** No page of the host's ever had it. */
function expectNeverShown({ seen }: Person, what: string): void {
  const shown = (posts: readonly Post[]): string => JSON.stringify(itemsOf(posts));
  expect(
    seen.some(({ chat }) => shown(chat.posts).includes(NEVER)),
    `shown: ${what}`,
  ).toBe(false);
}
