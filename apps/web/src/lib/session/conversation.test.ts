import { FrameType } from '@porchlight/channel';
import { fromBase64url, mintInvite, toBase64url } from '@porchlight/invite';
import { describe, expect, it, vi } from 'vitest';

import type { SignalingEvent } from '../signaling/signaling.ts';
import type { Transport } from '../transport/transport.ts';

import { settle } from './clock.ts';
import type { Item } from './items.ts';
import { Keys } from './keys.ts';
import { transition } from './machine.ts';
import { createRandom, createWorld, HOUR_MS, knock, meet, talkable } from './memory-world.ts';
import { timing } from './timing.ts';

const everySaid = (record: unknown[]): string => JSON.stringify(record);

describe('a conversation', () => {
  it('goes from the link to the last message', async () => {
    const world = createWorld();
    const { host, guest } = await knock(world);
    expect(host.state).toMatchObject({ phase: 'knocked', nickname: 'Mia' });
    expect(guest.state).toMatchObject({ phase: 'knocking' });
    expect(world.network.opened).toBe(0);

    host.runner.tell({ type: 'admitted' });
    await talkable(world);
    expect(host.state.phase).toBe('chatting');
    expect(guest.state.phase).toBe('chatting');
    expect(guest.runner.snapshot.peerName).toBe('Ada');

    expect(host.runner.send('hello')).toBe('ok');
    expect(guest.runner.send('hi 👋')).toBe('ok');
    await settle();
    expect(guest.texts).toEqual(['hello']);
    expect(host.texts).toEqual(['hi 👋']);
    expect(host.deliveries).toEqual(['delivered']);

    host.runner.tell({ type: 'left' });
    await settle();
    expect(host.state).toMatchObject({ phase: 'ended', reason: 'left' });
    expect(guest.state).toMatchObject({ phase: 'ended', reason: 'peer-left' });
    expect(host.runner.snapshot.chat.posts).toEqual([]);
    expect(guest.runner.snapshot.chat.posts).toEqual([]);
  });

  it('shows both sides the same five emoji and the same number', async () => {
    const { host, guest } = await meet(createWorld());
    expect(host.runner.snapshot.sas).toEqual(guest.runner.snapshot.sas);
    expect(host.runner.snapshot.sas?.emoji).toHaveLength(5);
  });

  it('changes keys on the way without losing a message', async () => {
    const world = createWorld();
    const { host, guest } = await meet(world);
    for (let n = 0; n < 300; n += 1) {
      host.runner.send(`h${String(n)}`);
      guest.runner.send(`g${String(n)}`);
      await settle();
      // No faster than people read: what is more than a burst waits for its turn.
      if (n % 100 === 99) await world.clock.advance(30_000);
    }
    expect(guest.texts).toEqual(Array.from({ length: 300 }, (_, n) => `h${String(n)}`));
    expect(host.texts).toEqual(Array.from({ length: 300 }, (_, n) => `g${String(n)}`));
  });

  it('shows the server neither names nor messages nor where anyone is', async () => {
    const world = createWorld();
    const { host } = await meet(world);
    host.runner.send('a secret text');
    await settle();
    const said = everySaid(world.server.record);
    for (const secret of ['Mia', 'Ada', 'a secret text', '192.0.2.1', 'description', 'candidate'])
      expect(said).not.toContain(secret);
  });
});

