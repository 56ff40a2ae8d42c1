import { describe, expect, it } from 'vitest';

import type { Effect, Event } from './events.ts';
import { transition } from './machine.ts';
import { reasons, type Reason } from './reasons.ts';
import type { State } from './state.ts';

/** What the state is, and what was asked for, after these events in this order. */
function play(state: State, ...events: Event[]): { state: State; did: Effect['type'][] } {
  const did: Effect['type'][] = [];
  for (const event of events) {
    const step = transition(state, event);
    state = step.state;
    did.push(...step.effects.map((effect) => effect.type));
  }
  return { state, did };
}

const SEAT = 'seat-1';
const box = new Uint8Array(1);
const waiting: State = { role: 'host', phase: 'waiting', strikes: 0, notice: null };
const knocked: State = {
  role: 'host',
  phase: 'knocked',
  strikes: 0,
  seat: SEAT,
  handshakes: 1,
  nickname: 'Mia',
  away: false,
};
const knocking: State = { role: 'guest', phase: 'knocking', nickname: 'Mia', hostAway: false };
const hostChatting: State = { role: 'host', phase: 'chatting', epoch: 3, path: 'direct' };
const guestChatting: State = { role: 'guest', phase: 'chatting', epoch: 3, path: 'direct' };
const hostConnecting: State = { role: 'host', phase: 'connecting', epoch: 0, committed: false, seat: SEAT };

const serversWord: Event[] = [
  { type: 'invite-over', why: 'ended' },
  { type: 'invite-over', why: 'lapsed' },
  { type: 'seat-claimed', seat: 'x' },
  { type: 'seat-released', seat: SEAT },
  { type: 'host-left' },
  { type: 'open-refused', refusal: 'ended' },
  { type: 'attach-refused', refusal: 'ended' },
  { type: 'claim-refused', refusal: 'used' },
  { type: 'invite-opened', seat: null, committed: false },
];

describe('the host', () => {
  it('greets whoever claims the seat, answers the handshake and shows the knock', () => {
    const { state, did } = play(
      waiting,
      { type: 'seat-claimed', seat: SEAT },
      { type: 'handshake-arrived', seat: SEAT, epoch: 0, box },
      { type: 'knock-arrived', nickname: 'Mia' },
    );
    expect(state).toEqual(knocked);
    expect(did).toEqual(['start-timer', 'start-timer', 'answer-handshake', 'meet', 'stop-timer']);
  });

  it('opens no transport before **Let in**', () => {
    const { did } = play(waiting, { type: 'seat-claimed', seat: SEAT }, { type: 'knock-arrived', nickname: 'Mia' });
    expect(did).not.toContain('admit');
    expect(play(knocked, { type: 'admitted' }).did).toContain('admit');
  });

  it('ignores a second press of **Let in**', () => {
    const { did } = play(knocked, { type: 'admitted' }, { type: 'admitted' });
    expect(did.filter((effect) => effect === 'admit')).toHaveLength(1);
  });

  it('keeps the link until the server acknowledged the commit, and not longer', () => {
    expect(play(knocked, { type: 'admitted' }).did).not.toContain('erase-link');
    expect(play(hostConnecting, { type: 'commit-acknowledged' }).did).toEqual(['erase-link']);
  });

  it('waits for the next guest when the seat was lost before the commit', () => {
    const { state, did } = play(hostConnecting, { type: 'commit-refused', refusal: 'stale-seat' });
    expect(state).toEqual({ role: 'host', phase: 'waiting', strikes: 0, notice: 'guest-left' });
    expect(did).toEqual(['close-transport', 'erase-session', 'stop-timer']);
  });

  it('does not take a seat back that the server committed', () => {
    const committed: State = { ...hostConnecting, committed: true };
    expect(play(committed, { type: 'commit-refused', refusal: 'stale-seat' }).state).toEqual(committed);
  });

  it('asks again for a commit whose answer was lost with the line', () => {
    const reopened = (committed: boolean): Event => ({ type: 'invite-opened', seat: SEAT, committed });
    expect(play(hostConnecting, reopened(false)).did).toEqual(['commit-again']);
    expect(play(hostConnecting, reopened(true)).did).toEqual(['erase-link']);
    const renamed = play(hostConnecting, { type: 'invite-opened', seat: 'seat-2', committed: true });
    expect(renamed.state).toMatchObject({ phase: 'connecting', committed: true, seat: 'seat-2' });

    // Also where the answer had come before the line broke, and the guest was back before us.
    const committed: State = { ...hostConnecting, committed: true };
    const missed = play(committed, { type: 'invite-opened', seat: 'seat-2', committed: true });
    expect(missed.state).toMatchObject({ phase: 'connecting', committed: true, seat: 'seat-2' });
    const again = play(missed.state, { type: 'seat-renamed', previousSeat: 'seat-2', seat: 'seat-3' });
    expect(again.state).toMatchObject({ seat: 'seat-3' });
    expect(play(committed, { type: 'invite-opened', seat: null, committed: false }).state).toEqual(committed);
  });

  it('says so when the server has no room, and keeps an invite that worked', () => {
    const refused: Event = { type: 'open-refused', refusal: 'full' };
    expect(play({ role: 'host', phase: 'opening', strikes: 0 }, refused).state).toMatchObject({
      phase: 'ended',
      reason: 'full',
    });
    expect(play(waiting, refused)).toEqual({ state: waiting, did: ['start-timer'] });
  });

  it('answers nobody else while one guest is at the door', () => {
    expect(play(knocked, { type: 'handshake-arrived', seat: 'other', epoch: 0, box }).did).toEqual([]);
    expect(play(knocked, { type: 'seat-claimed', seat: 'other' }).state).toEqual(knocked);
  });

  it('closes the invite at the fifth handshake that proves nothing, and not at the fourth', () => {
    let state: State = waiting;
    for (let n = 1; n <= 5; n += 1) {
      expect(state.phase).toBe('waiting');
      state = play(
        state,
        { type: 'seat-claimed', seat: SEAT },
        { type: 'handshake-refused', epoch: 0, forged: false },
      ).state;
    }
    expect(state).toEqual({ role: 'host', phase: 'ended', reason: 'attacked' });
  });

  it('answers only a later epoch once it let someone in', () => {
    const arrived = (epoch: number): Event => ({ type: 'handshake-arrived', seat: SEAT, epoch, box });
    expect(play(hostChatting, arrived(0), arrived(3)).did).toEqual([]);
    expect(play(hostChatting, arrived(4)).did).toEqual(['answer-handshake']);
    expect(play(hostChatting, { type: 'handshake-refused', epoch: 4, forged: false }).state).toEqual(hostChatting);
  });

  it('gives a guest that proved itself in a later epoch a new transport', () => {
    const { state, did } = play(hostChatting, { type: 'resume-arrived', epoch: 4 });
    expect(state).toMatchObject({ phase: 'reconnecting', epoch: 4 });
    expect(did).toEqual(['stop-timer', 'close-transport', 'admit', 'start-timer']);
    expect(play(hostChatting, { type: 'resume-arrived', epoch: 3 }).state).toEqual(hostChatting);
  });
});

