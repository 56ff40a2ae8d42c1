import { describe, expect, it } from 'vitest';

import { settle } from './clock.ts';
import { createWorld, knock, meet, talkable } from './memory-world.ts';
import { timing } from './timing.ts';

const TURN = { urls: 'turn:turn.example:3478', username: '1:a', credential: 'b' };
const HALF_AN_HOUR_MS = 1_800_000;

const ways = (...iceServers: RTCIceServer[]) => ({ iceServers, relayOnly: false });

function withTurn(options?: Parameters<typeof createWorld>[0]) {
  const world = createWorld(options);
  world.server.iceServers = [TURN];
  return world;
}
const asked = (world: ReturnType<typeof createWorld>, name: string): number =>
  world.server.record.filter((one) => (one as { name?: string }).name === name).length;

describe('servers that help to find a way', () => {
  it('are asked for by both sides, only after the admission, and reach the transport', async () => {
    const world = withTurn();
    const people = await knock(world);
    expect(asked(world, 'ice')).toBe(0);
    people.host.runner.tell({ type: 'admitted' });
    await talkable(world);
    expect(people.host.state.phase).toBe('chatting');
    expect(people.guest.state.phase).toBe('chatting');
    expect(world.network.ways).toEqual([ways(TURN), ways(TURN)]);
    const order = world.server.record.map((one) => (one as { name?: string }).name);
    expect(order.indexOf('invite:commit')).toBeLessThan(order.indexOf('ice'));
  });

  it('are asked for behind a commit that waits to be kept', async () => {
    const world = withTurn({ keeps: true });
    await meet(world);
    expect(world.network.ways).toEqual([ways(TURN), ways(TURN)]);
  });

  it('are the only way where addresses are hidden', async () => {
    const world = withTurn();
    world.server.hideAddress = true;
    await meet(world);
    expect(world.network.ways.map(({ relayOnly }) => relayOnly)).toEqual([true, true]);
  });

  it('are not asked for where there are none', async () => {
    const world = createWorld();
    await meet(world);
    expect(asked(world, 'ice')).toBe(0);
    expect(world.network.ways).toEqual([ways(), ways()]);
  });

  it('are asked for again after half of their time, and not before', async () => {
    const world = withTurn();
    const { guest } = await meet(world);
    const again = async (): Promise<number> => {
      world.network.cut();
      await talkable(world);
      await world.clock.advance(timing.request);
      await talkable(world);
      expect(guest.state.phase).toBe('chatting');
      return asked(world, 'ice');
    };
    expect(await again()).toBe(2);
    await world.clock.advance(HALF_AN_HOUR_MS);
    expect(await again()).toBe(4);
  });

  it('are done without when the server does not answer', async () => {
    const world = withTurn();
    const people = await knock(world);
    world.server.silent.add('ice');
    people.host.runner.tell({ type: 'admitted' });
    await talkable(world);
    expect(people.guest.state.phase).toBe('chatting');
    expect(world.network.ways).toEqual([ways(), ways()]);
  });

  it('do not let anyone in twice: an admission that went ahead is not said again with the offer', async () => {
    const world = withTurn();
    const people = await knock(world);
    const release = world.server.hold('ice');
    people.host.runner.tell({ type: 'admitted' });
    await settle();
    expect(people.guest.state.phase).toBe('connecting');
    release();
    await talkable(world);
    expect(people.guest.state.phase).toBe('chatting');
    expect(world.network.opened).toBe(2);
    // The person ended it before the answer came: nothing opens any more.
    const later = await knock(world);
    const releaseLater = world.server.hold('ice');
    later.host.runner.tell({ type: 'admitted' });
    await settle();
    later.host.runner.tell({ type: 'left' });
    releaseLater();
    await talkable(world);
    expect(world.network.opened).toBe(2);
    expect(later.guest.state).toMatchObject({ phase: 'ended' });
  });
});