describe('at the door', () => {
  it('lets the link work again after a decline', async () => {
    const world = createWorld();
    const { host, guest } = await knock(world);
    host.runner.tell({ type: 'declined' });
    await settle();
    expect(guest.state).toMatchObject({ phase: 'ended', reason: 'declined' });
    expect(host.state).toMatchObject({ phase: 'waiting', notice: 'declined' });

    const right = world.guest(host.link);
    right.runner.ask('Right one');
    await settle();
    expect(host.state).toMatchObject({ phase: 'knocked', nickname: 'Right one' });
  });

  it('lets a declined guest ask again on the same page', async () => {
    const world = createWorld();
    const { host, guest } = await knock(world);
    host.runner.tell({ type: 'declined' });
    await settle();
    guest.runner.ask('Mia again');
    await settle();
    expect(host.state).toMatchObject({ phase: 'knocked', nickname: 'Mia again' });
  });

  it('turns a second guest away while one is asking, and after one was let in', async () => {
    const world = createWorld();
    const { host } = await knock(world);
    const second = world.guest(host.link);
    second.runner.ask('Second');
    await settle();
    expect(second.state).toMatchObject({ phase: 'ended', reason: 'reserved' });
    host.runner.tell({ type: 'admitted' });
    await talkable(world);
    second.runner.ask('Second');
    await settle();
    expect(second.state).toMatchObject({ phase: 'ended', reason: 'used' });
  });

  it('waits for a host who is away and goes on by itself', async () => {
    const world = createWorld();
    const host = world.host();
    await settle();
    world.server.cut(host.signaling);
    const guest = world.guest(host.link);
    guest.runner.ask('Mia');
    await settle();
    expect(guest.state.phase).toBe('host-away');
    world.server.restore(host.signaling);
    await settle();
    expect(host.state).toMatchObject({ phase: 'knocked', nickname: 'Mia' });
  });

  it('tells the guest when the host ends the invite', async () => {
    const { host, guest } = await knock(createWorld());
    host.runner.tell({ type: 'left' });
    await settle();
    expect(guest.state).toMatchObject({ phase: 'ended', reason: 'host-ended' });
  });

  it('clears the card when the guest stops asking', async () => {
    const { host, guest } = await knock(createWorld());
    guest.runner.tell({ type: 'left' });
    await settle();
    expect(guest.state).toMatchObject({ phase: 'ended', reason: 'withdrawn' });
    expect(host.state).toMatchObject({ phase: 'waiting', notice: 'guest-left' });
  });

  it('cleans a hostile name', async () => {
    const world = createWorld();
    const host = world.host();
    await settle();
    const guest = world.guest(host.link);
    guest.runner.ask('\u202Eevil\u0000\n'.concat('x'.repeat(80)));
    await settle();
    expect(host.state).toMatchObject({ phase: 'knocked', nickname: `evil ${'x'.repeat(27)}` });
  });

  it('knocks again after the server restarted with an empty memory', async () => {
    const world = createWorld();
    const { host, guest } = await knock(world);
    world.server.cut(host.signaling);
    world.server.cut(guest.signaling);
    world.server.forget();
    world.server.restore(guest.signaling);
    await settle();
    world.server.restore(host.signaling);
    await settle();
    await world.clock.advance(timing.request + 1);
    expect(host.state).toMatchObject({ phase: 'knocked', nickname: 'Mia' });
  });

  it('ends an invite whose time is up', async () => {
    const world = createWorld();
    const host = world.host();
    await settle();
    await world.clock.advance(HOUR_MS);
    expect(host.state).toMatchObject({ phase: 'ended', reason: 'invite-expired' });
  });
});