describe('the guest', () => {
  it('claims nothing before it asks', () => {
    const idle: State = { role: 'guest', phase: 'idle' };
    for (const event of [...serversWord, { type: 'signaling-up' } as const])
      expect(play(idle, event)).toEqual({ state: idle, did: [] });
  });

  it.each([
    ['used', 'used'],
    ['expired', 'expired'],
    ['ended', 'host-ended'],
    ['reserved', 'reserved'],
    ['try-later', 'try-later'],
    ['wrong-token', 'damaged'],
    ['full', 'full'],
    ['crowded', 'crowded'],
    ['malformed', 'refused'],
  ] as const)('told %s, sees the page for it', (refusal, reason) => {
    const claiming: State = { role: 'guest', phase: 'claiming', nickname: 'Mia' };
    expect(play(claiming, { type: 'claim-refused', refusal }).state).toEqual({ role: 'guest', phase: 'ended', reason });
  });

  it('keeps the link for those ends after which it may ask again, and only for those', () => {
    const claiming: State = { role: 'guest', phase: 'claiming', nickname: 'Mia' };
    const close = (refusal: 'reserved' | 'used') => transition(claiming, { type: 'claim-refused', refusal }).effects;
    expect(close('reserved')).toEqual([{ type: 'close', keepLink: true }]);
    expect(close('used')).toEqual([{ type: 'close', keepLink: false }]);
    for (const reason of Object.keys(reasons) as Reason[]) {
      const { state } = play({ role: 'guest', phase: 'ended', reason }, { type: 'asked', nickname: 'Mia' });
      expect(state.phase).toBe(reasons[reason].again ? 'claiming' : 'ended');
    }
  });

  it('opens a transport only when the admission came', () => {
    expect(play(knocking, { type: 'transport-opened', epoch: 0 }).did).toEqual([]);
    expect(play(knocking, { type: 'admission-arrived', epoch: 0, nickname: 'Ada' }).did).toContain('connect');
    expect(play(knocking, { type: 'admission-arrived', epoch: 1, nickname: 'Ada' }).did).toEqual([]);
  });

  it('begins a second attempt when the first finds no way in time', () => {
    const connecting: State = { role: 'guest', phase: 'connecting', epoch: 0, committed: true, seat: null };
    const { state, did } = play(connecting, { type: 'timer-fired', timer: 'retry' });
    expect(state).toMatchObject({ phase: 'connecting', epoch: 1 });
    expect(did).toEqual(['close-transport', 'begin-handshake']);
  });

  it('begins anew at once when the transport is lost, and each time in a later epoch', () => {
    const once = play(guestChatting, { type: 'transport-lost', epoch: 3 });
    expect(once.state).toMatchObject({ phase: 'reconnecting', epoch: 4, attempts: 1 });
    expect(once.did).toContain('begin-handshake');
    const twice = play(once.state, { type: 'timer-fired', timer: 'retry' }, { type: 'attached', committed: true });
    expect(twice.state).toMatchObject({ phase: 'reconnecting', epoch: 5, attempts: 2 });
  });
});

