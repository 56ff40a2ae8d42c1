import { FrameType, type Frame, type MessageType } from '@porchlight/channel';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { emptyChat } from '../chat/chat.ts';
import { REACTIONS } from '../chat/message.ts';
import { allowances } from '../chat/pace.ts';
import { messagesOf } from '../chat/post.ts';
import { encodeSaying, type Saying } from '../chat/saying.ts';
import { encodeText } from '../chat/text.ts';
import { WIDEN_MS, WINDOW } from '../chat/window.ts';

import { createManualClock } from './clock.ts';
import type { Event } from './events.ts';
import { Talk } from './talk.ts';

const SIDES = ['a', 'b'] as const;
type Side = (typeof SIDES)[number];
const other = { a: 'b', b: 'a' } as const;
const NOTHING = new Uint8Array(0);

/** Two who talk over a line that can stall in each direction, deliver late and all at once, and be lost. */
function createLine() {
  const clock = createManualClock(1_000_000);
  const told: Record<Side, Event[]> = { a: [], b: [] };
  /** What is on its way to a side. */
  const onItsWay: Record<Side, Frame[]> = { a: [], b: [] };
  const stalled: Record<Side, boolean> = { a: false, b: false };
  let up = false;
  let delivering = false;

  const talkOf = (side: Side): Talk =>
    new Talk({
      clock,
      tell: (event) => told[side].push(event),
      chat: emptyChat,
      changed: () => undefined,
      keep: (then) => then?.(),
      send: (type, messageId, body) => {
        if (up) onItsWay[other[side]].push({ type: type as MessageType, messageId, body });
        return up;
      },
    });
  const talks = { a: talkOf('a'), b: talkOf('b') };

  /** Delivers to whoever is not stalled, until nothing moves. */
  function flow(): void {
    if (delivering) return;
    delivering = true;
    for (;;) {
      const side = SIDES.find((side) => !stalled[side] && onItsWay[side].length > 0);
      const frame = side === undefined ? undefined : onItsWay[side].shift();
      if (side === undefined || frame === undefined) break;
      talks[side].hear(1, frame);
    }
    delivering = false;
  }

  return {
    talks,
    told,
    clock,
    onItsWay,
    stall(side: Side, yes: boolean) {
      stalled[side] = yes;
      flow();
    },
    /** What had not arrived is gone, `arriving` of it just before. */
    lose(arriving: number) {
      for (const side of SIDES)
        for (const frame of onItsWay[side].splice(0).slice(0, arriving)) talks[side].hear(1, frame);
      for (const side of SIDES) onItsWay[side].length = 0;
      up = false;
      for (const side of SIDES) talks[side].pause();
    },
    find() {
      up = true;
      for (const side of SIDES) talks[side].resume();
      flow();
    },
    get up() {
      return up;
    },
    flow,
    /** Time passes in small steps, and what timers send goes on its way. */
    async pass(ms: number) {
      for (let passed = 0; passed < ms; passed += 50) {
        await clock.advance(Math.min(50, ms - passed));
        flow();
      }
    },
  };
}

const texts = (talk: Talk, from: 'me' | 'peer'): string[] => messagesOf(talk.chat.posts, from).map(({ text }) => text);

const side = fc.constantFrom(...SIDES);
const happening = fc.oneof(
  fc.record({ what: fc.constant('write' as const), side, count: fc.integer({ min: 1, max: 100 }) }),
  fc.record({ what: fc.constant('wait' as const), ms: fc.integer({ min: 0, max: 6000 }) }),
  fc.record({ what: fc.constant('stall' as const), side, yes: fc.boolean() }),
  fc.record({ what: fc.constant('lose' as const), arriving: fc.nat(30) }),
  fc.record({ what: fc.constant('find' as const) }),
  fc.record({ what: fc.constant('type' as const), side }),
);

/** What one side sees of the messages of a side; a quote may be gone by the time that it arrives. */
const sight = (talk: Talk, from: 'me' | 'peer') =>
  messagesOf(talk.chat.posts, from).map(({ text, edited, unsent, reactions: { me, peer } }) => ({
    text,
    edited,
    unsent,
    reactions: from === 'me' ? [me, peer] : [peer, me],
  }));

