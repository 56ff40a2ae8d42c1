import { createHash } from 'node:crypto';

import {
  MAX_SEATS_IN_WINDOW,
  SEAT_LAPSE_MS,
  SEAT_LEASE_MS,
  SEAT_WINDOW_MS,
  type Input,
  type Output,
  type Reply,
  type InviteRequestName,
} from '@porchlight/protocol';
import { describe, expect, it } from 'vitest';

import { hashOf } from './hashes.ts';
import {
  BOTH_GONE_MS,
  COMMITTED_MS,
  TOMBSTONE_MS,
  decide,
  leave,
  settle,
  socketsIn,
  type Change,
  type Circumstances,
  type Invite,
} from './invites.ts';

const HOUR_MS = 3_600_000;
const inviteId = 'AAAAAAAAAAAAAAAAAAAAAA';

/** 32 bytes that anyone can make again from a name. */
const token = (name: string): string => createHash('sha256').update(name).digest('base64url');
const seatOf = (guest: string): string => hashOf(token(guest));
const ice: Output<'ice'> = { iceServers: [{ urls: 'stun:stun.example.org' }], validMs: HOUR_MS };

/** One invite's life under a clock. Every socket and every token goes by a name; `heard` is what all sockets were told. */
function story({ noneNew }: { noneNew?: Circumstances['noneNew'] } = {}) {
  let invite: Invite | undefined;
  let now = 1_000_000;
  let heard: string[] = [];
  const dead = new Set<string>();
  const isGone = (socket: string): boolean => dead.has(socket);

  function keep(change: Change): void {
    invite = change.invite;
    for (const { to, event, payload } of change.notices) {
      const detail = 'box' in payload ? ` ${payload.box}` : 'why' in payload ? ` ${payload.why}` : '';
      heard.push(`${to === 'waiters' ? 'waiters' : to.socket}: ${event}${detail}`);
    }
  }

  function ask<R extends InviteRequestName>(from: string, request: R, input: Input<R>): Reply<Output<R>> {
    const step = decide(request, invite, input, { from, opener: 'an address', now, noneNew, ice, isGone });
    keep(step);
    return step.reply;
  }

  return {
    open: (from = 'host', more: Partial<Input<'invite:open'>> = {}) =>
      ask(from, 'invite:open', {
        inviteId,
        claimHash: hashOf(token('claim')),
        hostToken: token('host'),
        remainingMs: HOUR_MS,
        ...more,
      }),
    claim: (from: string, seat = from, claimToken = token('claim')) =>
      ask(from, 'invite:claim', { inviteId, claimToken, seat: seatOf(seat) }),
    attach: (from: string, shown: string, next: string) =>
      ask(from, 'invite:attach', { inviteId, seatToken: token(shown), nextSeat: seatOf(next) }),
    commit: (seat: string, from = 'host') =>
      ask(from, 'invite:commit', { inviteId, seat: seatOf(seat), box: 'admitted' }),
    decline: (seat: string, from = 'host') =>
      ask(from, 'invite:decline', { inviteId, seat: seatOf(seat), box: 'declined' }),
    end: (from: string) => ask(from, 'invite:end', { inviteId, box: 'goodbye' }),
    relayToSeat: (from: string, seat: string) => ask(from, 'relay', { inviteId, seat: seatOf(seat), box: 'box' }),
    iceForHost: (seat: string, from = 'host') => ask(from, 'ice', { inviteId, seat: seatOf(seat) }),
    iceForGuest: (from: string) => ask(from, 'ice', { inviteId }),
    relayToHost: (from: string) => ask(from, 'relay', { inviteId, box: 'box' }),
    die: (...sockets: string[]) => {
      for (const socket of sockets) dead.add(socket);
    },
    leave: (socket: string) => {
      keep(leave(invite, socket, now, isGone));
    },
    wait: (ms: number) => {
      now += ms;
      keep(settle(invite, now, isGone));
    },
    waitUnnoticed: (ms: number) => {
      now += ms;
    },
    /** The server forgets everything. */
    forget: () => {
      invite = undefined;
    },
    allowNoneNew: (refusal: Circumstances['noneNew']) => {
      noneNew = refusal;
    },
    state: () => invite?.state,
    sockets: () => socketsIn(invite),
    memory: () => JSON.stringify(invite),
    /** What was told since the last time of asking. */
    heard: () => {
      const all = heard;
      heard = [];
      return all;
    },
  };
}

