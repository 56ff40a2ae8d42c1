import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { messagesOf } from '../chat/post.ts';

import { settle } from './clock.ts';
import { createWorld, HOUR_MS, knock, meet, talkable, type World } from './memory-world.ts';

type People = Awaited<ReturnType<typeof meet>>;
type Side = keyof People;
const SIDES = ['host', 'guest'] as const;
const other = { host: 'guest', guest: 'host' } as const;

/** Time for whatever has to be noticed and tried again. */
async function aWhile(world: World, seconds = 20) {
  for (let second = 0; second < seconds; second += 1) await world.clock.advance(1000);
  await talkable(world);
}

/** So many turns and no more: the next one may be the last that a page has. */
async function settleFor(turns: number) {
  for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
}

const isChatting = (people: People) => SIDES.every((side) => people[side].state.phase === 'chatting');

describe('a page that is loaded again in a chat', () => {
  for (const how of ['goodbye', 'crash'] as const) {
    for (const who of [['host'], ['guest'], ['host', 'guest']] as const) {
      it(`${who.join(' and ')}, ${how}: both go on with all that was said`, async () => {
        const world = createWorld({ keeps: true });
        const people = await meet(world);
        const { sas, peerName } = people.host.runner.snapshot;
        people.host.runner.send('one');
        people.guest.runner.send('two');
        await talkable(world);

        for (const side of who) expect(await people[side].reload(how)).toBe(true);
        people.host.runner.send('three');
        people.guest.runner.send('four');
        await aWhile(world);

        expect(isChatting(people)).toBe(true);
        expect(people.host.texts).toEqual(['two', 'four']);
        expect(people.guest.texts).toEqual(['one', 'three']);
        for (const side of SIDES) {
          expect(people[side].deliveries).toEqual(['delivered', 'delivered']);
          expect(people[side].runner.snapshot.sas).toEqual(sas);
        }
        expect(people.host.runner.snapshot.peerName).toBe(peerName);
      });
    }
  }

  it('goes on while the server has lost its memory', async () => {
    const world = createWorld({ keeps: true });
    const people = await meet(world);
    world.server.forget();
    await people.guest.reload();
    await people.host.reload();
    await aWhile(world);
    expect(isChatting(people)).toBe(true);
  });

  for (const first of SIDES)
    it(`begins when the host lets in at a server that lost its memory, and the ${first} is back first`, async () => {
      const world = createWorld({ keeps: true });
      const people = await knock(world);
      for (const side of SIDES) world.server.cut(people[side].signaling);
      people.host.runner.tell({ type: 'admitted' });
      await settle();
      world.server.forget();
      world.server.restore(people[first].signaling);
      await settle();
      world.server.restore(people[other[first]].signaling);
      await aWhile(world, 12);
      expect(isChatting(people)).toBe(true);
    });

  it('begins when the guest is loaded again while it waits for a host that let it in meanwhile', async () => {
    const world = createWorld({ keeps: true });
    const people = await knock(world);
    for (const side of SIDES) world.server.cut(people[side].signaling);
    people.host.runner.tell({ type: 'admitted' });
    await settle();
    world.server.forget();
    world.server.restore(people.guest.signaling);
    await settle();
    expect(people.guest.state.phase).toBe('host-away');
    await people.guest.reload();
    await settle();
    world.server.restore(people.host.signaling);
    await aWhile(world, 12);
    expect(isChatting(people)).toBe(true);
  });

  for (const first of SIDES)
    it(`begins when the server loses its memory while the two connect, and the ${first} is back first`, async () => {
      const world = createWorld({ keeps: true });
      const people = await knock(world);
      world.late.transports = new Promise(() => undefined);
      people.host.runner.tell({ type: 'admitted' });
      await settle();
      world.late.transports = null;
      for (const side of SIDES) world.server.cut(people[side].signaling);
      world.server.forget();
      world.server.restore(people[first].signaling);
      await settle();
      world.server.restore(people[other[first]].signaling);
      await aWhile(world, 12);
      if (people.host.state.phase === 'knocked') people.host.runner.tell({ type: 'admitted' });
      await aWhile(world, 5);
      expect(isChatting(people)).toBe(true);
    });

  it('goes on when the server lost its memory, and the host had missed new names of the seat', async () => {
    const world = createWorld({ keeps: true });
    const people = await meet(world);
    const line = people.host.signaling;
    world.server.cut(line);
    for (let reload = 0; reload < 3; reload += 1) {
      await people.guest.reload();
      await aWhile(world, 2);
    }
    world.server.forget();
    world.server.restore(line);
    await aWhile(world, 40);
    expect(isChatting(people)).toBe(true);
  });

  it('does not send more than the other side is sure to take, however much it took before', async () => {
    const world = createWorld({ keeps: true });
    const people = await meet(world);
    for (let n = 0; n < 20; n += 1) people.guest.runner.send(`first ${String(n)}`);
    await talkable(world);
    await people.guest.reload('crash');
    await aWhile(world, 1);
    for (let n = 0; n < 20; n += 1) people.guest.runner.send(`second ${String(n)}`);
    await aWhile(world);
    expect(people.host.runner.snapshot.chat.leftOut).toBeNull();
    expect(people.host.texts).toHaveLength(40);
  });

  it('keeps what was written while there was no way, and what was read', async () => {
    const world = createWorld({ keeps: true });
    const people = await meet(world);
    people.guest.runner.send('read');
    await talkable(world);
    people.host.runner.markRead();
    world.network.cut();
    people.host.runner.send('written without a way');
    await settle();
    await people.host.reload('crash');
    expect(people.host.runner.snapshot.chat.read).toBe(1);
    await aWhile(world);
    expect(people.guest.texts).toEqual(['written without a way']);
  });

  it('ends when nobody can be waiting any more', async () => {
    const world = createWorld({ keeps: true });
    const people = await meet(world);
    await settle();
    people.guest.runner.abandon();
    await world.clock.advance(700_000);
    expect(people.host.state).toMatchObject({ phase: 'ended', reason: 'silence' });
    await people.guest.reload('crash');
    expect(people.guest.state).toMatchObject({ phase: 'ended', reason: 'silence' });
    await settle();
    expect(people.guest.disk.records.size).toBe(0);
  });

  it('stays alive in what is kept, however long the chat is quiet', async () => {
    const world = createWorld({ keeps: true });
    const people = await meet(world);
    await world.clock.advance(HOUR_MS / 2);
    await people.guest.reload('crash');
    await aWhile(world);
    expect(isChatting(people)).toBe(true);
  });

  it('goes on in memory alone when the disk is full', async () => {
    const world = createWorld({ keeps: true });
    const people = await meet(world);
    people.guest.disk.broken = true;
    people.guest.runner.send('one');
    await talkable(world);
    expect(people.host.texts).toEqual(['one']);
    // Not to an older state of it: its numbers would be used again.
    people.guest.disk.broken = false;
    await settle();
    expect(await people.guest.reload('crash')).toBe(false);
  });

  it('goes on in memory alone when the disk does not answer', async () => {
    const world = createWorld({ keeps: true });
    const people = await meet(world);
    people.guest.disk.hangs = true;
    people.guest.runner.send('one');
    await aWhile(world, 10);
    expect(people.host.texts).toEqual(['one']);
  });

  it.each([4_500, 5_500, 60_000])('outlives a page that stood still for %i ms in the middle of a write', async (ms) => {
    const world = createWorld({ keeps: true });
    const people = await meet(world);
    people.guest.runner.send('one');
    await Promise.resolve();
    world.clock.standStill(ms);
    await settle();
    expect(await people.guest.reload('crash')).toBe(true);
  });
});

