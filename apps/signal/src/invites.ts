import {
  LIFETIMES_MS,
  MAX_SEATS_IN_WINDOW,
  SEAT_LAPSE_MS,
  SEAT_LEASE_MS,
  SEAT_WINDOW_MS,
  type Event,
  type EventName,
  type Input,
  type Output,
  type Refusal,
  type Refused,
  type Reply,
  type InviteRequestName,
} from '@porchlight/protocol';

import { hashOf, sameHash } from './hashes.ts';

/** A committed invite ends when neither side has had a socket for this long. Long enough for a laptop that slept. */
export const BOTH_GONE_MS = 10 * 60_000;

/** How long an ended or expired invite is remembered: no link lives longer, so none can come back to life. */
export const TOMBSTONE_MS = LIFETIMES_MS[3];

/** How long an admitted chat may use the server without ending: the link's lifetime limits asking, not talking. */
export const COMMITTED_MS = LIFETIMES_MS[3];

/** Where one side is: on a socket, or gone since (ms since epoch). */
export type Presence = { here: true; socket: string } | { here: false; since: number };

/** A guest's hold on an invite, named by the hash of a token that only the guest knows. */
export interface Seat {
  hash: string;
  /** The name before the last rotation, for a guest that never saw the acknowledgement. */
  previousHash: string | null;
  guest: Presence;
}

interface Live {
  id: string;
  claimHash: string;
  hostHash: string;
  host: Presence;
  expiresAt: number;
  /** Key of the address that opened it, for counting. */
  opener: string;
}

/** What the server knows of one invite. No name, no key, no address. Times are ms since epoch. */
export type Invite =
  | (Live & { state: 'open'; reservedAt: readonly number[] })
  | (Live & { state: 'reserved'; reservedAt: readonly number[]; seat: Seat; leaseEndsAt: number })
  | (Live & { state: 'committed'; seat: Seat })
  | { state: 'ended'; id: string; why: 'ended' | 'expired'; used: boolean; forgetAt: number };

type AboutInvites = Exclude<EventName, 'welcome'>;
type News = { [E in AboutInvites]: { event: E; payload: Event<E> } }[AboutInvites];

/** Something to tell: to one socket, or to the guests who wait for this invite's host. */
export type Notice = News & { to: { socket: string } | 'waiters' };

/** What becomes of an invite (undefined: forget it), and who is to be told, in this order. */
export interface Change {
  invite: Invite | undefined;
  notices: readonly Notice[];
}

/** What one request makes of an invite. Nobody hears of the notices before what they asked themselves was answered. */
export interface Step<T> extends Change {
  reply: Reply<T>;
}

/** Who asks, when, and what depends on more than this one invite. */
export interface Circumstances {
  /** A socket id. */
  from: string;
  /** The key of that socket's address. */
  opener: string;
  /** In ms since epoch. */
  now: number;
  /** Why no new invite may be made now, if so. Only a new one is refused by it. */
  noneNew: Refused | undefined;
  /** What a side gets that may ask for ICE servers. */
  ice: Output<'ice'>;
  isGone: IsGone;
}

/** Whether a socket that was never seen to leave is gone all the same: its process died. */
export type IsGone = (socket: string) => boolean;

/**
 * Answers one request about one invite. Pure: may be run again on a newer invite when a store has to retry.
 * Whatever the clock has brought about (lapsed, expired) happens first. docs/protocol.md §2.
 */
export function decide<R extends InviteRequestName>(
  request: R,
  invite: Invite | undefined,
  input: Input<R>,
  circumstances: Circumstances,
): Step<Output<R>> {
  const settled = settle(invite, circumstances.now, circumstances.isGone);
  const rule: Rule<R> = rules[request];
  const step = rule(settled.invite, input, circumstances);
  return { ...step, notices: [...settled.notices, ...step.notices] };
}

/** A socket is gone. Nothing happens if it holds no place in this invite (any more). */
export function leave(invite: Invite | undefined, socket: string, now: number, isGone: IsGone): Change {
  const settled = settle(invite, now, isGone);
  return after(settled, vacated(settled.invite, socket, now));
}