const refused = (refusal: string) => ({ ok: false, refusal });
const accepted = { ok: true, value: {} };

function opened() {
  const told = story();
  told.open();
  told.heard();
  return told;
}

function reserved() {
  const told = opened();
  told.claim('ann');
  told.heard();
  return told;
}

function committed() {
  const told = reserved();
  told.commit('ann');
  told.heard();
  return told;
}

describe('opening', () => {
  it('says how long the link works and that nobody sits', () => {
    expect(story().open()).toEqual({
      ok: true,
      value: { remainingMs: HOUR_MS, seat: null, committed: false, guestPresent: false },
    });
  });

  it('calls guests who came before the host', () => {
    const told = story();
    told.open();
    expect(told.heard()).toEqual(['waiters: invite:host-returned']);
  });

  it('again from the same socket changes nothing and tells nobody', () => {
    const told = reserved();
    const before = told.memory();
    expect(told.open()).toMatchObject({ ok: true, value: { seat: seatOf('ann'), guestPresent: true } });
    expect(told.memory()).toBe(before);
    expect(told.heard()).toEqual([]);
  });

  it('again keeps the expiry the server has', () => {
    const told = opened();
    told.wait(1_000);
    expect(told.open('host', { remainingMs: 7 * 24 * HOUR_MS })).toMatchObject({
      value: { remainingMs: HOUR_MS - 1_000 },
    });
  });

  it('is refused to another host token', () => {
    const told = opened();
    expect(told.open('thief', { hostToken: token('thief') })).toEqual(refused('wrong-token'));
    expect(told.sockets()).toEqual(['host']);
  });

  it('replaces the former host socket and tells the guest in the seat', () => {
    const told = reserved();
    told.open('host-2');
    expect(told.heard()).toEqual(['ann: invite:host-returned']);
    expect(told.commit('ann', 'host')).toEqual(refused('not-attached'));
    expect(told.commit('ann', 'host-2')).toEqual(accepted);
  });

  it.each(['full', 'crowded', 'slow-down'] as const)(
    'of a new invite is refused with %s when there may be none',
    (refusal) => {
      const noneNew = { ok: false, refusal, retryAfterMs: 5 } as const;
      const told = story({ noneNew });
      expect(told.open()).toEqual(noneNew);
      expect(told.state()).toBeUndefined();
    },
  );

  it('of a known invite goes on when there may be no new one', () => {
    const told = opened();
    told.allowNoneNew({ ok: false, refusal: 'full' });
    expect(told.open('host-2')).toMatchObject({ ok: true });
    expect(told.end('host-2')).toEqual(accepted);
    expect(told.open()).toEqual(refused('ended'));
  });

  it('keeps no token, only hashes', () => {
    const memory = committed().memory();
    for (const secret of ['claim', 'host', 'ann']) expect(memory).not.toContain(token(secret));
  });
});