describe('a lost transport', () => {
  it('is replaced, and what was not acknowledged arrives once and in order', async () => {
    const world = createWorld();
    const { host, guest } = await meet(world);
    host.runner.send('before');
    await settle();
    world.network.carry = () => [];
    host.runner.send('lost 1');
    guest.runner.send('lost 2');
    await settle();
    expect(host.deliveries).toEqual(['delivered', 'sent']);
    world.network.carry = (frame) => [frame];
    world.network.cut();
    expect(host.runner.send('written meanwhile')).toBe('ok');
    expect(host.deliveries).toEqual(['delivered', 'sending', 'sending']);
    await world.clock.advance(100);
    await talkable(world);
    expect(host.state).toMatchObject({ phase: 'chatting' });
    expect(guest.texts).toEqual(['before', 'lost 1', 'written meanwhile']);
    expect(host.texts).toEqual(['lost 2']);
    expect(host.deliveries).toEqual(['delivered', 'delivered', 'delivered']);
  });

  it('is replaced many times in a row', async () => {
    const world = createWorld();
    const { host, guest } = await meet(world);
    for (let n = 0; n < 20; n += 1) {
      host.runner.send(String(n));
      world.network.cut();
      await world.clock.advance(100);
      await talkable(world);
    }
    expect(guest.texts).toEqual(Array.from({ length: 20 }, (_, n) => String(n)));
    expect(host.state.phase).toBe('chatting');
  });

  it.each(['host', 'guest'] as const)('is replaced after the server restarted, the %s back first', async (first) => {
    const world = createWorld();
    const { host, guest } = await meet(world);
    world.server.cut(host.signaling);
    world.server.cut(guest.signaling);
    world.server.forget();
    world.network.cut();
    world.server.restore(first === 'host' ? host.signaling : guest.signaling);
    await settle();
    world.server.restore(first === 'host' ? guest.signaling : host.signaling);
    await world.clock.advance(20_000);
    await talkable(world);
    host.runner.send('still here');
    await settle();
    expect(guest.texts).toEqual(['still here']);
  });

  it('is given up after ten minutes of silence, and sooner after a goodbye', async () => {
    const world = createWorld();
    const { host, guest } = await meet(world);
    world.server.cut(guest.signaling);
    world.network.cut();
    await world.clock.advance(timing.silence - 1000);
    expect(host.state.phase).toBe('reconnecting');
    await world.clock.advance(2000);
    expect(host.state).toMatchObject({ phase: 'ended', reason: 'silence' });

    const other = createWorld();
    const people = await meet(other);
    people.guest.runner.goodbye();
    other.server.cut(people.guest.signaling);
    await settle();
    expect(people.host.state).toMatchObject({ phase: 'reconnecting', farewell: true });
    await other.clock.advance(timing.farewell);
    expect(people.host.state).toMatchObject({ phase: 'ended', reason: 'peer-gone' });
    expect(guest.state.phase).toBe('ended');
  });

  it('cannot be found the first time: says so in time', async () => {
    const world = createWorld();
    const { host, guest } = await knock(world);
    world.network.open = () => ({ apply: () => undefined, send: () => false, close: () => undefined });
    host.runner.tell({ type: 'admitted' });
    await talkable(world);
    await world.clock.advance(timing.connect);
    expect(host.state).toMatchObject({ phase: 'ended', reason: 'could-not-connect' });
    expect(guest.state.phase).not.toBe('chatting');
  });

  it('ends the chat when the other side left meanwhile', async () => {
    const world = createWorld();
    const { host, guest } = await meet(world);
    world.server.cut(guest.signaling);
    world.network.cut();
    await settle();
    host.runner.tell({ type: 'left' });
    world.server.restore(guest.signaling);
    await settle();
    await world.clock.advance(timing.farewell);
    expect(guest.state).toMatchObject({ phase: 'ended', reason: 'peer-gone' });
  });
});

