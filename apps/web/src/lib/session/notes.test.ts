import { describe, expect, it } from 'vitest';

import { messagesOf } from '../chat/post.ts';

import { settle } from './clock.ts';
import { createWorld, knock, meet, talkable, type World } from './memory-world.ts';
import { cleanLabel, MAX_STEPS, noNotes, noted, type Notes } from './notes.ts';

type Person = ReturnType<World['host']>;

/** A host with notes and a guest who knocks, with pages that outlive a reload. */
async function knocking(world: World, notes: Partial<Notes>) {
  const host = world.host(undefined, notes);
  await settle();
  const guest = world.guest(host.link);
  guest.runner.ask('Mia');
  await talkable(world);
  return { host, guest };
}

const storyOf = ({ runner }: Person) => runner.snapshot.notes.story.map(({ what }) => what);

describe('the story of an invite', () => {
  it('has every step once, with its time', async () => {
    const world = createWorld();
    const { host, guest } = await knock(world);
    await world.clock.advance(5000);
    host.runner.tell({ type: 'declined' });
    await settle();
    const next = world.guest(guest.link);
    next.runner.ask('Noa');
    await settle();
    host.runner.tell({ type: 'admitted' });
    await talkable(world);
    host.runner.tell({ type: 'left' });
    const steps = ['made', 'opened', 'knocked', 'declined', 'opened', 'knocked', 'let-in', 'connected', 'ended'];
    expect(storyOf(host)).toEqual(steps);
    expect(host.runner.snapshot.notes.story.slice(2, 4).map(({ at }) => at)).toEqual([1_000_000, 1_005_000]);
    expect(storyOf(next)).toEqual([]);
  });

  it('says who went away, and outlives the page', async () => {
    const world = createWorld({ keeps: true });
    const { host, guest } = await knock(world);
    guest.runner.tell({ type: 'left' });
    await settle();
    await host.reload();
    await settle();
    expect(storyOf(host)).toEqual(['made', 'opened', 'knocked', 'left']);
  });

  it('has one visit of a guest who waits at the door while the page of the host is loaded again', async () => {
    const world = createWorld({ keeps: true });
    const { host } = await knock(world);
    await host.reload();
    for (let second = 0; second < 20; second += 1) await world.clock.advance(1000);
    expect(host.state.phase).toBe('knocked');
    expect(storyOf(host)).toEqual(['made', 'opened', 'knocked']);
  });

  it('does not grow for ever, whoever comes and goes', () => {
    let notes = noted(noNotes, 'made', 0);
    for (let n = 1; n <= 200; n += 1) notes = noted(notes, n % 2 === 0 ? 'opened' : 'left', n);
    expect(notes.story).toHaveLength(MAX_STEPS);
    expect(notes.story[0]).toEqual({ what: 'made', at: 0 });
    expect(notes.story.at(-1)).toEqual({ what: 'opened', at: 200 });
    expect(noted(notes, 'opened', 201)).toBe(notes);
  });
});

describe('whoever has the link', () => {
  it('is let in without being asked about where the host wants that', async () => {
    const world = createWorld();
    const { host, guest } = await knocking(world, { letInEveryone: true });
    expect([host.state.phase, guest.state.phase]).toEqual(['chatting', 'chatting']);
    expect(storyOf(host)).toEqual(['made', 'opened', 'knocked', 'let-in', 'connected']);
  });

  it('is let in by a host whose page was loaded again', async () => {
    const world = createWorld({ keeps: true });
    const host = world.host(undefined, { letInEveryone: true });
    await settle();
    await host.reload();
    await settle();
    const guest = world.guest(host.link);
    guest.runner.ask('Mia');
    await talkable(world);
    expect([host.state.phase, guest.state.phase]).toEqual(['chatting', 'chatting']);
  });

  it('is asked about where the host says nothing else', async () => {
    const { host } = await knocking(createWorld(), {});
    expect(host.state.phase).toBe('knocked');
  });

  it('finds the door shut for good after it was declined and the link ended', async () => {
    const world = createWorld();
    const { host, guest } = await knock(world);
    host.runner.tell({ type: 'declined' });
    host.runner.tell({ type: 'left' });
    await settle();
    expect(guest.state).toMatchObject({ phase: 'ended', reason: 'declined' });
    expect(host.state).toMatchObject({ phase: 'ended', reason: 'invite-ended' });
    expect(storyOf(host)).toEqual(['made', 'opened', 'knocked', 'declined', 'ended']);
    const next = world.guest(guest.link);
    next.runner.ask('Noa');
    await settle();
    expect(next.state).toMatchObject({ phase: 'ended' });
  });
});

describe('a welcome', () => {
  it('is the first message, once, however often the pages are loaded again', async () => {
    const world = createWorld({ keeps: true });
    const { host, guest } = await knocking(world, { welcome: 'Come in!' });
    expect(guest.texts).toEqual([]);
    host.runner.tell({ type: 'admitted' });
    await talkable(world);
    host.runner.send('And sit down');
    await talkable(world);
    expect(guest.texts).toEqual(['Come in!', 'And sit down']);
    for (const one of [host, guest, host]) {
      expect(await one.reload('crash')).toBe(true);
      for (let second = 0; second < 20; second += 1) await world.clock.advance(1000);
      await talkable(world);
    }
    expect(host.state.phase).toBe('chatting');
    expect(guest.texts).toEqual(['Come in!', 'And sit down']);
    expect(messagesOf(host.runner.snapshot.chat.posts, 'me')).toHaveLength(2);
  });

  it('comes once, at whatever moment the host’s page is lost', async () => {
    for (let turns = 0; turns < 160; turns += 4) {
      const world = createWorld({ keeps: true });
      const { host, guest } = await knocking(world, { welcome: 'Come in!' });
      host.runner.tell({ type: 'admitted' });
      for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
      if (turns > 80) await world.clock.advance(10);
      expect(await host.reload('crash')).toBe(true);
      for (let second = 0; second < 20; second += 1) await world.clock.advance(1000);
      await talkable(world);
      if (host.state.phase === 'knocked') {
        host.runner.tell({ type: 'admitted' });
        await talkable(world);
      }
      expect([turns, host.state.phase, guest.texts]).toEqual([turns, 'chatting', ['Come in!']]);
    }
  }, 30_000);

  it('goes to the one who was let in, not to one who left before', async () => {
    const world = createWorld();
    const { host, guest } = await knocking(world, { welcome: 'Come in!' });
    guest.runner.tell({ type: 'left' });
    await settle();
    const next = world.guest(guest.link);
    next.runner.ask('Noa');
    await settle();
    host.runner.tell({ type: 'admitted' });
    await talkable(world);
    expect([guest.texts, next.texts]).toEqual([[], ['Come in!']]);
  });
});

it('what a host notes stays with it, across reloads', async () => {
  const world = createWorld({ keeps: true });
  const { host } = await meet(world);
  host.runner.note({ label: 'Flat viewing, Friday', muted: true });
  await settle();
  await host.reload();
  expect(host.runner.snapshot.notes).toMatchObject({ label: 'Flat viewing, Friday', muted: true });
});

it('a label is one line of at most 80 characters', () => {
  expect(cleanLabel('  Flat\nviewing  ')).toBe('Flat viewing');
  expect([...cleanLabel('👋'.repeat(100))]).toHaveLength(80);
});