describe('claiming', () => {
  it('gives the seat and its lease, and tells the host', () => {
    const told = opened();
    expect(told.claim('ann')).toEqual({ ok: true, value: { remainingMs: HOUR_MS, leaseMs: SEAT_LEASE_MS } });
    expect(told.heard()).toEqual(['host: invite:claimed']);
  });

  it('lets exactly one of ten racing guests have the seat', () => {
    const told = opened();
    const replies = Array.from({ length: 10 }, (_, i) => told.claim(`guest-${String(i)}`));
    expect(replies.filter(({ ok }) => ok)).toHaveLength(1);
    expect(replies.slice(1)).toEqual(Array(9).fill(refused('reserved')));
    expect(told.heard()).toEqual(['host: invite:claimed']);
  });

  it('gives a lease no longer than the link works', () => {
    const told = opened();
    told.wait(HOUR_MS - 5_000);
    expect(told.claim('ann')).toEqual({ ok: true, value: { remainingMs: 5_000, leaseMs: 5_000 } });
  });

  it('again with the same seat succeeds and keeps the lease running', () => {
    const told = reserved();
    told.wait(60_000);
    expect(told.claim('ann')).toMatchObject({ ok: true, value: { leaseMs: SEAT_LEASE_MS - 60_000 } });
    expect(told.heard()).toEqual([]);
  });

  it('again with the same seat from a new socket tells the host that the guest is there', () => {
    const told = reserved();
    told.leave('ann');
    expect(told.claim('ann-2', 'ann')).toMatchObject({ ok: true });
    expect(told.heard()).toEqual(['host: invite:guest-left', 'host: invite:attached']);
    told.wait(SEAT_LAPSE_MS);
    expect(told.state()).toBe('reserved');
  });

  it.each([
    ['an invite nobody opened', story, 'unknown-invite'],
    ['a used link', committed, 'used'],
  ])('is refused on %s', (_, setting, refusal) => {
    expect(setting().claim('bob')).toEqual(refused(refusal));
  });

  it('is refused with the wrong claim token before anything else is told', () => {
    for (const setting of [opened, reserved, committed]) {
      const told = setting();
      expect(told.claim('bob', 'bob', token('guess'))).toEqual(refused('wrong-token'));
      expect(told.heard()).toEqual([]);
    }
  });

  it('is refused when the process died that had the host', () => {
    const told = opened();
    told.die('host');
    expect(told.claim('ann')).toEqual(refused('host-away'));
  });

  it('is given to the next when the process died that had the guest, after the time that every guest has to come back', () => {
    const told = reserved();
    told.die('ann');
    expect(told.claim('bob')).toEqual(refused('reserved'));
    expect(told.heard()).toEqual(['host: invite:guest-left']);
    told.wait(SEAT_LAPSE_MS);
    expect(told.heard()).toEqual(['host: invite:released']);
    expect(told.claim('bob')).toMatchObject({ ok: true });
  });

  it('is refused while the host is away, and costs no seat', () => {
    const told = opened();
    told.leave('host');
    for (let i = 0; i < 2 * MAX_SEATS_IN_WINDOW; i++) expect(told.claim('ann')).toEqual(refused('host-away'));
    told.open('host-2');
    expect(told.heard()).toEqual(['waiters: invite:host-returned']);
    expect(told.claim('ann')).toMatchObject({ ok: true });
  });

  it('is refused after five seats in ten minutes, until the oldest is ten minutes old to the millisecond', () => {
    const told = opened();
    for (let i = 0; i < MAX_SEATS_IN_WINDOW; i++) {
      expect(told.claim('ann')).toMatchObject({ ok: true });
      told.end('ann');
      told.wait(1_000);
    }
    const retryAfterMs = SEAT_WINDOW_MS - MAX_SEATS_IN_WINDOW * 1_000;
    expect(told.claim('ann')).toEqual({ ...refused('try-later'), retryAfterMs });
    told.wait(retryAfterMs - 1);
    expect(told.claim('ann')).toEqual({ ...refused('try-later'), retryAfterMs: 1 });
    told.wait(1);
    expect(told.claim('ann')).toMatchObject({ ok: true });
  });
});