describe('a page that is loaded again before the chat', () => {
  it('the host, with an open link: the guest comes all the same', async () => {
    const world = createWorld({ keeps: true });
    const host = world.host();
    await settle();
    await host.reload();
    await settle();
    const guest = world.guest(host.link);
    guest.runner.ask('Mia');
    await settle();
    expect(host.state).toMatchObject({ phase: 'knocked', nickname: 'Mia' });
  });

  it('the guest, before asking: the link is still there', async () => {
    const world = createWorld({ keeps: true });
    const host = world.host();
    const guest = world.guest(host.link);
    await settle();
    expect(await guest.reload()).toBe(true);
    expect(guest.state).toMatchObject({ phase: 'idle' });
    guest.runner.ask('Mia');
    await settle();
    expect(host.state).toMatchObject({ phase: 'knocked' });
  });

  it('the guest, while it knocks: the host sees that it is away, and can let it in when it is back', async () => {
    const world = createWorld({ keeps: true });
    const { host, guest } = await knock(world);
    expect(host.state).toMatchObject({ phase: 'knocked', away: false });
    world.server.cut(guest.signaling);
    await settle();
    expect(host.state).toMatchObject({ phase: 'knocked', away: true });
    await guest.reload('crash');
    // At whatever moment it is let in: not to a handshake that the new page knows nothing of.
    for (let turn = 0; turn < 200; turn += 1) {
      host.runner.tell({ type: 'admitted' });
      await Promise.resolve();
    }
    await aWhile(world, 15);
    host.runner.tell({ type: 'admitted' });
    await talkable(world);
    expect(isChatting({ host, guest })).toBe(true);
  });

  for (const who of [['host'], ['guest'], ['host', 'guest']] as const) {
    for (const how of ['goodbye', 'crash'] as const) {
      it(`${who.join(' and ')}, while the guest knocks (${how}): the knock is there again, in the same seat`, async () => {
        const world = createWorld({ keeps: true });
        const people = await knock(world);
        for (const side of who) await people[side].reload(how);
        await aWhile(world);
        expect(people.host.state).toMatchObject({ phase: 'knocked', nickname: 'Mia' });
        people.host.runner.tell({ type: 'admitted' });
        await talkable(world);
        expect(isChatting(people)).toBe(true);
      });

      it(`${who.join(' and ')}, right after Let in (${how}): the chat begins`, async () => {
        for (let turns = 0; turns < 150; turns += 7) {
          const world = createWorld({ keeps: true });
          const people = await knock(world);
          people.host.runner.tell({ type: 'admitted' });
          await settleFor(turns);
          for (const side of who) await people[side].reload(how);
          await aWhile(world, 15);
          // The admission may never have left: then the guest is at the door again.
          if (people.host.state.phase === 'knocked') people.host.runner.tell({ type: 'admitted' });
          await aWhile(world, 10);
          expect([turns, people.host.state.phase, people.guest.state.phase]).toEqual([turns, 'chatting', 'chatting']);
        }
      }, 60_000);
    }
  }
});