describe('once the two have authenticated each other', () => {
  it('nothing the server says changes anything', () => {
    for (const state of [hostChatting, guestChatting])
      for (const event of serversWord) expect(play(state, event).state).toEqual(state);
  });

  it('without a transport its word only shortens the wait', () => {
    const lost = play(guestChatting, { type: 'transport-lost', epoch: 3 }).state;
    for (const event of serversWord) expect(play(lost, event).state.phase).toBe('reconnecting');
    expect(play(lost, { type: 'attach-refused', refusal: 'ended' }).state).toMatchObject({ farewell: true });
  });

  it('what belongs to an earlier epoch is dropped', () => {
    for (const type of ['transport-lost', 'transport-violated', 'goodbye-arrived', 'box-refused'] as const)
      expect(play(hostChatting, { type, epoch: 2 })).toEqual({ state: hostChatting, did: [] });
  });

  it('a frame that is not the peer’s ends it without an answer', () => {
    const { state, did } = play(hostChatting, { type: 'transport-violated', epoch: 3 });
    expect(state).toEqual({ role: 'host', phase: 'ended', reason: 'tampered' });
    expect(did).toEqual(['end-quietly', 'close']);
  });

  it('whoever leaves tells the other side and forgets', () => {
    expect(play(guestChatting, { type: 'left' })).toEqual({
      state: { role: 'guest', phase: 'ended', reason: 'left' },
      did: ['end', 'close'],
    });
  });

  it('an end is an end', () => {
    const ended: State = { role: 'host', phase: 'ended', reason: 'left' };
    for (const event of [...serversWord, { type: 'admitted' } as const, { type: 'asked', nickname: '' } as const])
      expect(play(ended, event)).toEqual({ state: ended, did: [] });
  });
});

describe('a server that has no time or room', () => {
  const claiming: State = { role: 'guest', phase: 'claiming', nickname: 'Mia' };
  const opening: State = { role: 'host', phase: 'opening', strikes: 0 };
  const slow = (retryAfterMs: number) => ({ refusal: 'slow-down', retryAfterMs }) as const;

  it('is asked again after a short wait without a word, and after a long one by the person who was told', () => {
    for (const [state, type] of [
      [claiming, 'claim-refused'],
      [opening, 'open-refused'],
    ] as const) {
      expect(transition(state, { type, ...slow(9_000) })).toEqual({
        state,
        effects: [{ type: 'start-timer', timer: 'retry', ms: 9_000 }],
      });
      expect(play(state, { type, ...slow(90_000) }).state).toEqual({
        role: state.role,
        phase: 'ended',
        reason: 'slow-down',
        retryAfterMs: 90_000,
      });
    }
  });

  it('that takes no socket is told to whoever waits for it, and to nobody else', () => {
    const crowded: Event = { type: 'turned-away', refusal: 'crowded', retryAfterMs: 60_000 };
    const over = { phase: 'ended', reason: 'crowded', retryAfterMs: 60_000 };
    expect(play(claiming, crowded).state).toMatchObject(over);
    expect(play(opening, crowded).state).toMatchObject(over);
    for (const state of [waiting, hostChatting]) expect(play(state, crowded).state).toEqual(state);
  });

  it('never ends an invite whose link was given away', () => {
    expect(transition(waiting, { type: 'open-refused', ...slow(90_000) })).toEqual({
      state: waiting,
      effects: [{ type: 'start-timer', timer: 'retry', ms: 90_000 }],
    });
  });
});

describe('without a transport', () => {
  it('takes the server’s word that it is over for a reason to wait half a minute only, once', () => {
    for (const role of ['host', 'guest'] as const) {
      const lost: State = { role, phase: 'reconnecting', epoch: 1, attempts: 1, hastened: 0, farewell: false };
      const words: Event[] = [{ type: 'invite-over', why: 'ended' }];
      words.push({ type: role === 'host' ? 'open-refused' : 'attach-refused', refusal: 'ended' });
      for (const word of words) {
        const told = play(lost, word, ...words);
        expect(told.state).toEqual({ ...lost, farewell: true });
        expect(told.did).toEqual(['start-timer']);
      }
      expect(play(lost, ...words, { type: 'transport-opened', epoch: 1 }).state.phase).toBe('chatting');
    }
  });
});