const change = fc.oneof(
  happening,
  fc.record({ what: fc.constant('edit' as const), side, nth: fc.nat(30), count: fc.nat(22) }),
  fc.record({ what: fc.constant('unsend' as const), side, nth: fc.nat(30) }),
  fc.record({ what: fc.constant('react' as const), side, nth: fc.nat(30), place: fc.nat(REACTIONS.length) }),
  fc.record({ what: fc.constant('reply' as const), side, nth: fc.nat(30) }),
  fc.record({ what: fc.constant('look' as const), side }),
);

describe('an honest sender', () => {
  it('changes the same on both sides, whatever the line does, and no word of it is kept longer than it must', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(change, { maxLength: 60 }), async (story) => {
        const line = createLine();
        line.find();
        for (const step of story) {
          const talk = 'side' in step ? line.talks[step.side] : line.talks.a;
          const posts = talk.chat.posts;
          const ref = 'nth' in step ? posts[posts.length - 1 - step.nth] : undefined;
          switch (step.what) {
            case 'write':
              for (let n = 0; n < Math.min(step.count, 30); n += 1) talk.write(`first words ${n}`);
              break;
            case 'edit':
              for (let n = 0; n < step.count; n += 1) if (ref?.from === 'me') talk.edit(ref.id, `edited ${n}`);
              break;
            case 'unsend':
              if (ref?.from === 'me') talk.unsend(ref.id);
              break;
            case 'react':
              if (ref !== undefined) talk.react(ref, REACTIONS[step.place] ?? null);
              break;
            case 'reply':
              if (ref !== undefined) talk.write('a reply', ref);
              break;
            case 'look':
              talk.markRead();
              break;
            case 'wait':
              await line.pass(step.ms);
              break;
            case 'stall':
              line.stall(step.side, step.yes);
              break;
            case 'lose':
              if (line.up) line.lose(step.arriving);
              break;
            case 'find':
              if (!line.up) line.find();
              break;
            case 'type':
              talk.type();
          }
          line.flow();
        }
        for (const side of SIDES) line.stall(side, false);
        if (!line.up) line.find();
        await line.pass(250 * WIDEN_MS);
        for (const side of SIDES) line.talks[side].markRead();
        await line.pass(2000);
        for (const side of SIDES) {
          const { chat } = line.talks[side];
          expect(line.told[side]).toEqual([]);
          expect(chat.leftOut).toBeNull();
          expect(chat.delivered).toBe(chat.nextId - 1);
          expect(sight(line.talks[side], 'me')).toEqual(sight(line.talks[other[side]], 'peer'));
          expect(messagesOf(chat.posts, 'me').every(({ delivery }) => delivery === 'seen')).toBe(true);
          for (const post of chat.posts) expect(post).toMatchObject(post.kind === 'action' ? { says: null } : {});
          for (const post of chat.posts) expect(post).toMatchObject(post.kind === 'message' ? { first: null } : {});
        }
      }),
      { numRuns: 100 },
    );
  }, 60_000);

  it('is never muted, loses nothing and keeps the order, whatever the line does', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(happening, { maxLength: 40 }), async (story) => {
        const line = createLine();
        const written: Record<Side, string[]> = { a: [], b: [] };
        line.find();
        for (const step of story) {
          switch (step.what) {
            case 'write':
              for (let n = 0; n < step.count; n += 1) {
                const text = `${step.side}${String(written[step.side].length)}`;
                if (line.talks[step.side].write(text) === 'ok') written[step.side].push(text);
              }
              line.flow();
              break;
            case 'wait':
              await line.pass(step.ms);
              break;
            case 'stall':
              line.stall(step.side, step.yes);
              break;
            case 'lose':
              if (line.up) line.lose(step.arriving);
              break;
            case 'find':
              if (!line.up) line.find();
              break;
            case 'type':
              line.talks[step.side].type();
              line.flow();
              break;
          }
        }
        for (const side of SIDES) line.stall(side, false);
        if (!line.up) line.find();
        await line.pass(110 * WIDEN_MS);
        for (const side of SIDES) {
          const { chat } = line.talks[side];
          expect(line.told[side]).toEqual([]);
          expect(chat.leftOut).toBeNull();
          expect(texts(line.talks[side], 'peer')).toEqual(written[other[side]]);
          expect(chat.delivered).toBe(written[side].length);
        }
      }),
      { numRuns: 150 },
    );
  }, 60_000);

  it('hands over a burst, and the rest as the other side can take it', async () => {
    const line = createLine();
    line.find();
    for (let n = 0; n < 100; n += 1) line.talks.a.write('x');
    line.flow();
    expect(texts(line.talks.b, 'peer')).toHaveLength(WINDOW);
    await line.pass(WIDEN_MS);
    expect(texts(line.talks.b, 'peer')).toHaveLength(WINDOW + 1);
    await line.pass(79 * WIDEN_MS);
    expect(texts(line.talks.b, 'peer')).toHaveLength(100);
  });

  it('holds back while nothing is acknowledged, however long that takes', async () => {
    const line = createLine();
    line.find();
    line.stall('b', true);
    for (let n = 0; n < 10; n += 1) {
      for (let k = 0; k < 5; k += 1) line.talks.a.write('x');
      await line.pass(5000);
    }
    expect(line.onItsWay.b).toHaveLength(WINDOW);
    line.stall('b', false);
    expect(line.talks.b.chat.leftOut).toBeNull();
  });

  it('may say again on every transport what may be there already', () => {
    const line = createLine();
    line.find();
    line.stall('a', true);
    for (let n = 0; n < 25; n += 1) line.talks.a.write(String(n));
    line.flow();
    for (let n = 0; n < 20; n += 1) {
      line.lose(0);
      line.find();
    }
    line.stall('a', false);
    expect(line.told).toEqual({ a: [], b: [] });
    expect(line.talks.a.chat.delivered).toBe(WINDOW);
    expect(texts(line.talks.b, 'peer')).toHaveLength(WINDOW);
  });

  it('leaves no timer behind when all is forgotten', async () => {
    const line = createLine();
    line.find();
    for (let n = 0; n < 50; n += 1) line.talks.a.write('x');
    line.talks.a.type();
    line.flow();
    for (const side of SIDES) line.talks[side].forget();
    await line.pass(20 * WIDEN_MS);
    expect(Object.values(line.onItsWay)).toEqual([[], []]);
  });
});