describe('a page that vanishes at any moment', () => {
  for (const who of SIDES) {
    it(`the ${who}’s, while the two find each other again`, async () => {
      for (let turns = 0; turns < 260; turns += 5) {
        const world = createWorld({ keeps: true });
        const people = await meet(world);
        world.network.cut();
        await settleFor(turns);
        await people[who].reload('crash');
        await aWhile(world);
        expect([turns, people.host.state.phase, people.guest.state.phase]).toEqual([turns, 'chatting', 'chatting']);
      }
    }, 60_000);

    it(`the ${who}’s, after it wrote: nothing that it writes later is lost`, async () => {
      for (let turns = 0; turns < 80; turns += 2) {
        const world = createWorld({ keeps: true });
        const people = await meet(world);
        people[who].runner.send('perhaps lost, if it was never kept');
        await settleFor(turns);
        await people[who].reload('crash');
        people[who].runner.send('written later');
        await aWhile(world);
        const { texts } = people[other[who]];
        expect([turns, texts.at(-1), people[who].deliveries.at(-1)]).toEqual([turns, 'written later', 'delivered']);
        expect(texts.length).toBe(people[who].deliveries.length);
      }
    }, 60_000);
  }
});

describe('what was decided before a reload', () => {
  it('a guest who hides its address hides it after it, too', async () => {
    const world = createWorld({ keeps: true });
    const host = world.host();
    await settle();
    const guest = world.guest(host.link);
    guest.runner.ask('Mia', true);
    await settle();
    host.runner.tell({ type: 'admitted' });
    await talkable(world);
    await guest.reload();
    await aWhile(world);
    expect(guest.state.phase).toBe('chatting');
    expect(world.network.ways.map(({ relayOnly }) => relayOnly)).toEqual([false, true, false, true]);
  });

  it('a guest who closed its page has half a minute, whatever the host’s page does meanwhile', async () => {
    const world = createWorld({ keeps: true });
    const { host, guest } = await meet(world);
    guest.runner.goodbye();
    guest.runner.abandon();
    world.server.cut(guest.signaling);
    await settle();
    expect(host.state).toMatchObject({ phase: 'reconnecting', farewell: true });
    await world.clock.advance(5000);
    await host.reload();
    await aWhile(world, 30);
    expect(host.state).toMatchObject({ phase: 'ended', reason: 'peer-gone' });
  });

  it('reloads do not make ten minutes of silence longer', async () => {
    const world = createWorld({ keeps: true });
    const { host, guest } = await meet(world);
    guest.runner.abandon();
    world.network.cut();
    await settle();
    for (let reload = 0; reload < 2; reload += 1) {
      await world.clock.advance(540_000);
      await host.reload('crash');
      await settle();
    }
    expect(host.state).toMatchObject({ phase: 'ended', reason: 'silence' });
  });

  it('strikes are counted on', async () => {
    const world = createWorld({ keeps: true });
    const { host } = await knock(world);
    host.runner.tell({ type: 'handshake-refused', epoch: 0, forged: false });
    await settle();
    await host.reload();
    await settle();
    expect(host.state).toMatchObject({ phase: 'waiting', strikes: 1 });
  });

  it('a guest who was let in and not yet told is at the door again', async () => {
    const world = createWorld({ keeps: true });
    const { host } = await knock(world);
    world.late.transports = new Promise(() => undefined);
    host.runner.tell({ type: 'admitted' });
    await settle();
    await host.reload('crash');
    world.late.transports = null;
    await aWhile(world, 8);
    expect(host.state).toMatchObject({ phase: 'knocked', nickname: 'Mia' });
  });
});

