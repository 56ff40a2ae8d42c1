import { randomInt } from 'node:crypto';

import {
  LIFETIMES_MS,
  MAX_SEATS_IN_WINDOW,
  SEAT_LAPSE_MS,
  SEAT_LEASE_MS,
  SEAT_WINDOW_MS,
  type Input,
  type Output,
  type Reply,
  type InviteRequestName,
} from '@porchlight/protocol';
import fc from 'fast-check';
import { expect, it } from 'vitest';

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
  type Invite,
} from './invites.ts';
import { createMemoryStore } from './store/memory.ts';

/*
 * The real machine on the real store beside a simple one, through random schedules. Every answer must be the simple
 * machine's, and whatever both think, the promises of docs/protocol.md §2 are checked on what was answered and told.
 */

const FIXED_SEED = 20_240_611;
const SCHEDULES = 600;
const STEPS = 50;

/** Room for a busy machine, and for making a failing schedule short. */
const LIMIT_MS = 60_000;

const OPENING = { what: 'open', from: 'host', hostToken: 'host', remainingMs: LIFETIMES_MS[1] } as const;

const inviteId = 'AAAAAAAAAAAAAAAAAAAAAA';
const token = (name: string): string => hashOf(Buffer.from(name).toString('base64url'));
const seatOf = (name: string): string => hashOf(token(name));

const hostSockets = ['host', 'host-2'] as const;
const guestSockets = ['ann', 'ann-2', 'bob', 'cat'] as const;
const sockets = [...hostSockets, ...guestSockets, 'eve'] as const;
const people = ['ann', 'bob', 'cat'] as const;
const seatNames = people.flatMap((person) => [`${person} 1`, `${person} 2`]);
const personOf = (name: string): string => name.split(/[ -]/)[0] ?? name;

/** One thing that happens. A `seat` of 'held' is the one held at that moment. `deadline`: the clock goes to `ms` after (or before) the next moment at which it matters. */
type Happening =
  | { what: 'open'; from: string; hostToken: string; remainingMs: number }
  | { what: 'claim'; from: string; seat: string; claimToken: string }
  | { what: 'attach'; from: string; shown: string; next: string }
  | { what: 'commit' | 'decline'; from: string; seat: string }
  | { what: 'end' | 'drop'; from: string }
  | { what: 'wait'; ms: number; noticed: boolean }
  | { what: 'deadline'; ms: number; noticed: boolean };

/** What the simple machine keeps: names in place of hashes, one flat record, changed in place. */
interface Simple {
  phase: 'unknown' | 'open' | 'reserved' | 'committed' | 'ended' | 'expired';
  used: boolean;
  host: string | null;
  hostGoneAt: number;
  guest: string | null;
  guestGoneAt: number;
  seat: string | null;
  formerSeat: string | null;
  givenAt: number[];
  endsAt: number;
  leaseEndsAt: number;
}

const unknown = (): Simple => ({
  phase: 'unknown',
  used: false,
  host: null,
  hostGoneAt: 0,
  guest: null,
  guestGoneAt: 0,
  seat: null,
  formerSeat: null,
  givenAt: [],
  endsAt: Infinity,
  leaseEndsAt: Infinity,
});

/** The next moment at which the clock alone changes something. */
function nextDeadline(simple: Simple): number {
  const { phase, host, guest, hostGoneAt, guestGoneAt, endsAt, leaseEndsAt } = simple;
  if (phase === 'reserved') return Math.min(endsAt, leaseEndsAt, guest === null ? guestGoneAt + SEAT_LAPSE_MS : endsAt);
  if (phase !== 'committed' || host !== null || guest !== null) return endsAt;
  return Math.min(endsAt, Math.max(hostGoneAt, guestGoneAt) + BOTH_GONE_MS);
}

function tick(simple: Simple, now: number): void {
  if (now < nextDeadline(simple)) return;
  if (simple.phase === 'ended' || simple.phase === 'expired') Object.assign(simple, unknown());
  else if (now >= simple.endsAt) bury(simple, 'expired', now);
  else if (simple.phase === 'committed') bury(simple, 'ended', now);
  else vacate(simple);
}

function bury(simple: Simple, phase: 'ended' | 'expired', now: number): void {
  Object.assign(simple, unknown(), { phase, used: simple.phase === 'committed', endsAt: now + TOMBSTONE_MS });
}

function vacate(simple: Simple): void {
  Object.assign(simple, { phase: 'open', guest: null, seat: null, formerSeat: null });
}