describe('typing', () => {
  it('is told at most every three seconds, and shown until it has not been told for six', async () => {
    const line = createLine();
    line.find();
    for (let n = 0; n < 10; n += 1) {
      line.talks.a.type();
      await line.clock.advance(500);
    }
    expect(line.onItsWay.b.map(({ type }) => type)).toEqual([FrameType.typing, FrameType.typing]);
    line.flow();
    await line.clock.advance(5999);
    expect(line.talks.b.peerTyping).toBe(true);
    await line.clock.advance(1);
    expect(line.talks.b.peerTyping).toBe(false);
  });

  it('is told again in time when the person writes on behind a message', async () => {
    const line = createLine();
    line.find();
    line.talks.a.type();
    line.talks.a.write('one');
    line.talks.a.type();
    line.flow();
    expect(line.talks.b.peerTyping).toBe(false);
    await line.pass(3000);
    expect(line.talks.b.peerTyping).toBe(true);

    line.talks.a.type();
    line.talks.a.write('two');
    line.flow();
    await line.pass(3000);
    expect(line.talks.b.peerTyping).toBe(false);
  });

  it('is over with the text, and with the transport', () => {
    const line = createLine();
    line.find();
    line.talks.a.type();
    line.flow();
    expect(line.talks.b.peerTyping).toBe(true);
    line.talks.a.write('here it is');
    line.flow();
    expect(line.talks.b.peerTyping).toBe(false);

    const lost = createLine();
    lost.find();
    lost.talks.a.type();
    lost.flow();
    lost.lose(0);
    expect(lost.talks.b.peerTyping).toBe(false);
  });
});