describe('a lying server', () => {
  const flip = (box: string, at: number): string => {
    const bytes = fromBase64url(box) ?? new Uint8Array();
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    return toBase64url(bytes);
  };
  const boxesOfKind = (kind: number, change: (box: string) => string) => (_to: string, event: SignalingEvent) =>
    event.type === 'relayed' && fromBase64url(event.box)?.[0] === kind
      ? [{ ...event, box: change(event.box) }]
      : [event];

  it('that swaps a DTLS fingerprint gets a closed session, not a chat', async () => {
    const world = createWorld();
    const { host, guest } = await knock(world);
    world.network.certificateOf = () => new Uint8Array(32).fill(7);
    host.runner.tell({ type: 'admitted' });
    await talkable(world);
    host.runner.send('for Mia alone');
    await settle();
    expect(guest.texts).toEqual([]);
    expect(guest.state).toMatchObject({ phase: 'ended', reason: 'tampered' });
  });

  it('that gives the seat to two guests: the host answers one, the other gets no answer', async () => {
    const world = createWorld();
    const { host } = await knock(world);
    const invite = [...world.server.invites.values()][0];
    if (invite === undefined) throw new Error('no invite');
    invite.seat = null;
    const before = world.server.record.length;
    const second = world.guest(host.link);
    second.runner.ask('Second');
    await settle();
    expect(second.state.phase).toBe('handshaking');
    expect(host.state).toMatchObject({ phase: 'knocked', nickname: 'Mia' });
    const answers = world.server.record
      .slice(before)
      .filter((said) => (said as { type?: string; box?: string }).type === 'relayed')
      .filter((said) => fromBase64url((said as { box: string }).box)?.[0] === 2);
    expect(answers).toEqual([]);
  });

  it.each([
    ['M1', 1],
    ['M2', 2],
    ['a sealed box', 3],
  ])('that changes a bit of %s gets no knock', async (_name, kind) => {
    const world = createWorld();
    world.server.tamper = boxesOfKind(kind, (box) => flip(box, 60));
    const { host, guest } = await knock(world);
    await world.clock.advance(120_000);
    expect(host.seen.map(({ state }) => state.phase)).not.toContain('knocked');
    expect(guest.seen.map(({ state }) => state.phase)).not.toContain('connecting');
  });

  it('that plays the host without the link is refused', async () => {
    const world = createWorld();
    world.server.tamper = boxesOfKind(2, (box) => flip(box, (fromBase64url(box)?.length ?? 0) - 1));
    const { guest } = await knock(world);
    await world.clock.advance(120_000);
    expect(guest.state).toMatchObject({ phase: 'ended', reason: 'forged' });
  });

  it('that has the link cannot play the host either: the guest demands the signature of the link’s own key', async () => {
    const world = createWorld();
    const random = createRandom();
    const invite = mintInvite(random);
    const host = world.host({ ...invite, hostSecretKey: random(32) });
    await settle();
    const guest = world.guest(host.link);
    guest.runner.ask('Mia');
    await settle();
    expect(guest.state).toMatchObject({ phase: 'ended', reason: 'forged' });
    expect(host.state.phase).not.toBe('knocked');
  });

  it('that replays a box closes the session', async () => {
    const world = createWorld();
    world.server.tamper = (to, event) =>
      to === 'guest' && event.type === 'relayed' && fromBase64url(event.box)?.[0] === 3 ? [event, event] : [event];
    const { host, guest } = await knock(world);
    host.runner.tell({ type: 'admitted' });
    await settle();
    expect(guest.state).toMatchObject({ phase: 'ended', reason: 'tampered' });
  });

  it('that drops a box on the way to the chat is noticed', async () => {
    const world = createWorld();
    const { host, guest } = await knock(world);
    let dropped = false;
    world.server.tamper = (to, event) => {
      if (dropped || to !== 'guest' || event.type !== 'relayed') return [event];
      dropped = true;
      return [];
    };
    host.runner.tell({ type: 'admitted' });
    await talkable(world);
    expect(guest.state).toMatchObject({ phase: 'ended', reason: 'tampered' });
  });

  it('cannot end, rename or reopen anything once the two are talking', async () => {
    const world = createWorld();
    const { host, guest } = await meet(world);
    const inviteId = [...world.server.invites.keys()][0] ?? '';
    const seat = 'A'.repeat(43);
    const lies: SignalingEvent[] = [
      { type: 'invite:ended', inviteId, why: 'ended' },
      { type: 'invite:ended', inviteId, why: 'expired' },
      { type: 'invite:claimed', inviteId, seat },
      { type: 'invite:released', inviteId, seat },
      { type: 'invite:attached', inviteId, seat, previousSeat: seat },
      { type: 'invite:host-left', inviteId },
      { type: 'invite:host-returned', inviteId },
      { type: 'relayed', inviteId, seat, box: 'AQAAAAAA' },
      { type: 'relayed', inviteId, seat, box: 'AwAAAAAAAAAAAAAAAA' },
    ];
    for (const lie of lies) {
      world.server.tamper = () => [lie];
      world.server.cut(host.signaling);
      world.server.restore(host.signaling);
      world.server.cut(guest.signaling);
      world.server.restore(guest.signaling);
      await settle();
    }
    host.runner.send('unimpressed');
    await settle();
    expect(guest.texts).toEqual(['unimpressed']);
  });

  it('that changes every handshake makes the host end the invite at the fifth', async () => {
    const world = createWorld();
    const host = world.host();
    await settle();
    world.server.tamper = boxesOfKind(1, (box) => flip(box, 60));
    for (let n = 0; n < 5; n += 1) {
      const guest = world.guest(host.link);
      guest.runner.ask('Mallory');
      await settle();
    }
    expect(host.state).toMatchObject({ phase: 'ended', reason: 'attacked' });
  });
});