describe('the lease', () => {
  it('holds while the guest is there and ends at the very millisecond', () => {
    const told = reserved();
    told.wait(SEAT_LEASE_MS - 1);
    expect(told.state()).toBe('reserved');
    expect(told.heard()).toEqual([]);
    told.wait(1);
    expect(told.state()).toBe('open');
    expect(told.heard()).toEqual(['ann: invite:ended lapsed', 'host: invite:released']);
    expect(told.sockets()).toEqual(['host']);
  });

  it('lapses 45 seconds after the guest is gone, to the millisecond', () => {
    const told = reserved();
    told.leave('ann');
    told.wait(SEAT_LAPSE_MS - 1);
    expect(told.state()).toBe('reserved');
    told.wait(1);
    expect(told.state()).toBe('open');
    expect(told.heard()).toEqual(['host: invite:guest-left', 'host: invite:released']);
  });

  it('does not lapse when the guest comes back in time', () => {
    const told = reserved();
    told.leave('ann');
    told.wait(SEAT_LAPSE_MS - 1);
    expect(told.attach('ann-2', 'ann', 'ann again')).toMatchObject({ ok: true });
    told.wait(SEAT_LAPSE_MS);
    expect(told.state()).toBe('reserved');
  });

  it('is over for a request that comes at the deadline, even if no clock has ticked since', () => {
    const told = reserved();
    told.waitUnnoticed(SEAT_LEASE_MS);
    expect(told.state()).toBe('reserved');
    expect(told.commit('ann')).toEqual(refused('stale-seat'));
    expect(told.heard()).toEqual(['ann: invite:ended lapsed', 'host: invite:released']);
  });
});

describe('committing', () => {
  it('passes the admission to the guest in the same step', () => {
    const told = reserved();
    expect(told.commit('ann')).toEqual(accepted);
    expect(told.heard()).toEqual(['ann: relayed admitted']);
    expect(told.state()).toBe('committed');
  });

  it('is refused for a seat that lapsed and was given to someone else meanwhile', () => {
    const told = reserved();
    told.leave('ann');
    told.wait(SEAT_LAPSE_MS);
    told.claim('bob');
    told.heard();
    expect(told.commit('ann')).toEqual(refused('stale-seat'));
    expect(told.state()).toBe('reserved');
    expect(told.heard()).toEqual([]);
  });

  it('is refused under the name the seat had before it was rotated', () => {
    const told = reserved();
    told.attach('ann-2', 'ann', 'ann again');
    expect(told.commit('ann')).toEqual(refused('stale-seat'));
    expect(told.commit('ann again')).toEqual(accepted);
  });

  it('again for the same seat succeeds without passing a second box', () => {
    const told = committed();
    expect(told.commit('ann')).toEqual(accepted);
    expect(told.heard()).toEqual([]);
  });

  it('is refused while the guest is away, because a commit without its box is none', () => {
    const told = reserved();
    told.leave('ann');
    expect(told.commit('ann')).toEqual(refused('peer-away'));
    expect(told.state()).toBe('reserved');
  });

  it.each([
    ['nobody sits', opened, 'host', 'stale-seat'],
    ['the guest asks', reserved, 'ann', 'not-attached'],
    ['a stranger asks', reserved, 'eve', 'not-attached'],
    ['nobody opened the invite', story, 'host', 'unknown-invite'],
  ])('is refused when %s', (_, setting, from, refusal) => {
    expect(setting().commit('ann', from)).toEqual(refused(refusal));
  });
});

describe('declining', () => {
  it('sends the guest away with the box, and the link works again', () => {
    const told = reserved();
    expect(told.decline('ann')).toEqual(accepted);
    expect(told.heard()).toEqual(['ann: relayed declined', 'ann: invite:ended declined']);
    expect(told.relayToHost('ann')).toEqual(refused('not-attached'));
    expect(told.claim('bob')).toMatchObject({ ok: true });
  });

  it.each([
    ['of someone else', reserved, 'bob', 'host', 'stale-seat'],
    ['nobody holds', opened, 'ann', 'host', 'stale-seat'],
    ['already admitted', committed, 'ann', 'host', 'used'],
    ['asked by the guest', reserved, 'ann', 'ann', 'not-attached'],
  ])('is refused for a seat %s', (_, setting, seat, from, refusal) => {
    expect(setting().decline(seat, from)).toEqual(refused(refusal));
  });
});