/** What the simple machine answers: `ok` or the refusal. `admitted`: the seat that the host's page let in, if any. */
function answer(simple: Simple, happening: Happening, now: number, admitted: string | null): string {
  const dead = simple.phase === 'ended' || simple.phase === 'expired' ? simple.phase : null;
  const absent = simple.phase === 'unknown' ? 'unknown-invite' : dead;
  const seated = simple.seat !== null;
  switch (happening.what) {
    case 'open': {
      if (dead !== null) return dead;
      if (happening.hostToken !== 'host') return 'wrong-token';
      const fresh = simple.phase === 'unknown';
      if (fresh && admitted === null) Object.assign(simple, { phase: 'open', endsAt: now + happening.remainingMs });
      if (fresh && admitted !== null) {
        Object.assign(simple, { phase: 'committed', seat: admitted, guestGoneAt: now, endsAt: now + COMMITTED_MS });
      }
      simple.host = happening.from;
      return 'ok';
    }
    case 'claim': {
      if (dead !== null) return simple.used ? 'used' : dead;
      if (absent !== null) return absent;
      if (happening.claimToken !== 'claim') return 'wrong-token';
      if (simple.phase === 'committed') return 'used';
      if (seated && simple.seat !== happening.seat) return 'reserved';
      if (!seated) {
        if (simple.host === null) return 'host-away';
        if (simple.givenAt.filter((at) => now - at < SEAT_WINDOW_MS).length >= MAX_SEATS_IN_WINDOW) return 'try-later';
        simple.givenAt.push(now);
        Object.assign(simple, { phase: 'reserved', seat: happening.seat, leaseEndsAt: now + SEAT_LEASE_MS });
      }
      simple.guest = happening.from;
      return 'ok';
    }
    case 'attach': {
      if (absent !== null) return absent;
      const again = simple.seat === happening.next && simple.formerSeat === happening.shown;
      if (!seated || (simple.seat !== happening.shown && !again)) return 'stale-seat';
      if (simple.seat !== happening.next) Object.assign(simple, { formerSeat: simple.seat, seat: happening.next });
      simple.guest = happening.from;
      return 'ok';
    }
    case 'commit':
    case 'decline': {
      if (absent !== null) return absent;
      if (simple.host !== happening.from) return 'not-attached';
      if (!seated || simple.seat !== happening.seat) return 'stale-seat';
      if (happening.what === 'decline') {
        if (simple.phase === 'committed') return 'used';
        vacate(simple);
        return 'ok';
      }
      if (simple.phase === 'committed') return 'ok';
      if (simple.guest === null) return 'peer-away';
      Object.assign(simple, { phase: 'committed', endsAt: now + COMMITTED_MS, leaseEndsAt: Infinity });
      return 'ok';
    }
    case 'end': {
      if (absent !== null) return absent;
      if (simple.host !== happening.from && simple.guest !== happening.from) return 'not-attached';
      if (simple.guest === happening.from && simple.phase === 'reserved') vacate(simple);
      else bury(simple, 'ended', now);
      return 'ok';
    }
    case 'drop': {
      if (simple.host === happening.from) Object.assign(simple, { host: null, hostGoneAt: now });
      if (simple.guest === happening.from) Object.assign(simple, { guest: null, guestGoneAt: now });
      return 'ok';
    }
    default:
      return 'ok';
  }
}

const ice: Output<'ice'> = { iceServers: [], validMs: 1 };