describe('a dishonest peer', () => {
  it('whose frame is changed on the way is cut off, with nothing shown', async () => {
    const world = createWorld();
    const { host, guest } = await meet(world);
    world.network.carry = (frame) => {
      const changed = frame.slice();
      changed[20] = (changed[20] ?? 0) ^ 1;
      return [changed];
    };
    guest.runner.send('hello');
    await settle();
    expect(host.texts).toEqual([]);
    expect(host.state).toMatchObject({ phase: 'ended', reason: 'tampered' });
  });

  it('that repeats a frame is cut off', async () => {
    const world = createWorld();
    const { host, guest } = await meet(world);
    world.network.carry = (frame) => [frame, frame];
    guest.runner.send('twice');
    await settle();
    expect(host.state).toMatchObject({ phase: 'ended', reason: 'tampered' });
  });
});

describe('an honest world that is slow or unlucky', () => {
  it('asks once: a knock that waits is not begun anew', async () => {
    const world = createWorld();
    const { host } = await knock(world);
    const before = world.server.record.length;
    await world.clock.advance(60_000);
    expect(world.server.record).toHaveLength(before);
    expect(host.state.phase).toBe('knocked');
  });

  it('takes an admission that crosses a new handshake on its way', () => {
    const step = transition(
      { role: 'guest', phase: 'handshaking', nickname: 'Mia', attempts: 1 },
      { type: 'admission-arrived', epoch: 0, nickname: 'Ada' },
    );
    expect(step.state).toMatchObject({ phase: 'connecting' });
  });

  it('does not call the host a forger because an answer came late', async () => {
    const world = createWorld();
    const host = world.host();
    await settle();
    const held: (SignalingEvent & { type: 'relayed' })[] = [];
    world.server.tamper = (to, event) => {
      if (to !== 'guest' || event.type !== 'relayed') return [event];
      held.push(event);
      return [];
    };
    const guest = world.guest(host.link);
    guest.runner.ask('Mia');
    await settle();
    await world.clock.advance(timing.handshake + 1);
    expect(held).toHaveLength(2);
    // The first answer, for a handshake that was given up, and then all is well.
    const late = held[0];
    if (late === undefined) throw new Error('nothing held');
    world.server.tamper = (to, event) => (to === 'guest' && event.type === 'relayed' ? [late] : [event]);
    world.server.poke('guest', late);
    await settle();
    world.server.tamper = (_to, event) => [event];
    await world.clock.advance(timing.handshake + 1);
    expect(guest.state).toMatchObject({ phase: 'knocking' });
    expect(host.state).toMatchObject({ phase: 'knocked', nickname: 'Mia' });
  });

  it('forgets the link once the guest is in, even when the server never says that it committed', async () => {
    const world = createWorld();
    world.server.silent.add('invite:commit');
    const invite = mintInvite(createRandom());
    const host = world.host(invite);
    await settle();
    const guest = world.guest(host.link);
    guest.runner.ask('Mia');
    await settle();
    host.runner.tell({ type: 'admitted' });
    await talkable(world);
    expect(host.state.phase).toBe('chatting');
    expect(invite.secret).toEqual(new Uint8Array(32));
    world.network.cut();
    await world.clock.advance(100);
    await talkable(world);
    host.runner.send('found again');
    await settle();
    expect(guest.texts).toEqual(['found again']);
  });

  it.each([1, 2, 3, 4, 5, 6])('finds its way again after %i lost answers', async (losses) => {
    const world = createWorld();
    const { host, guest } = await meet(world);
    let lost = 0;
    world.server.tamper = (to, event) => {
      if (to === 'guest' && event.type === 'relayed' && lost < losses) {
        lost += 1;
        return [];
      }
      return [event];
    };
    world.network.cut();
    await world.clock.advance(120_000);
    await talkable(world);
    expect(guest.state.phase).toBe('chatting');
    expect(host.state.phase).toBe('chatting');
  });

  it.each([1, 2, 3])('finds its seat again when %i answers to that were lost', async (losses) => {
    const world = createWorld();
    const { host, guest } = await meet(world);
    world.server.silent.add('invite:attach');
    for (let n = 0; n < losses; n += 1) {
      world.server.cut(guest.signaling);
      world.server.restore(guest.signaling);
      await settle();
    }
    world.server.silent.clear();
    world.network.cut();
    await world.clock.advance(60_000);
    await talkable(world);
    expect(guest.state.phase).toBe('chatting');
    expect(host.state.phase).toBe('chatting');
  });

  it('finds its way again when the host was away while the seat got a new name', async () => {
    const world = createWorld();
    const { host, guest } = await meet(world);
    world.server.cut(host.signaling);
    world.server.cut(guest.signaling);
    world.server.restore(guest.signaling);
    await settle();
    world.server.restore(host.signaling);
    await settle();
    world.network.cut();
    await world.clock.advance(60_000);
    await talkable(world);
    expect(guest.state.phase).toBe('chatting');
    expect(host.state.phase).toBe('chatting');
  });

  it('waits on when its own line blinks while the host is away', async () => {
    const world = createWorld();
    const { host, guest } = await knock(world);
    world.server.cut(host.signaling);
    world.server.cut(guest.signaling);
    world.server.restore(guest.signaling);
    await settle();
    await world.clock.advance(5 * 60_000);
    expect(guest.state.phase).toBe('host-away');
    world.server.restore(host.signaling);
    await settle();
    expect(host.state).toMatchObject({ phase: 'knocked', nickname: 'Mia' });
  });

  it('gives the seat back when the page of a guest who asks goes away', async () => {
    const { host, guest } = await knock(createWorld());
    guest.runner.goodbye();
    await settle();
    expect(host.state).toMatchObject({ phase: 'waiting', notice: 'guest-left' });
  });

  it('finds its way again after the server replayed one handshake many times', async () => {
    const world = createWorld();
    const { guest } = await meet(world);
    let replays = 10;
    world.server.tamper = (to, event) => {
      if (replays > 0 && to === 'host' && event.type === 'relayed' && fromBase64url(event.box)?.[0] === 1) {
        replays -= 1;
        return [event, event, event, event, event];
      }
      return replays > 0 && to === 'guest' ? [] : [event];
    };
    world.network.cut();
    await world.clock.advance(300_000);
    await talkable(world);
    expect(guest.state.phase).toBe('chatting');
  });

  it('closes and forgets everything when something in the page breaks', async () => {
    const world = createWorld();
    const invite = mintInvite(createRandom());
    const host = world.host(invite);
    await settle();
    const guest = world.guest(host.link);
    guest.runner.ask('Mia');
    await settle();
    world.network.open = () => {
      throw new Error('no WebRTC here');
    };
    host.runner.tell({ type: 'admitted' });
    await settle();
    host.runner.tell({ type: 'left' });
    expect(host.state.phase).toBe('ended');
    expect(invite.secret).toEqual(new Uint8Array(32));
    expect(invite.hostSecretKey).toEqual(new Uint8Array(32));
  });

  it('ends an invite whose time ran out while someone was being let in', async () => {
    const world = createWorld();
    const { host } = await knock(world);
    await world.clock.advance(HOUR_MS - timing.connect / 2 - world.clock.now() + 1_000_000);
    world.network.open = () => ({ apply: () => undefined, send: () => false, close: () => undefined });
    host.runner.tell({ type: 'admitted' });
    await world.clock.advance(timing.connect / 2 + 1);
    host.runner.tell({ type: 'commit-refused', refusal: 'stale-seat' });
    await world.clock.advance(1);
    expect(host.state).toMatchObject({ phase: 'ended', reason: 'invite-expired' });
  });

  it('does not take the answer to an old question for that to a new one', async () => {
    const world = createWorld();
    const host = world.host();
    await settle();
    const guest = world.guest(host.link);
    const release = world.server.hold('invite:claim');
    guest.runner.ask('Mia');
    guest.runner.tell({ type: 'left' });
    guest.runner.ask('Mia');
    release(1);
    await settle();
    expect(guest.state.phase).toBe('claiming');
    release();
    await settle();
    expect(guest.state.phase).not.toBe('claiming');
  });
});