describe('a disk that fails once', () => {
  it('leaves nothing older to go on from: no number is used again, no link opens again', async () => {
    const world = createWorld({ keeps: true });
    const { host, guest } = await knock(world);
    host.disk.broken = true;
    host.runner.tell({ type: 'admitted' });
    await aWhile(world, 3);
    expect(host.state.phase).toBe('chatting');
    guest.disk.broken = true;
    guest.runner.send('one');
    await talkable(world);
    expect(host.texts).toEqual(['one']);
    host.disk.broken = guest.disk.broken = false;
    await settle();
    expect(await host.reload('crash')).toBe(false);
    expect(await guest.reload('crash')).toBe(false);
  });

  it('does not keep anybody from joining, if it never answers', async () => {
    const world = createWorld({ keeps: true });
    const host = world.host();
    await settle();
    const guest = world.guest(host.link);
    guest.disk.hangs = true;
    guest.runner.ask('Mia');
    await aWhile(world, 10);
    expect(host.state.phase).toBe('knocked');
  });
});

describe('a page that another one goes on from', () => {
  it('says nothing any more', async () => {
    const world = createWorld({ keeps: true });
    const { host } = await knock(world);
    host.runner.abandon();
    const said = world.server.record.length;
    host.runner.tell({ type: 'admitted' });
    await settle();
    expect(world.server.record).toHaveLength(said);
  });
});

describe('an end', () => {
  it('leaves nothing, on either side', async () => {
    const world = createWorld({ keeps: true });
    const people = await meet(world);
    people.host.runner.send('gone soon');
    await talkable(world);
    for (const side of SIDES) expect(people[side].disk.records.size).toBe(1);
    people.host.runner.tell({ type: 'left' });
    await talkable(world);
    for (const side of SIDES) expect(people[side].disk.records.size).toBe(0);
  });
});