/** Plays one schedule on both machines; gives what was asked and answered, as "commit: stale-seat". */
async function play(schedule: readonly Happening[]): Promise<string[]> {
  const store = createMemoryStore({ live: { inAll: 2, perAddress: 2 }, maxTombstones: 2 });
  const simple = unknown();
  let now = 1_000_000;
  let admitted: string | null = null; // As the host's page remembers it.
  const seatsGivenAt: number[] = [];
  const everAdmitted = new Set<string>();
  const log: string[] = [];

  async function keep<C extends Change>(change: (invite: Invite | undefined) => C): Promise<C> {
    const { step } = await store.update(inviteId, change);
    for (const { event, payload, to } of step.notices) {
      if (event === 'invite:claimed') seatsGivenAt.push(now);
      if (event === 'relayed' && payload.box === 'admission') everAdmitted.add(to === 'waiters' ? to : to.socket);
      if (event === 'invite:attached' && admitted !== null && payload.previousSeat === seatOf(admitted)) {
        admitted = seatNames.find((name) => seatOf(name) === payload.seat) ?? null;
      }
    }
    return step;
  }

  async function ask<R extends InviteRequestName>(
    from: string,
    request: R,
    input: Input<R>,
  ): Promise<Reply<Output<R>>> {
    return (
      await keep((invite) =>
        decide(request, invite, input, {
          from,
          opener: 'an address',
          now,
          noneNew: undefined,
          ice,
          isGone: () => false,
        }),
      )
    ).reply;
  }

  async function really(happening: Happening): Promise<string> {
    const reply = await request(happening);
    return reply === null || reply.ok ? 'ok' : reply.refusal;
  }

  async function request(happening: Happening): Promise<Reply<unknown> | null> {
    switch (happening.what) {
      case 'open':
        return ask(happening.from, 'invite:open', {
          inviteId,
          claimHash: seatOf('claim'),
          hostToken: token(happening.hostToken),
          remainingMs: happening.remainingMs,
          ...(admitted === null ? {} : { committedSeat: seatOf(admitted) }),
        });
      case 'claim':
        return ask(happening.from, 'invite:claim', {
          inviteId,
          claimToken: token(happening.claimToken),
          seat: seatOf(happening.seat),
        });
      case 'attach':
        return ask(happening.from, 'invite:attach', {
          inviteId,
          seatToken: token(happening.shown),
          nextSeat: seatOf(happening.next),
        });
      case 'commit':
        return ask(happening.from, 'invite:commit', { inviteId, seat: seatOf(happening.seat), box: 'admission' });
      case 'decline':
        return ask(happening.from, 'invite:decline', { inviteId, seat: seatOf(happening.seat), box: 'declined' });
      case 'end':
        return ask(happening.from, 'invite:end', { inviteId });
      case 'drop':
        await keep((invite) => leave(invite, happening.from, now, () => false));
        return null;
      default:
        await keep((invite) => settle(invite, now, () => false));
        return null;
    }
  }

  for (const drawn of schedule) {
    if (drawn.what === 'wait') now += drawn.ms;
    if (drawn.what === 'deadline' && nextDeadline(simple) < Infinity)
      now = Math.max(now, nextDeadline(simple) + drawn.ms);
    // What nobody notices happens when somebody asks next.
    if ('noticed' in drawn && !drawn.noticed) continue;
    tick(simple, now);
    // Whoever opens a forgotten invite under another token has made another invite.
    if (drawn.what === 'open' && drawn.hostToken !== 'host' && simple.phase === 'unknown') continue;
    const naming = drawn.what === 'commit' || drawn.what === 'decline';
    const happening = naming && drawn.seat === 'held' ? { ...drawn, seat: simple.seat ?? 'ann 1' } : drawn;

    const before = { ...simple };
    const expected = answer(simple, happening, now, admitted);
    const answered = await really(happening);
    log.push(`${happening.what}: ${answered}`);
    expect(answered, `${JSON.stringify(happening)} on ${before.phase}`).toBe(expected);
    const { before: invite } = await store.update(inviteId, (kept) => ({ invite: kept }));

    const guestsSeated = socketsIn(invite).filter((socket) => socket !== simple.host);
    expect(guestsSeated.length, 'guests in the seat').toBeLessThanOrEqual(1);
    expect(guestsSeated, 'who sits').toEqual(simple.guest === null ? [] : [simple.guest]);
    const state = invite?.state === 'ended' ? invite.why : (invite?.state ?? 'unknown');
    expect(state).toBe(simple.phase);

    if (happening.what === 'commit' && answered === 'ok') {
      expect(happening.seat, 'the seat that is held when it is committed').toBe(before.seat);
      admitted = happening.seat;
    }
    if (happening.what === 'claim' && answered === 'ok') expect(admitted, 'a claim after a commit').toBeNull();
    expect(everAdmitted.size, 'guests that got an admission').toBeLessThanOrEqual(1);
    const recent = seatsGivenAt.filter((at) => now - at < SEAT_WINDOW_MS);
    expect(recent.length, 'seats given out in ten minutes').toBeLessThanOrEqual(MAX_SEATS_IN_WINDOW);
    const alive = before.phase !== 'ended' && before.phase !== 'expired' && before.phase !== 'unknown';
    if (alive && invite?.state === 'ended') {
      expect(happening.what, 'what may end an invite').toBe('end');
      const entitled = before.phase === 'committed' ? [before.host, before.guest] : [before.host];
      expect(entitled, 'who may end an invite').toContain('from' in happening ? happening.from : null);
    }
  }
  return log;
}

const socket = fc.constantFrom(...sockets);
const seat = fc.constantFrom(...seatNames);
const mostly = (right: string, wrong: string) =>
  fc.oneof({ weight: 12, arbitrary: fc.constant(right) }, { weight: 1, arbitrary: fc.constant(wrong) });
const noticed = fc.boolean();
const hostMostly = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...hostSockets) },
  { weight: 1, arbitrary: socket },
);
const named = fc.oneof({ weight: 2, arbitrary: fc.constant('held') }, { weight: 1, arbitrary: seat });