describe('a server that has no time for us', () => {
  const slow = { ok: false, refusal: 'slow-down', retryAfterMs: 60_000 } as const;

  it('loses a box, and nobody is accused of it: the next attempt connects', async () => {
    const world = createWorld();
    const { host, guest } = await knock(world);
    let lost = 0;
    world.server.refuse = (name) => (name === 'relay' && lost++ === 0 ? slow : null);
    host.runner.tell({ type: 'admitted' });
    await talkable(world);
    expect(lost).toBeGreaterThan(0);
    await world.clock.advance(timing.firstAttempt - 1000);
    expect([host.state.phase, guest.state.phase]).toEqual(['connecting', 'connecting']);
    await world.clock.advance(2000);
    await talkable(world);
    expect([host.state.phase, guest.state.phase]).toEqual(['chatting', 'chatting']);
  });

  it('tells a host that it takes no socket as soon as there is an invite to make', async () => {
    const world = createWorld();
    world.server.turnedAway = { refusal: 'crowded', retryAfterMs: 31_000 };
    const host = world.host();
    await settle();
    expect(host.state).toEqual({ role: 'host', phase: 'ended', reason: 'crowded', retryAfterMs: 31_000 });
  });

  it('cannot end a lost chat in the other side’s name by calling the guest again and again', async () => {
    const world = createWorld();
    const { host, guest } = await meet(world);
    const inviteId = [...world.server.invites.keys()][0] ?? '';
    const open = world.network.open;
    world.network.open = () => ({ apply: () => undefined, send: () => false, close: () => undefined });
    world.network.cut();
    await settle();
    for (let called = 0; called < 100; called += 1) {
      world.server.poke('guest', { type: 'invite:host-returned', inviteId });
      await settle();
    }
    expect([host.state.phase, guest.state.phase]).toEqual(['reconnecting', 'reconnecting']);
    world.network.open = open;
    await world.clock.advance(60_000);
    await talkable(world);
    expect([host.state.phase, guest.state.phase]).toEqual(['chatting', 'chatting']);
  });
});