/** What the passing of time, and the death of other processes, have brought about. The very millisecond of a deadline is past it. */
export function settle(invite: Invite | undefined, now: number, isGone: IsGone): Change {
  let change: Change = { invite, notices: [] };
  for (const socket of socketsIn(invite)) {
    if (isGone(socket)) change = after(change, vacated(change.invite, socket, now));
  }
  return after(change, passed(change.invite, now));
}

/** One change and then another. */
function after(first: Change, second: Change): Change {
  return { invite: second.invite, notices: [...first.notices, ...second.notices] };
}

function vacated(invite: Invite | undefined, socket: string, now: number): Change {
  const gone: Presence = { here: false, since: now };
  const notices: Notice[] = [];
  let vacant = invite;
  const hosted = asHost(vacant, socket);
  if (hosted !== undefined) {
    vacant = { ...hosted, host: gone };
    if (hosted.state !== 'open') {
      notices.push(...tell(hosted.seat.guest, { event: 'invite:host-left', payload: { inviteId: hosted.id } }));
    }
  }
  const seated = asGuest(vacant, socket);
  if (seated !== undefined) {
    const { id, seat, host } = seated;
    vacant = { ...seated, seat: { ...seat, guest: gone } };
    notices.push(...tell(host, { event: 'invite:guest-left', payload: { inviteId: id, seat: seat.hash } }));
  }
  return { invite: vacant, notices };
}

function passed(invite: Invite | undefined, now: number): Change {
  if (invite === undefined || now < dueAt(invite)) return { invite, notices: [] };
  if (invite.state === 'ended') return { invite: undefined, notices: [] };
  if (now >= invite.expiresAt) return over(invite, 'expired', now);
  if (invite.state !== 'reserved') return over(invite, 'ended', now); // Committed, and both sides gone.
  const { id, seat } = invite;
  return {
    invite: freed(invite),
    notices: [
      ...tell(seat.guest, { event: 'invite:ended', payload: { inviteId: id, why: 'lapsed' } }),
      ...tell(invite.host, { event: 'invite:released', payload: { inviteId: id, seat: seat.hash } }),
    ],
  };
}

/** When the clock next changes this invite, in ms since epoch. */
export function dueAt(invite: Invite): number {
  switch (invite.state) {
    case 'ended':
      return invite.forgetAt;
    case 'open':
      return invite.expiresAt;
    case 'reserved': {
      const { guest } = invite.seat;
      const lapsesAt = guest.here ? Infinity : guest.since + SEAT_LAPSE_MS;
      return Math.min(invite.expiresAt, invite.leaseEndsAt, lapsesAt);
    }
    case 'committed': {
      const { guest } = invite.seat;
      const { host } = invite;
      const bothGoneAt = guest.here || host.here ? Infinity : Math.max(guest.since, host.since) + BOTH_GONE_MS;
      return Math.min(invite.expiresAt, bothGoneAt);
    }
  }
}

/** The sockets that hold a place in this invite: the host's and the seated guest's, as far as they are there. */
export function socketsIn(invite: Invite | undefined): string[] {
  if (invite === undefined || invite.state === 'ended') return [];
  const sides = invite.state === 'open' ? [invite.host] : [invite.host, invite.seat.guest];
  return sides.flatMap((side) => (side.here ? [side.socket] : []));
}

type Rule<R extends InviteRequestName> = (
  invite: Invite | undefined,
  input: Input<R>,
  circumstances: Circumstances,
) => Step<Output<R>>;