const happening: fc.Arbitrary<Happening> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      what: fc.constant('open' as const),
      from: fc.constantFrom(...hostSockets),
      hostToken: mostly('host', 'thief'),
      remainingMs: fc.constantFrom(...LIFETIMES_MS),
    }),
  },
  {
    weight: 7,
    arbitrary: fc
      .record({
        from: fc.constantFrom(...guestSockets),
        number: fc.constantFrom(1, 2),
        claimToken: mostly('claim', '?'),
      })
      .map(({ from, number, claimToken }) => ({
        what: 'claim' as const,
        from,
        seat: `${personOf(from)} ${String(number)}`,
        claimToken,
      })),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      what: fc.constant('attach' as const),
      from: fc.constantFrom(...guestSockets),
      shown: seat,
      next: seat,
    }),
  },
  { weight: 3, arbitrary: fc.record({ what: fc.constant('commit' as const), from: hostMostly, seat: named }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constant('decline' as const), from: hostMostly, seat: named }) },
  {
    weight: 2,
    arbitrary: fc.record({ what: fc.constant('end' as const), from: fc.constantFrom(...guestSockets, 'eve') }),
  },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('end' as const), from: hostMostly }) },
  { weight: 3, arbitrary: fc.record({ what: fc.constant('drop' as const), from: socket }) },
  {
    weight: 3,
    arbitrary: fc.record({
      what: fc.constant('wait' as const),
      ms: fc.constantFrom(
        0,
        1,
        1_000,
        SEAT_LAPSE_MS - 1,
        SEAT_LAPSE_MS,
        SEAT_WINDOW_MS - 1,
        SEAT_LEASE_MS,
        TOMBSTONE_MS,
      ),
      noticed,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ what: fc.constant('deadline' as const), ms: fc.constantFrom(-1, 0, 1), noticed }),
  },
);

/** Seats given out and taken back in quick succession, which the mix above hardly ever does five times in ten minutes. */
const restless: fc.Arbitrary<Happening> = fc.oneof(
  fc.constant({ what: 'claim' as const, from: 'ann', seat: 'ann 1', claimToken: 'claim' }),
  fc.constant({ what: 'claim' as const, from: 'bob', seat: 'bob 1', claimToken: 'claim' }),
  fc.record({ what: fc.constant('end' as const), from: fc.constantFrom('ann', 'bob') }),
  fc.constant({ what: 'decline' as const, from: 'host', seat: 'held' }),
  fc.record({
    what: fc.constant('wait' as const),
    // Quarters add up to the very millisecond at which a seat stops counting.
    ms: fc.constantFrom(SEAT_WINDOW_MS / 4, SEAT_WINDOW_MS / 4, SEAT_WINDOW_MS, SEAT_WINDOW_MS - 1),
    noticed,
  }),
);

const schedules = fc.oneof(
  { weight: 4, arbitrary: fc.array(happening, { minLength: 1, maxLength: STEPS, size: 'max' }) },
  { weight: 1, arbitrary: fc.array(restless, { minLength: 1, maxLength: STEPS, size: 'max' }) },
);

/** What the fixed schedules must have come across, lest a green run says nothing. */
const STORIES = [
  ...['open: ok', 'open: wrong-token', 'open: ended', 'open: expired'],
  ...['claim: ok', 'claim: reserved', 'claim: used', 'claim: host-away', 'claim: try-later', 'claim: wrong-token'],
  ...['claim: ended', 'claim: expired', 'claim: unknown-invite', 'attach: ok', 'attach: stale-seat', 'attach: ended'],
  ...['commit: ok', 'commit: stale-seat', 'commit: not-attached', 'commit: peer-away', 'decline: ok', 'decline: used'],
  ...['decline: stale-seat', 'end: ok', 'end: not-attached', 'end: ended', 'end: expired', 'end: unknown-invite'],
];

it.each([
  ['the fixed seed', FIXED_SEED],
  ['a fresh seed', randomInt(2 ** 31)],
])(
  'keeps every promise of the invite through random schedules, from %s',
  async (_, seed) => {
    process.stdout.write(`invites.model.test.ts: seed ${String(seed)}\n`);
    const seen = new Set<string>();
    const promise = fc.asyncProperty(schedules, async (schedule) => {
      for (const line of await play([OPENING, ...schedule])) seen.add(line);
    });
    await fc.assert(promise, { seed, numRuns: SCHEDULES });
    if (seed === FIXED_SEED) expect([...seen]).toEqual(expect.arrayContaining(STORIES));
  },
  LIMIT_MS,
);
