import { describe, expect, it } from 'vitest';

import { createWorld, meet, talkable } from './memory-world.ts';

describe('a chat in which nobody says anything', () => {
  it('goes on for half an hour on the same way', async () => {
    const world = createWorld();
    const { host, guest } = await meet(world);
    await world.clock.advance(1_800_000);
    host.runner.send('still there?');
    guest.runner.send('still here');
    await talkable(world);
    expect([host.texts, guest.texts]).toEqual([['still here'], ['still there?']]);
    expect(world.network.opened).toBe(2);
    for (const { seen } of [host, guest]) expect(seen.map(({ state }) => state.phase)).not.toContain('reconnecting');
  });
});

describe('a way on which nothing comes any more, and that does not break', () => {
  it('is left by both within 6 s, and what was written meanwhile arrives on the next', async () => {
    const world = createWorld();
    const { host, guest } = await meet(world);
    // Only the way they are on is dead.
    const { opened } = world.network;
    world.network.carry = (frame) => (world.network.opened > opened ? [frame] : []);
    await world.clock.advance(1000);
    host.runner.send('into the void');
    await world.clock.advance(3500);
    expect([host.state.phase, guest.state.phase]).toEqual(['chatting', 'chatting']);
    await world.clock.advance(1500);
    for (const { seen } of [host, guest]) expect(seen.map(({ state }) => state.phase)).toContain('reconnecting');
    await talkable(world);
    expect([host.state.phase, guest.state.phase]).toEqual(['chatting', 'chatting']);
    expect(guest.texts).toEqual(['into the void']);
    expect(host.deliveries).toEqual(['delivered']);
  });

  it('is left within 4 s by a page that woke', async () => {
    const world = createWorld();
    const { guest } = await meet(world);
    world.network.carry = () => [];
    world.wake();
    await world.clock.advance(4000);
    expect(guest.seen.map(({ state }) => state.phase)).toContain('reconnecting');
  });
});

describe('waking', () => {
  it('changes nothing where the way is good', async () => {
    const world = createWorld();
    const { host, guest } = await meet(world);
    world.wake();
    await world.clock.advance(10_000);
    expect([host.state.phase, guest.state.phase]).toEqual(['chatting', 'chatting']);
    expect(world.network.opened).toBe(2);
  });

  it('makes a guest that waits to try again try at once', async () => {
    const { world, guest } = await apart();
    const asked = () => world.server.record.filter((entry) => attaches(entry)).length;
    const before = asked();
    world.wake();
    expect(asked() - before).toBe(1);
    await talkable(world);
    expect(guest.state).toMatchObject({ phase: 'reconnecting', attempts: 1 });
  });

  it('counts once, however often the device says it within 2 s', async () => {
    const { world, guest } = await apart();
    const asked = () => world.server.record.filter((entry) => attaches(entry)).length;
    const before = asked();
    for (let times = 0; times < 50; times += 1) world.wake();
    await talkable(world);
    expect(asked() - before).toBe(1);
    await world.clock.advance(2000);
    world.wake();
    await talkable(world);
    expect(asked() - before).toBeGreaterThanOrEqual(2);
    expect(guest.state, 'not by the server').toMatchObject({ phase: 'reconnecting', hastened: 0 });
  });

  it('makes a host that lost its guest ask whether its line to the server is alive', async () => {
    const { world, host } = await apart();
    world.server.record.splice(0);
    world.wake();
    expect(world.server.record).toContainEqual(expect.objectContaining({ name: 'invite:open' }));
    expect(host.state.phase).toBe('reconnecting');
  });

  it('is nothing to a session that has ended', async () => {
    const { world, host, guest } = await apart();
    for (const { runner } of [host, guest]) runner.tell({ type: 'left' });
    world.server.record.splice(0);
    await world.clock.advance(2000);
    world.wake();
    expect(world.server.record).toEqual([]);
  });
});

/** Both reconnecting, the guest without a line to the server and between two attempts. */
async function apart() {
  const world = createWorld();
  const { host, guest } = await meet(world);
  world.server.cut(guest.signaling);
  world.network.cut();
  await world.clock.advance(200_000);
  expect([host.state.phase, guest.state.phase]).toEqual(['reconnecting', 'reconnecting']);
  return { world, host, guest };
}

const attaches = (entry: unknown): boolean =>
  typeof entry === 'object' && entry !== null && 'name' in entry && entry.name === 'invite:attach';