const rules: { [R in InviteRequestName]: Rule<R> } = {
  'invite:open': (invite, input, { from, opener, now, noneNew }) => {
    const hostHash = hashOf(input.hostToken);
    const host: Presence = { here: true, socket: from };
    if (invite === undefined) {
      if (noneNew !== undefined) return { invite, reply: noneNew, notices: [] };
      const created = create(input, { hostHash, host, opener }, now);
      return opened(created, now, toWaiters(created.id));
    }
    if (invite.state === 'ended') return refuse(invite, invite.why);
    if (!sameHash(invite.hostHash, hostHash)) return refuse(invite, 'wrong-token');
    if (asHost(invite, from) !== undefined) return opened(invite, now, []); // The answer was lost; nothing changed.
    const returned: News = { event: 'invite:host-returned', payload: { inviteId: invite.id } };
    return opened({ ...invite, host }, now, [
      ...(invite.state === 'open' ? [] : tell(invite.seat.guest, returned)),
      ...(invite.host.here ? [] : toWaiters(invite.id)),
    ]);
  },

  'invite:claim': (invite, input, { from, now }) => {
    if (invite === undefined) return refuse(invite, 'unknown-invite');
    if (invite.state === 'ended') return refuse(invite, invite.used ? 'used' : invite.why);
    if (!sameHash(invite.claimHash, hashOf(input.claimToken))) return refuse(invite, 'wrong-token');
    if (invite.state === 'committed') return refuse(invite, 'used');
    if (invite.state === 'reserved') {
      if (!sameHash(invite.seat.hash, input.seat)) return refuse(invite, 'reserved');
      return claimedAgain(invite, from, now);
    }
    if (!invite.host.here) return refuse(invite, 'host-away');
    const recent = invite.reservedAt.filter((at) => at > now - SEAT_WINDOW_MS);
    const oldest = recent[0];
    if (oldest !== undefined && recent.length >= MAX_SEATS_IN_WINDOW) {
      return refuse({ ...invite, reservedAt: recent }, 'try-later', oldest + SEAT_WINDOW_MS - now);
    }
    const reserved: Reserved = {
      ...invite,
      state: 'reserved',
      reservedAt: [...recent, now],
      seat: { hash: input.seat, previousHash: null, guest: { here: true, socket: from } },
      leaseEndsAt: now + SEAT_LEASE_MS,
    };
    return accept(
      reserved,
      leaseOf(reserved, now),
      tell(invite.host, { event: 'invite:claimed', payload: { inviteId: invite.id, seat: input.seat } }),
    );
  },

  'invite:attach': (invite, input, { from }) => {
    if (invite === undefined) return refuse(invite, 'unknown-invite');
    if (invite.state === 'ended') return refuse(invite, invite.why);
    if (invite.state === 'open') return refuse(invite, 'stale-seat');
    const seat = rotated(invite.seat, hashOf(input.seatToken), input.nextSeat);
    if (seat === undefined) return refuse(invite, 'stale-seat');
    return accept(
      { ...invite, seat: { ...seat, guest: { here: true, socket: from } } },
      { committed: invite.state === 'committed', hostPresent: invite.host.here },
      tell(invite.host, {
        event: 'invite:attached',
        payload: { inviteId: invite.id, seat: seat.hash, previousSeat: seat.previousHash ?? seat.hash },
      }),
    );
  },

  'invite:commit': (invite, input, { from, now }) => {
    const hosted = asHost(invite, from);
    if (hosted === undefined) return refuse(invite, notYours(invite));
    if (hosted.state === 'open' || !sameHash(hosted.seat.hash, input.seat)) return refuse(invite, 'stale-seat');
    // The answer was lost. The box was passed on the first time, and a box that comes twice would close the session.
    if (hosted.state === 'committed') return accept(hosted, {}, []);
    // A commit and its box are one step, so there is no commit without someone to give the box to.
    if (!hosted.seat.guest.here) return refuse(invite, 'peer-away');
    const { id, claimHash, hostHash, host, opener, seat } = hosted;
    return accept(
      { state: 'committed', id, claimHash, hostHash, host, opener, seat, expiresAt: now + COMMITTED_MS },
      {},
      pass(seat.guest, id, seat, input.box),
    );
  },

  'invite:decline': (invite, input, { from }) => {
    const hosted = asHost(invite, from);
    if (hosted === undefined) return refuse(invite, notYours(invite));
    if (hosted.state === 'open' || !sameHash(hosted.seat.hash, input.seat)) return refuse(invite, 'stale-seat');
    if (hosted.state === 'committed') return refuse(invite, 'used');
    const { id, seat } = hosted;
    return accept(freed(hosted), {}, [
      ...pass(seat.guest, id, seat, input.box),
      ...tell(seat.guest, { event: 'invite:ended', payload: { inviteId: id, why: 'declined' } }),
    ]);
  },

  'invite:end': (invite, input, { from, now }) => {
    const hosted = asHost(invite, from);
    if (hosted !== undefined) {
      const box = hosted.state === 'open' ? [] : pass(hosted.seat.guest, hosted.id, hosted.seat, input.box);
      const ended = over(hosted, 'ended', now, from);
      return accept(ended.invite, {}, [...box, ...ended.notices]);
    }
    const seated = asGuest(invite, from);
    if (seated === undefined) return refuse(invite, notYours(invite));
    const { id, seat, host } = seated;
    const box = pass(host, id, seat, input.box);
    if (seated.state === 'reserved') {
      const released = tell(host, { event: 'invite:released', payload: { inviteId: id, seat: seat.hash } });
      return accept(freed(seated), {}, [...box, ...released]);
    }
    const ended = over(seated, 'ended', now, from);
    return accept(ended.invite, {}, [...box, ...ended.notices]);
  },

  // Whoever names a seat speaks as the host, whoever names none as the guest.
  relay: (invite, input, { from }) => {
    if (input.seat === undefined) {
      const seated = asGuest(invite, from);
      if (seated === undefined) return refuse(invite, notYours(invite));
      return relayed(seated, seated.host, input.box);
    }
    const hosted = asHost(invite, from);
    if (hosted === undefined) return refuse(invite, notYours(invite));
    if (hosted.state === 'open' || !sameHash(hosted.seat.hash, input.seat)) return refuse(invite, 'stale-seat');
    return relayed(hosted, hosted.seat.guest, input.box);
  },

  // As in relay. Before the commit there is nothing to connect, so a guest who was not let in costs no TURN server anything;
  // nor is there with nobody on the other side.
  ice: (invite, input, { from, ice }) => {
    const side = input.seat === undefined ? asGuest(invite, from) : asHost(invite, from);
    if (side === undefined) return refuse(invite, notYours(invite));
    if (input.seat !== undefined && (side.state === 'open' || !sameHash(side.seat.hash, input.seat))) {
      return refuse(invite, 'stale-seat');
    }
    if (side.state !== 'committed') return refuse(invite, 'not-attached');
    return side.host.here && side.seat.guest.here ? accept(side, ice, []) : refuse(invite, 'peer-away');
  },
};