describe('a guest who was let in and is not what it seems', () => {
  /** A guest whose boxes say what the test wants, sealed with the right keys. */
  async function say(items: (own: Item[]) => Item[]) {
    const world = createWorld();
    const host = world.host();
    await settle();
    // eslint-disable-next-line @typescript-eslint/unbound-method -- called below with the right `this`
    const real = Keys.prototype.seal;
    const seal = vi.spyOn(Keys.prototype, 'seal').mockImplementation(function (this: Keys, own) {
      const changed = this.role === 'guest' ? items([...own]) : own;
      return real.call(this, changed);
    });
    const guest = world.guest(host.link);
    guest.runner.ask('Mia');
    await settle();
    seal.mockRestore();
    return { host, guest, world };
  }

  it.each<[string, Item]>([
    ['plays the host', { type: 'admitted', nickname: 'Dr. Bob' }],
    ['knocks twice in one box', { type: 'knock', nonce: 'A'.repeat(43), nickname: 'Dr. Bob' }],
    ['declines', { type: 'declined' }],
  ])('%s: the knock is refused', async (_name, item) => {
    const { host } = await say((own) => [...own, item]);
    expect(host.state.phase).toBe('waiting');
    expect(host.runner.snapshot.peerName).toBeNull();
  });

  it('knocks without end: the sixth time under one seat it is turned away', async () => {
    const world = createWorld();
    const { host, guest } = await knock(world);
    for (let n = 0; n < 10 && host.state.phase === 'knocked'; n += 1) {
      guest.runner.tell({ type: 'host-returned' });
      await settle();
    }
    expect(host.state.phase).toBe('waiting');
  });
});