describe('attaching', () => {
  it('takes the seat under a new name and tells the host; the old token and the old socket are dead', () => {
    const told = reserved();
    expect(told.attach('ann-2', 'ann', 'second')).toEqual({ ok: true, value: { committed: false, hostPresent: true } });
    expect(told.heard()).toEqual(['host: invite:attached']);
    expect(told.attach('thief', 'ann', 'third')).toEqual(refused('stale-seat'));
    expect(told.relayToHost('ann')).toEqual(refused('not-attached'));
    told.leave('ann');
    expect(told.heard()).toEqual([]);
    expect(told.sockets()).toEqual(['host', 'ann-2']);
  });

  it('again with either token succeeds for a guest that never saw the answer', () => {
    for (const shown of ['ann', 'second']) {
      const told = committed();
      told.attach('ann-2', 'ann', 'second');
      expect(told.attach('ann-3', shown, 'second')).toMatchObject({ ok: true });
      expect(told.sockets()).toEqual(['host', 'ann-3']);
    }
  });

  it('lets a guest rotate on from the token whose answer it never saw', () => {
    const told = committed();
    told.attach('ann-2', 'ann', 'second');
    expect(told.attach('ann-3', 'second', 'third')).toMatchObject({ ok: true });
    expect(told.attach('ann-4', 'ann', 'second')).toEqual(refused('stale-seat'));
  });

  it('says that the host is not there', () => {
    const told = committed();
    told.leave('host');
    expect(told.attach('ann-2', 'ann', 'second')).toMatchObject({ value: { committed: true, hostPresent: false } });
  });

  it.each([
    ['an invite nobody knows', story, 'unknown-invite'],
    ['an invite without a guest', opened, 'stale-seat'],
  ])('is refused on %s', (_, setting, refusal) => {
    expect(setting().attach('ann', 'ann', 'second')).toEqual(refused(refusal));
  });

  it('is refused with a token that never held the seat, even if it names the present seat', () => {
    expect(committed().attach('eve', 'eve', 'ann')).toEqual(refused('stale-seat'));
  });
});

describe('relaying', () => {
  it('carries boxes both ways between the host and the seat', () => {
    const told = reserved();
    expect(told.relayToHost('ann')).toEqual(accepted);
    expect(told.relayToSeat('host', 'ann')).toEqual(accepted);
    expect(told.heard()).toEqual(['host: relayed box', 'ann: relayed box']);
  });

  it('is refused for another seat, to strangers, and to a host that names no seat', () => {
    const told = reserved();
    expect(told.relayToSeat('host', 'bob')).toEqual(refused('stale-seat'));
    expect(told.relayToHost('host')).toEqual(refused('not-attached'));
    expect(told.relayToSeat('ann', 'ann')).toEqual(refused('not-attached'));
    expect(told.relayToHost('eve')).toEqual(refused('not-attached'));
    expect(told.relayToSeat('eve', 'ann')).toEqual(refused('not-attached'));
    expect(opened().relayToSeat('host', 'ann')).toEqual(refused('stale-seat'));
    expect(story().relayToHost('ann')).toEqual(refused('unknown-invite'));
    expect(told.heard()).toEqual([]);
  });

  it('says so when the other side is away', () => {
    const hostless = reserved();
    hostless.leave('host');
    expect(hostless.relayToHost('ann')).toEqual(refused('peer-away'));
    const guestless = reserved();
    guestless.leave('ann');
    expect(guestless.relayToSeat('host', 'ann')).toEqual(refused('peer-away'));
  });
});

describe('ending', () => {
  it('by the host passes the box, tells the guest, and refuses everyone from then on', () => {
    const told = reserved();
    expect(told.end('host')).toEqual(accepted);
    expect(told.heard()).toEqual(['ann: relayed goodbye', 'ann: invite:ended ended']);
    expect(told.claim('bob')).toEqual(refused('ended'));
    expect(told.open()).toEqual(refused('ended'));
    expect(told.attach('ann', 'ann', 'second')).toEqual(refused('ended'));
    expect(told.commit('ann')).toEqual(refused('ended'));
    expect(told.end('host')).toEqual(refused('ended'));
    expect(told.sockets()).toEqual([]);
  });

  it('by a guest who waits gives the seat back', () => {
    const told = reserved();
    expect(told.end('ann')).toEqual(accepted);
    expect(told.heard()).toEqual(['host: relayed goodbye', 'host: invite:released']);
    expect(told.state()).toBe('open');
  });

  it('by an admitted guest ends the invite and tells the host', () => {
    const told = committed();
    expect(told.end('ann')).toEqual(accepted);
    expect(told.heard()).toEqual(['host: relayed goodbye', 'host: invite:ended ended']);
    expect(told.state()).toBe('ended');
  });

  it('is refused to strangers', () => {
    expect(reserved().end('eve')).toEqual(refused('not-attached'));
    expect(story().end('eve')).toEqual(refused('unknown-invite'));
  });

  it('of a chat still says "used" to whoever opens the link', () => {
    const told = committed();
    told.end('host');
    expect(told.claim('bob')).toEqual(refused('used'));
    expect(told.attach('ann-2', 'ann', 'second')).toEqual(refused('ended'));
  });
});