describe('an end while something waits to be kept', () => {
  it('reaches the other side, behind what was said before it', async () => {
    for (let turns = 0; turns < 300; turns += 5) {
      const world = createWorld({ keeps: true });
      const { host, guest } = await meet(world);
      world.network.cut();
      await settleFor(turns);
      const isBack = guest.state.phase === 'chatting';
      guest.runner.tell({ type: 'left' });
      await aWhile(world, 2);
      // Before the new handshake is proved there is no key to say it with: then the server's word shortens the wait.
      const { phase } = host.state;
      expect([turns, phase === 'ended' || ('farewell' in host.state && host.state.farewell)]).toEqual([turns, true]);
      if (isBack) break;
    }
  }, 60_000);

  it('says what was written right before it', async () => {
    const world = createWorld({ keeps: true });
    const { host, guest } = await meet(world);
    guest.runner.send('bye');
    guest.runner.tell({ type: 'left' });
    await talkable(world);
    expect(host.seen.some(({ chat }) => messagesOf(chat.posts, 'peer').some(({ text }) => text === 'bye'))).toBe(true);
  });

  it('is no attack, where a guest cancels', async () => {
    for (let turns = 0; turns < 120; turns += 3) {
      const world = createWorld({ keeps: true });
      const host = world.host();
      await settle();
      const guest = world.guest(host.link);
      guest.runner.ask('Mia');
      await settleFor(turns);
      guest.runner.tell({ type: 'left' });
      await settle();
      expect([turns, host.state]).toMatchObject([turns, { strikes: 0 }]);
    }
  }, 60_000);
});

describe('any number of faults', () => {
  const side = fc.constantFrom(...SIDES);
  const deed = fc.oneof(
    { weight: 6, arbitrary: fc.record({ do: fc.constant('say' as const), side }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('reload', 'crash', 'line' as const), side }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('cut', 'forget' as const) }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 9000 }) }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('turns' as const), turns: fc.integer({ min: 0, max: 120 }) }) },
  );

  it('lose nothing, double nothing, reorder nothing, and no mark is false', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(deed, { minLength: 10, maxLength: 60 }), async (deeds) => {
        const world = createWorld({ keeps: true });
        const people = await meet(world);
        const written: Record<Side, string[]> = { host: [], guest: [] };
        const check = (): void => {
          for (const from of SIDES) {
            const heard = people[other[from]].texts;
            expect(heard).toEqual(written[from].slice(0, heard.length));
            const delivered = people[from].deliveries.filter((delivery) => delivery === 'delivered').length;
            expect(delivered).toBeLessThanOrEqual(heard.length);
          }
        };
        for (const one of deeds) {
          switch (one.do) {
            case 'say': {
              const text = `${one.side} ${written[one.side].length}`;
              if (people[one.side].runner.send(text) === 'ok') written[one.side].push(text);
              // What was not yet kept when the page goes was not yet sent either; a person sees that it is gone.
              await settle();
              break;
            }
            case 'reload':
            case 'crash':
              expect(await people[one.side].reload(one.do === 'crash' ? 'crash' : 'goodbye')).toBe(true);
              break;
            case 'line':
              world.server.cut(people[one.side].signaling);
              await settle();
              world.server.restore(people[one.side].signaling);
              break;
            case 'cut':
              world.network.cut();
              break;
            case 'forget':
              world.server.forget();
              for (const one of SIDES) world.server.cut(people[one].signaling);
              for (const one of SIDES) world.server.restore(people[one].signaling);
              break;
            case 'wait':
              // A disk takes turns, not time: it must not look as if it did not answer.
              await settle();
              await world.clock.advance(one.ms);
              break;
            case 'turns':
              await settleFor(one.turns);
          }
          check();
        }
        await aWhile(world, 60);
        expect(people.host.state.phase).toBe('chatting');
        expect(people.guest.state.phase).toBe('chatting');
        for (const from of SIDES) {
          expect(people[other[from]].texts).toEqual(written[from]);
          expect(people[from].deliveries.every((delivery) => delivery === 'delivered')).toBe(true);
        }
      }),
      { numRuns: 20 },
    );
  }, 120_000);
});
