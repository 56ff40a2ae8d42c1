import { describe, expect, it } from 'vitest';

import { REACTIONS, type Ref } from '../chat/message.ts';
import { itemsOf, messagesOf } from '../chat/post.ts';

import { settle } from './clock.ts';
import { createWorld, meet, talkable, type World } from './memory-world.ts';
import type { Talk } from './talk.ts';

type People = Awaited<ReturnType<typeof meet>>;
type Person = People['host'];
const SIDES = ['host', 'guest'] as const;
const other = { host: 'guest', guest: 'host' } as const;

function talkOf({ runner }: Person): Talk {
  if (runner.talk === null) throw new Error('no chat');
  return runner.talk;
}

/** What a page shows, with the sides called by their names. */
function sight(people: People, of: (typeof SIDES)[number]) {
  const name = (from: Ref['from']) => (from === 'me' ? of : other[of]);
  return itemsOf(people[of].runner.snapshot.chat.posts).map((item) => {
    if (item.kind === 'copy-saved') return { by: name(item.from), kind: item.kind };
    const { from, id, text, quote, edited, unsent, reactions } = item;
    const { me, peer } = reactions;
    const both = { [of]: me, [other[of]]: peer };
    return { by: name(from), id, text, quote: quote && [name(quote.from), quote.id], edited, unsent, reactions: both };
  });
}

async function aWhile(world: World) {
  for (let second = 0; second < 20; second += 1) await world.clock.advance(1000);
  await talkable(world);
}

const between: Record<string, (world: World, people: People) => Promise<unknown>> = {
  'with nothing in between': () => Promise.resolve(),
  'across a cut': async (world) => {
    world.network.cut();
    await talkable(world);
  },
  // What was not kept when a page goes was not said either: a person sees that it is gone.
  'across a reload of the host': async (_world, { host }) => {
    await settle();
    await host.reload();
  },
  'across a reload of the guest': async (_world, { guest }) => {
    await settle();
    await guest.reload();
  },
  'across a crash of both': async (_world, { host, guest }) => {
    await settle();
    await host.reload('crash');
    await guest.reload('crash');
  },
};

describe.each(SIDES)('what the %s says', (side) => {
  it.each(Object.entries(between))('%s, is the same on both sides', async (_what, fault) => {
    const world = createWorld({ keeps: true });
    const people = await meet(world);
    const [self, peer] = [people[side], people[other[side]]];
    peer.runner.send('Shall we?');
    await talkable(world);
    self.runner.send('tomorow');
    self.runner.send('no, wait');
    await talkable(world);
    const faulty = async () => {
      await fault(world, people);
      await aWhile(world);
    };
    await faulty();
    talkOf(self).write('Yes!', { from: 'peer', id: 1 });
    talkOf(self).edit(1, 'tomorrow');
    await faulty();
    talkOf(self).unsend(2);
    talkOf(self).react({ from: 'peer', id: 1 }, '🎉');
    talkOf(peer).react({ from: 'me', id: 1 }, '👍');
    talkOf(self).noteCopySaved();
    await faulty();
    talkOf(self).react({ from: 'peer', id: 1 }, '❤️');
    talkOf(peer).react({ from: 'peer', id: 3 }, '😂');
    await faulty();
    const plain = { quote: null, edited: false, unsent: false };
    const [me, you] = [side, other[side]];
    const reactions = (mine: string | null, theirs: string | null) => ({ [me]: mine, [you]: theirs });
    const expected = [
      { ...plain, by: you, id: 1, text: 'Shall we?', reactions: reactions('❤️', '👍') },
      { ...plain, by: me, id: 1, text: 'tomorrow', edited: true, reactions: reactions(null, null) },
      { ...plain, by: me, id: 2, text: '', unsent: true, reactions: reactions(null, null) },
      { ...plain, by: me, id: 3, text: 'Yes!', quote: [you, 1], reactions: reactions(null, '😂') },
      { by: me, kind: 'copy-saved' },
    ];
    expect(sight(people, side)).toEqual(expected);
    expect(sight(people, other[side])).toEqual(expected);
    expect(self.deliveries).toEqual(['delivered', 'delivered', 'delivered']);
    for (const one of SIDES) {
      const [kept] = await people[one].disk.open().load();
      expect(new TextDecoder().decode(Buffer.concat(kept?.messages ?? [])), 'what is kept').not.toMatch(
        /tomorow|no, wait/,
      );
    }
  });
});

describe('what was changed while there was no way', () => {
  it('leaves as it is by then, and what was taken back never does', async () => {
    const world = createWorld({ keeps: true });
    const people = await meet(world);
    const frames: string[] = [];
    world.network.cut();
    const { guest, host } = people;
    guest.runner.send('tomorow');
    guest.runner.send('never mind');
    talkOf(guest).edit(1, 'tomorrow');
    talkOf(guest).unsend(2);
    await aWhile(world);
    for (const { chat } of host.seen) frames.push(...messagesOf(chat.posts, 'peer').map(({ text }) => text));
    expect(host.texts).toEqual(['tomorrow']);
    expect(new Set(frames)).toEqual(new Set(['tomorrow']));
    expect(messagesOf(guest.runner.snapshot.chat.posts, 'me')).toMatchObject([{ edited: false, text: 'tomorrow' }]);
  });
});

describe('what was seen', () => {
  it('is marked on the messages of the other side, and still is after both pages were loaded again', async () => {
    const world = createWorld({ keeps: true });
    const { host, guest } = await meet(world);
    guest.runner.send('one');
    await talkable(world);
    expect(guest.deliveries).toEqual(['delivered']);
    host.runner.markRead();
    await talkable(world);
    guest.runner.send('two');
    await talkable(world);
    expect(guest.deliveries).toEqual(['seen', 'delivered']);
    for (const one of [host, guest]) {
      await one.reload();
      await aWhile(world);
    }
    expect(guest.deliveries).toEqual(['seen', 'delivered']);
    host.runner.markRead();
    await aWhile(world);
    expect(guest.deliveries).toEqual(['seen', 'seen']);
  });

  it('is not told by who does not want that, which is kept', async () => {
    const world = createWorld({ keeps: true });
    const { host, guest } = await meet(world);
    host.runner.setTellsSeen(false);
    await talkable(world);
    await host.reload();
    await aWhile(world);
    guest.runner.send('one');
    await talkable(world);
    host.runner.markRead();
    await aWhile(world);
    expect(host.runner.snapshot.chat.tellsSeen).toBe(false);
    expect(guest.deliveries).toEqual(['delivered']);
  });
});

it('every reaction of the set arrives', async () => {
  const world = createWorld();
  const { host, guest } = await meet(world);
  guest.runner.send('well?');
  await talkable(world);
  for (const reaction of REACTIONS) {
    talkOf(host).react({ from: 'peer', id: 1 }, reaction);
    await talkable(world);
    expect(messagesOf(guest.runner.snapshot.chat.posts, 'me')[0]?.reactions.peer).toBe(reaction);
  }
});