type Open = Extract<Invite, { state: 'open' }>;
type Reserved = Extract<Invite, { state: 'reserved' }>;
type Seated = Extract<Invite, { seat: Seat }>;
type Hosted = Exclude<Invite, { state: 'ended' }>;

function create(
  input: Input<'invite:open'>,
  by: { hostHash: string; host: Presence; opener: string },
  now: number,
): Hosted {
  const { inviteId: id, claimHash, committedSeat } = input;
  const live = { id, claimHash, ...by };
  if (committedSeat === undefined) {
    return { ...live, state: 'open', reservedAt: [], expiresAt: now + input.remainingMs };
  }
  // This server lost its memory; the host brings back the seat it admitted, and the guest will attach to it.
  const seat: Seat = { hash: committedSeat, previousHash: null, guest: { here: false, since: now } };
  return { ...live, state: 'committed', seat, expiresAt: now + COMMITTED_MS };
}

function opened(invite: Hosted, now: number, notices: readonly Notice[]): Step<Output<'invite:open'>> {
  const seat = invite.state === 'open' ? undefined : invite.seat;
  return accept(
    invite,
    {
      remainingMs: invite.expiresAt - now,
      seat: seat?.hash ?? null,
      committed: invite.state === 'committed',
      guestPresent: seat?.guest.here ?? false,
    },
    notices,
  );
}

/** The same seat claims again: its guest never saw the answer. The host hears of it only if the socket is another. */
function claimedAgain(invite: Reserved, from: string, now: number): Step<Output<'invite:claim'>> {
  const { id, seat } = invite;
  if (asGuest(invite, from) !== undefined) return accept(invite, leaseOf(invite, now), []);
  return accept(
    { ...invite, seat: { ...seat, guest: { here: true, socket: from } } },
    leaseOf(invite, now),
    tell(invite.host, {
      event: 'invite:attached',
      payload: { inviteId: id, seat: seat.hash, previousSeat: seat.hash },
    }),
  );
}