describe('what was seen', () => {
  const deliveries = (line: ReturnType<typeof createLine>, side: Side) =>
    messagesOf(line.talks[side].chat.posts, 'me').map(({ delivery }) => delivery);
  const seen = (line: ReturnType<typeof createLine>) =>
    line.onItsWay.a.filter(({ type }) => type === FrameType.seen).map(({ messageId }) => messageId);

  it('is told at once, then at most every second, and the latest of it', async () => {
    const line = createLine();
    line.find();
    line.stall('a', true);
    for (let n = 0; n < 10; n += 1) {
      line.talks.a.write('x');
      line.flow();
      line.talks.b.markRead();
      await line.clock.advance(150);
    }
    await line.clock.advance(2000);
    expect(seen(line)).toEqual([1, 7, 10]);
    line.stall('a', false);
    expect(messagesOf(line.talks.a.chat.posts, 'me').map(({ delivery }) => delivery)).toEqual(Array(10).fill('seen'));
  });

  it('is told once more on a new transport', async () => {
    const line = createLine();
    line.find();
    line.talks.a.write('x');
    line.flow();
    line.stall('a', true);
    line.talks.b.markRead();
    line.lose(0);
    line.find();
    expect(seen(line)).toEqual([]);
    await line.clock.advance(1000);
    expect(seen(line)).toEqual([1]);
  });

  it('is neither told nor shown where a person does not want that', async () => {
    const line = createLine();
    line.find();
    line.talks.b.setTellsSeen(false);
    for (const side of SIDES) line.talks[side].write('x');
    line.flow();
    for (const side of SIDES) line.talks[side].markRead();
    await line.pass(2000);
    expect(SIDES.map((side) => deliveries(line, side))).toEqual([['delivered'], ['delivered']]);
  });

  it('is shown again as soon as the person wants that, and told when something is seen that came since', async () => {
    const line = createLine();
    line.find();
    line.talks.b.setTellsSeen(false);
    for (const side of SIDES) line.talks[side].write('x');
    line.flow();
    for (const side of SIDES) line.talks[side].markRead();
    line.talks.b.setTellsSeen(true);
    await line.pass(2000);
    line.lose(0);
    line.find();
    await line.pass(2000);
    expect(deliveries(line, 'b')).toEqual(['seen']);
    expect(deliveries(line, 'a'), 'what was seen before is not told in arrears').toEqual(['delivered']);

    line.talks.a.write('y');
    line.flow();
    await line.pass(2000);
    expect(deliveries(line, 'a')).toEqual(['delivered', 'delivered']);
    line.talks.b.markRead();
    await line.pass(2000);
    expect(deliveries(line, 'a')).toEqual(['seen', 'seen']);
  });
});