describe('expiry', () => {
  it('comes to the millisecond and tells everyone', () => {
    const told = opened();
    told.wait(HOUR_MS - 1);
    told.claim('ann');
    told.heard();
    expect(told.state()).toBe('reserved');
    told.wait(1);
    expect(told.heard()).toEqual(['ann: invite:ended expired', 'host: invite:ended expired']);
    expect(told.claim('bob')).toEqual(refused('expired'));
    expect(told.attach('ann', 'ann', 'second')).toEqual(refused('expired'));
    expect(told.open()).toEqual(refused('expired'));
  });

  it('is told to those who wait for a host that is away', () => {
    const told = opened();
    told.leave('host');
    told.heard();
    told.wait(HOUR_MS);
    expect(told.heard()).toEqual(['waiters: invite:ended expired']);
  });

  it('of the link does not end an admitted chat', () => {
    const told = committed();
    told.wait(2 * HOUR_MS);
    expect(told.state()).toBe('committed');
    expect(told.attach('ann-2', 'ann', 'second')).toMatchObject({ ok: true });
  });

  it('ends an admitted chat after seven days', () => {
    const told = committed();
    told.wait(COMMITTED_MS - 1);
    expect(told.state()).toBe('committed');
    told.wait(1);
    expect(told.state()).toBe('ended');
    expect(told.heard()).toEqual(['ann: invite:ended expired', 'host: invite:ended expired']);
  });

  it('is remembered for seven days, then forgotten', () => {
    const told = opened();
    told.wait(HOUR_MS);
    told.wait(TOMBSTONE_MS - 1);
    expect(told.claim('ann')).toEqual(refused('expired'));
    told.wait(1);
    expect(told.state()).toBeUndefined();
  });
});

describe('a side that is gone', () => {
  it('is announced to the other', () => {
    const told = committed();
    told.leave('ann');
    told.leave('host');
    expect(told.heard()).toEqual(['host: invite:guest-left']);
    const other = committed();
    other.leave('host');
    expect(other.heard()).toEqual(['ann: invite:host-left']);
  });

  it('means nothing if it was a stranger', () => {
    const told = committed();
    const before = told.memory();
    told.leave('eve');
    expect(told.memory()).toBe(before);
    expect(told.heard()).toEqual([]);
  });

  it('ends a chat when both have been gone for ten minutes, to the millisecond, counted from the later', () => {
    const told = committed();
    told.leave('ann');
    told.wait(BOTH_GONE_MS);
    told.leave('host');
    told.wait(BOTH_GONE_MS - 1);
    expect(told.state()).toBe('committed');
    told.wait(1);
    expect(told.state()).toBe('ended');
  });

  it('never ends an invite that still waits for its guest', () => {
    const told = opened();
    told.leave('host');
    told.wait(HOUR_MS - 1);
    expect(told.state()).toBe('open');
  });
});

