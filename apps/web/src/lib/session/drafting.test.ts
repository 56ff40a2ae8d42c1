import { describe, expect, it } from 'vitest';

import { noDraft, type Draft } from '../chat/draft.ts';

import { settle } from './clock.ts';
import { KEEP_DRAFT_MS } from './drafting.ts';
import { createWorld, meet, talkable, type World } from './memory-world.ts';

const written = (text: string): Draft => ({ text, about: { mode: 'write' } });

/** So long that whatever is written is kept. */
async function aMoment(world: World): Promise<void> {
  await world.clock.advance(KEEP_DRAFT_MS);
  await settle();
}

/** What is kept of somebody, as text. */
const keptOf = (person: ReturnType<World['host']>): string =>
  [...person.disk.records.values()].map(({ core }) => new TextDecoder().decode(core)).join('');

describe.each(['host', 'guest'] as const)('what the %s was writing', (who) => {
  it('is there again when the page is, a moment after it was written', async () => {
    const world = createWorld({ keeps: true });
    const person = (await meet(world))[who];
    person.runner.setDraft(written('half a sen'));
    await aMoment(world);
    expect(await person.reload('crash')).toBe(true);
    expect(person.runner.draft).toEqual(written('half a sen'));
  });

  it.each([
    ['an answer', { text: 'yes, but', about: { mode: 'reply', to: { from: 'peer', id: 1 } } }],
    ['an edit', { text: 'what waits meanwhile', about: { mode: 'edit', id: 1, text: 'better wor' } }],
  ] as const)('is there again with what it was: %s', async (_what, draft) => {
    const world = createWorld({ keeps: true });
    const people = await meet(world);
    for (const { runner } of [people.host, people.guest]) runner.send('first');
    await talkable(world);
    people[who].runner.setDraft(draft);
    await aMoment(world);
    await people[who].reload('crash');
    expect(people[who].runner.draft).toEqual(draft);
  });

  it('is kept while it goes on being written, and not with every key', async () => {
    const world = createWorld({ keeps: true });
    const person = (await meet(world))[who];
    await settle();
    let writes = 0;
    const kept = person.disk.records;
    const set = kept.set.bind(kept);
    kept.set = (id, record) => {
      writes += 1;
      return set(id, record);
    };
    for (let keys = 1; keys <= 50; keys += 1) {
      person.runner.setDraft(written('x'.repeat(keys)));
      await world.clock.advance(100);
    }
    await settle();
    expect(keptOf(person)).toContain('x'.repeat(40));
    expect(writes).toBeLessThanOrEqual(11);
  });

  it('is kept at once when the page may go', async () => {
    const world = createWorld({ keeps: true });
    const person = (await meet(world))[who];
    person.runner.setDraft(written('in a hurry'));
    person.runner.keepDraft();
    await settle();
    await person.reload('crash');
    expect(person.runner.draft).toEqual(written('in a hurry'));
  });

  it('is never there beside the message that was made of it, whenever the page is lost', async () => {
    for (let turns = 0; turns < 80; turns += 4) {
      const world = createWorld({ keeps: true });
      const person = (await meet(world))[who];
      person.runner.setDraft(written('said once'));
      await aMoment(world);
      person.runner.send('said once');
      for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
      await person.reload('crash');
      const { posts } = person.runner.snapshot.chat;
      expect([turns, posts.length + (person.runner.draft.text === '' ? 0 : 1)]).toEqual([turns, 1]);
    }
  }, 30_000);

  it('is no edit any more once that is saved, and what waited meanwhile is the draft', async () => {
    for (let turns = 0; turns < 80; turns += 4) {
      const world = createWorld({ keeps: true });
      const person = (await meet(world))[who];
      person.runner.send('first');
      person.runner.setDraft({ text: 'what waits', about: { mode: 'edit', id: 1, text: 'better' } });
      await aMoment(world);
      person.runner.edit(1, 'better');
      for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
      await person.reload('crash');
      const [post] = person.runner.snapshot.chat.posts;
      const isSaved = post?.kind === 'message' && post.text === 'better';
      expect([turns, isSaved, person.runner.draft.about.mode]).toEqual([turns, isSaved, isSaved ? 'write' : 'edit']);
      expect(person.runner.draft.text).toBe('what waits');
    }
  }, 30_000);

  it('is gone with the chat, whoever ends it, though the last of it was not kept yet', async () => {
    for (const ender of ['host', 'guest'] as const) {
      const world = createWorld({ keeps: true });
      const people = await meet(world);
      people[who].runner.setDraft(written('never to be sent'));
      await aMoment(world);
      people[who].runner.setDraft(written('never to be sent, nor this'));
      people[ender].runner.tell({ type: 'left' });
      await aMoment(world);
      // A box that is just being taken away may tell once more.
      people[who].runner.setDraft(written('nor this'));
      people[who].runner.keepDraft();
      await aMoment(world);
      expect(people[who].runner.draft).toBe(noDraft);
      expect(keptOf(people[who])).toBe('');
    }
  });
});

it('of a draft nobody else learns anything', async () => {
  const world = createWorld({ keeps: true });
  const { host, guest } = await meet(world);
  host.runner.setDraft(written('only here'));
  await aMoment(world);
  await talkable(world);
  expect(guest.runner.snapshot.chat.posts).toEqual([]);
  expect(guest.runner.snapshot.peerTyping).toBe(false);
});