describe('a guest who was let in and knows no measure', () => {
  /** A chat, and a way to send as the guest whatever its page would not: any frame, as often as one likes. */
  async function meetHostile() {
    const world = createWorld();
    // eslint-disable-next-line @typescript-eslint/unbound-method -- called below with the right `this`
    const real = Keys.prototype.frames;
    let frames: ReturnType<typeof real> = null;
    const spy = vi.spyOn(Keys.prototype, 'frames').mockImplementation(function (this: Keys, ...given) {
      const made = real.apply(this, given);
      if (this.role === 'guest') frames = made;
      return made;
    });
    const { open } = world.network;
    let transport: Transport | null = null;
    let deaf = false;
    world.network.open = (role, iceServers, on) => {
      if (role === 'host') return open(role, iceServers, on);
      // Its page would close at the first acknowledgement of what it never wrote.
      return (transport = open(role, iceServers, (event) => {
        if (!deaf || event.type !== 'received') on(event);
      }));
    };
    const people = await meet(world);
    deaf = true;
    const send = async (type: number, count: number, id: () => number) => {
      for (let n = 0; n < count && people.host.state.phase === 'chatting'; n += 1) {
        if (frames !== null) transport?.send(frames.seal(type, id(), new TextEncoder().encode('x')));
        await settle();
      }
    };
    spy.mockRestore();
    return { world, ...people, send };
  }

  it('is muted when it sends more than anyone can read, and heard again when it sends less', async () => {
    const { world, host, send } = await meetHostile();
    let id = 0;
    await send(FrameType.text, 60, () => (id += 1));
    expect(host.texts).toHaveLength(20);
    expect(host.runner.snapshot.chat.leftOut).toEqual({ id: 21, place: 20 });
    expect(host.state.phase).toBe('chatting');
    await world.clock.advance(1000);
    await send(FrameType.text, 3, () => (id += 1));
    expect(host.texts).toHaveLength(23);
  });

  it.each([
    ['texts', FrameType.text],
    ['acknowledgements', FrameType.ack],
    ['pings', FrameType.ping],
    ['typing', FrameType.typing],
    ['frames of a type that nobody knows', 200],
  ])('and floods with %s ends the chat with its own reason, and the page stays small', async (_name, type) => {
    const { host, send } = await meetHostile();
    let id = 0;
    await send(type, 200, () => (type === FrameType.text ? (id += 1) : 0));
    expect(host.state).toMatchObject({ phase: 'ended', reason: 'flooded' });
    expect(host.runner.snapshot.chat.posts).toEqual([]);
  });

  it('and comes for a new connection again and again ends the chat', async () => {
    const world = createWorld();
    const { host } = await meet(world);
    let opened = 0;
    for (; opened < 50 && host.state.phase === 'chatting'; opened += 1) {
      world.network.cut();
      await world.clock.advance(300);
      await talkable(world);
    }
    expect(host.state).toMatchObject({ phase: 'ended', reason: 'flooded' });
    expect(opened).toBeGreaterThan(20);
  }, 60_000);

  it('while one whose line breaks thirty times a minute talks on', async () => {
    const world = createWorld();
    const { host, guest } = await meet(world);
    for (let n = 0; n < 25; n += 1) {
      world.network.cut();
      await world.clock.advance(1990);
      await talkable(world);
    }
    host.runner.send('still here');
    await settle();
    expect(guest.texts).toEqual(['still here']);
  }, 60_000);
});

describe('typing', () => {
  it('is seen by the other side, for a while', async () => {
    const world = createWorld();
    const { host, guest } = await meet(world);
    guest.runner.type();
    await settle();
    expect(host.runner.snapshot.peerTyping).toBe(true);
    expect(guest.runner.snapshot.peerTyping).toBe(false);
    await world.clock.advance(6000);
    expect(host.runner.snapshot.peerTyping).toBe(false);
    expect(host.seen.at(-1)?.peerTyping).toBe(false);
  });
});