describe('a server that lost its memory', () => {
  it('gets an open invite back from the host', () => {
    const told = opened();
    told.forget();
    expect(told.claim('ann')).toEqual(refused('unknown-invite'));
    expect(told.open('host-2', { remainingMs: 1_234 })).toMatchObject({ value: { remainingMs: 1_234 } });
    expect(told.heard()).toEqual(['waiters: invite:host-returned']);
  });

  it('gets a used invite back as used, with the seat that was admitted', () => {
    const told = committed();
    told.forget();
    expect(told.open('host-2', { committedSeat: seatOf('ann') })).toMatchObject({
      ok: true,
      value: { committed: true, seat: seatOf('ann'), guestPresent: false },
    });
    expect(told.claim('bob')).toEqual(refused('used'));
    expect(told.attach('ann-2', 'ann', 'second')).toEqual({ ok: true, value: { committed: true, hostPresent: true } });
  });

  it('does not let the host move a seat it knows', () => {
    const told = committed();
    told.open('host-2', { committedSeat: seatOf('eve') });
    expect(told.attach('eve', 'eve', 'eve again')).toEqual(refused('stale-seat'));
  });
});

describe('asking for ICE servers', () => {
  it('is answered for both sides of a committed invite', () => {
    const told = committed();
    expect(told.iceForHost('ann')).toEqual({ ok: true, value: ice });
    expect(told.iceForGuest('ann')).toEqual({ ok: true, value: ice });
    expect(told.heard()).toEqual([]);
  });

  it('is refused before the commit', () => {
    const told = reserved();
    expect(told.iceForHost('ann')).toEqual(refused('not-attached'));
    expect(told.iceForGuest('ann')).toEqual(refused('not-attached'));
    expect(opened().iceForHost('ann')).toEqual(refused('stale-seat'));
  });

  it('is refused while the other side is away', () => {
    const withoutHost = committed();
    withoutHost.leave('host');
    expect(withoutHost.iceForGuest('ann')).toEqual(refused('peer-away'));
    const withoutGuest = committed();
    withoutGuest.leave('ann');
    expect(withoutGuest.iceForHost('ann')).toEqual(refused('peer-away'));
    withoutGuest.attach('ann again', 'ann', 'ann 2');
    expect(withoutGuest.iceForHost('ann 2')).toEqual({ ok: true, value: ice });
  });

  it('is refused to a host that means another seat, and to sockets that hold no place', () => {
    const told = committed();
    expect(told.iceForHost('bob')).toEqual(refused('stale-seat'));
    expect(told.iceForHost('ann', 'eve')).toEqual(refused('not-attached'));
    expect(told.iceForHost('ann', 'ann')).toEqual(refused('not-attached'));
    expect(told.iceForGuest('host')).toEqual(refused('not-attached'));
    expect(story().iceForGuest('eve')).toEqual(refused('unknown-invite'));
    told.end('host');
    expect(told.iceForGuest('ann')).toEqual(refused('ended'));
  });
});

it('never seats two, unseats an admitted guest or revives an ended invite, whatever three guests and a host do', () => {
  let seed = 7;
  const pick = <T>(from: readonly [T, ...T[]]): T => {
    seed = (seed * 48_271) % 2_147_483_647;
    return from[seed % from.length] ?? from[0];
  };
  const guests = ['ann', 'bob', 'cat'] as const;
  const seen = new Set<string>();
  for (let life = 0; life < 300; life++) {
    const told = story();
    let before = told.state();
    for (let step = 0; step < 40; step++) {
      const guest = pick(guests);
      pick([
        () => told.open(),
        () => told.claim(guest),
        () => told.claim(guest),
        () => told.commit(guest),
        () => told.decline(guest),
        () => told.attach(guest, guest, guest),
        () => told.relayToHost(guest),
        () => (step > 30 ? told.end(pick(['host', guest])) : undefined),
        () => {
          told.leave(pick(['host', guest]));
        },
        () => {
          told.wait(pick([1, 20_000, SEAT_LAPSE_MS, SEAT_LEASE_MS]));
        },
      ])();
      const state = told.state();
      expect(told.sockets().filter((socket) => socket !== 'host').length).toBeLessThanOrEqual(1);
      if (before === 'committed') expect(['committed', 'ended']).toContain(state);
      if (before === 'ended') expect(state).toBe('ended');
      if (state === 'committed') expect(before).not.toBe('open');
      seen.add(`${String(before)} → ${String(state)}`);
      before = state;
    }
  }
  expect(seen).toContain('reserved → committed');
  expect(seen).toContain('committed → ended');
});