function leaseOf({ expiresAt, leaseEndsAt }: Reserved, now: number): Output<'invite:claim'> {
  return { remainingMs: expiresAt - now, leaseMs: Math.min(expiresAt, leaseEndsAt) - now };
}

/** The seat after a guest has shown the token with this hash, or undefined if that token is dead. */
function rotated(seat: Seat, shown: string, next: string): Seat | undefined {
  if (sameHash(seat.hash, next)) {
    // Rotated already, and the guest does not know: it may show the old token or the new one.
    const known = sameHash(seat.hash, shown) || (seat.previousHash !== null && sameHash(seat.previousHash, shown));
    return known ? seat : undefined;
  }
  return sameHash(seat.hash, shown) ? { ...seat, hash: next, previousHash: seat.hash } : undefined;
}

function freed({ id, claimHash, hostHash, host, opener, expiresAt, reservedAt }: Reserved): Open {
  return { state: 'open', id, claimHash, hostHash, host, opener, expiresAt, reservedAt };
}

/** Turns an invite into its tombstone and tells everyone but the socket that asked for it. */
function over(invite: Hosted, why: 'ended' | 'expired', now: number, by?: string): Change & { invite: Invite } {
  const ended: News = { event: 'invite:ended', payload: { inviteId: invite.id, why } };
  const guest: Notice[] = invite.state === 'open' ? [] : tell(invite.seat.guest, ended);
  // Nobody waits for a host who is there.
  const waiters: Notice[] = invite.host.here ? [] : [{ ...ended, to: 'waiters' }];
  const notices: Notice[] = [...guest, ...tell(invite.host, ended), ...waiters];
  return {
    invite: { state: 'ended', id: invite.id, why, used: invite.state === 'committed', forgetAt: now + TOMBSTONE_MS },
    notices: notices.filter(({ to }) => to === 'waiters' || to.socket !== by),
  };
}

function relayed(invite: Seated, to: Presence, box: string): Step<Record<string, never>> {
  return to.here ? accept(invite, {}, pass(to, invite.id, invite.seat, box)) : refuse(invite, 'peer-away');
}

function pass(to: Presence, inviteId: string, seat: Seat, box: string | undefined): Notice[] {
  return box === undefined ? [] : tell(to, { event: 'relayed', payload: { inviteId, seat: seat.hash, box } });
}

function tell(side: Presence, news: News): Notice[] {
  return side.here ? [{ ...news, to: { socket: side.socket } }] : [];
}

function toWaiters(inviteId: string): Notice[] {
  return [{ event: 'invite:host-returned', payload: { inviteId }, to: 'waiters' }];
}

/** The invite, if this socket is its host's. */
function asHost(invite: Invite | undefined, socket: string): Hosted | undefined {
  if (invite === undefined || invite.state === 'ended') return undefined;
  return invite.host.here && invite.host.socket === socket ? invite : undefined;
}

/** The invite, if this socket is its seated guest's. */
function asGuest(invite: Invite | undefined, socket: string): Seated | undefined {
  if (invite?.state !== 'reserved' && invite?.state !== 'committed') return undefined;
  const { guest } = invite.seat;
  return guest.here && guest.socket === socket ? invite : undefined;
}

function notYours(invite: Invite | undefined): Refusal {
  if (invite === undefined) return 'unknown-invite';
  return invite.state === 'ended' ? invite.why : 'not-attached';
}

function accept<T>(invite: Invite, value: T, notices: readonly Notice[]): Step<T> {
  return { invite, reply: { ok: true, value }, notices };
}

function refuse(invite: Invite | undefined, refusal: Refusal, retryAfterMs?: number): Step<never> {
  const reply: Refused = retryAfterMs === undefined ? { ok: false, refusal } : { ok: false, refusal, retryAfterMs };
  return { invite, reply, notices: [] };
}