describe('a sender who knows no measure', () => {
  /** Who hears it, what was answered, and what became of it. */
  function createListener() {
    const answers: { type: number; messageId: number }[] = [];
    const told: Event[] = [];
    const writes = { count: 0 };
    const clock = createManualClock(1_000_000);
    const talk = new Talk({
      clock,
      tell: (event) => told.push(event),
      chat: emptyChat,
      changed: () => undefined,
      keep: (then) => {
        writes.count += 1;
        then?.();
      },
      send: (type, messageId) => answers.push({ type, messageId }) > 0,
    });
    talk.resume();
    let id = 0;
    return {
      talk,
      clock,
      told,
      writes,
      answers,
      hears: (type: MessageType, count: number) => {
        for (let n = 0; n < count; n += 1) {
          if (type === FrameType.text) id += 1;
          talk.hear(1, {
            type,
            messageId: id,
            body: type === FrameType.text ? encodeText(`text ${String(id)}`) : NOTHING,
          });
        }
      },
    };
  }

  it('is muted: what is too much is not shown, and nothing is called delivered that was not', async () => {
    const { talk, clock, hears, answers, told } = createListener();
    hears(FrameType.text, 30);
    expect(talk.chat.posts).toHaveLength(20);
    expect(talk.chat.leftOut).toEqual({ id: 21, place: 20 });
    await clock.advance(10_000);
    hears(FrameType.text, 1);
    expect(texts(talk, 'peer').at(-1)).toBe('text 31');
    expect(answers.at(-1)).toEqual({ type: FrameType.ack, messageId: 20 });
    expect(told).toEqual([]);
  });

  it('of what changes nothing has nothing kept and nothing drawn for it', () => {
    const { talk, hears, writes } = createListener();
    talk.write('x');
    const [before, { posts }] = [writes.count, talk.chat];
    hears(FrameType.ack, 10);
    hears(FrameType.seen, 10);
    expect([writes.count, talk.chat.posts === posts]).toEqual([before, true]);
  });

  it('is told once more, on a new transport, how far it got and no further', () => {
    const { talk, hears, answers } = createListener();
    hears(FrameType.text, 25);
    answers.length = 0;
    talk.pause();
    talk.resume();
    for (let id = 15; id <= 25; id += 1)
      talk.hear(2, { type: FrameType.text, messageId: id, body: encodeText(`text ${String(id)}`) });
    expect(answers).toEqual([{ type: FrameType.ack, messageId: 20 }]);
    expect(talk.chat.posts).toHaveLength(20);
  });

  it.each([
    ['texts', FrameType.text, allowances.text.burst],
    ['acknowledgements', FrameType.ack, allowances.control.burst],
    ['what was seen', FrameType.seen, allowances.control.burst],
    ['pings', FrameType.ping, allowances.control.burst],
    ['typing', FrameType.typing, allowances.typing.burst],
  ])('of %s ends the chat', (_name, type, burst) => {
    const { hears, told } = createListener();
    hears(type, burst + 100);
    expect(told).toEqual([]);
    hears(type, 1);
    expect(told).toEqual([{ type: 'flood-arrived', epoch: 1 }]);
  });

  it('of edits, reactions and the like is muted as one of texts is', () => {
    const { talk, answers, told } = createListener();
    const say = (id: number, saying: Saying) => {
      const { type, body } = encodeSaying(saying);
      talk.hear(1, { type, messageId: id, body });
    };
    say(1, { type: 'text', text: 'v0' });
    for (let n = 1; n <= 30; n += 1)
      say(1 + n, n % 2 === 1 ? { type: 'edit', id: 1, text: `v${n}` } : { type: 'unsend', id: 1 + n });
    expect(texts(talk, 'peer')).toEqual(['v19']);
    expect(talk.chat.leftOut).toEqual({ id: 21, place: 1 });
    expect(answers.at(-1)).toEqual({ type: FrameType.ack, messageId: 20 });
    expect(told).toEqual([]);
  });

  it.each<[string, number, number[]]>([
    ['an edit without words', FrameType.edit, [0, 0, 0, 1]],
    ['a reaction out of nowhere', FrameType.reaction, [0, 0, 0, 0, 1, 9]],
    ['a quote of what was never said here', FrameType.reply, [1, 0, 0, 0, 1, 97]],
    ['an unsend of what comes later', FrameType.unsend, [0, 0, 0, 9]],
  ])('or of %s ends the chat', (_what, type, body) => {
    const { talk, told } = createListener();
    talk.hear(1, { type: FrameType.text, messageId: 1, body: encodeText('hello') });
    talk.hear(1, { type: type as MessageType, messageId: 2, body: Uint8Array.from(body) });
    expect(told).toEqual([{ type: 'transport-violated', epoch: 1 }]);
    expect(talk.chat.posts).toHaveLength(1);
  });

  it('of frames with nothing in them ends the chat', () => {
    const { talk, told } = createListener();
    for (let n = 0; n < allowances.control.burst + 101; n += 1) talk.hear(1, null);
    expect(told).toEqual([{ type: 'flood-arrived', epoch: 1 }]);
  });

  it('of connections ends the chat', () => {
    const { talk, told } = createListener();
    expect(talk.admits(0)).toBe(true);
    for (let n = 1; n <= 20; n += 1) expect(talk.admits(n)).toBe(true);
    expect(talk.admits(21)).toBe(false);
    expect(told).toEqual([{ type: 'flood-arrived', epoch: 21 }]);
  });
});
