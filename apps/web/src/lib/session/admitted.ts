import type { Effect, Event, Step } from './events.ts';
import type { SharedState } from './state.ts';
import { finish, go, refuse, say, stay } from './step.ts';
import { backoffMs, timing } from './timing.ts';

type Connecting = Extract<SharedState, { phase: 'connecting' }>;
type Chatting = Extract<SharedState, { phase: 'chatting' }>;
type Reconnecting = Extract<SharedState, { phase: 'reconnecting' }>;

/*
 * After **Let in**. The two sides have authenticated each other: from here the server is not believed. It carries boxes,
 * and what it says about the invite neither opens nor closes anything. Always the guest begins a resume handshake.
 */

/** The first connection. A line to the server that broke may have lost boxes, so the guest begins anew in the next epoch. */
export function connecting(state: Connecting, event: Event): Step {
  if (isLate(state, event)) return stay(state);
  switch (event.type) {
    case 'left':
      return say(state, 'left');
    case 'end-arrived':
      return finish(state, 'peer-left');
    case 'transport-opened': {
      // The guest has proved that it was let in: that is stronger than the server's word on the commit.
      const step = opened(state);
      return go(step.state, { type: 'erase-link' }, ...step.effects);
    }
    case 'transport-violated':
    case 'box-refused':
      return refuse(state, 'tampered');
    case 'flood-arrived':
      return refuse(state, 'flooded');
    case 'goodbye-arrived':
      return finish(state, 'peer-gone');
    case 'timer-fired':
      // The other side's time runs out by itself; told by us, it would read that we left.
      if (event.timer === 'connect') return refuse(state, 'could-not-connect');
      return event.timer === 'retry' && state.role === 'guest' ? nextEpoch(state) : stay(state);
    default:
      return state.role === 'guest' ? guestConnecting(state, event) : hostConnecting(state, event);
  }
}

function guestConnecting(state: Connecting, event: Event): Step {
  switch (event.type) {
    case 'signaling-up':
      return stay(state, { type: 'attach' });
    case 'host-returned':
      // The server may have forgotten us both.
      return stay(state, { type: 'attach' });
    case 'attached':
    case 'transport-lost':
      return state.epoch < MAX_HASTENED ? nextEpoch(state) : stay(state);
    case 'host-proved':
      return stay(state, { type: 'introduce', epoch: state.epoch, nickname: '' });
    case 'admission-arrived':
      return stay(
        state,
        { type: 'meet', name: event.nickname },
        { type: 'erase-link' },
        { type: 'connect', epoch: state.epoch },
      );
    default:
      return stay(state);
  }
}

function hostConnecting(state: Connecting, event: Event): Step {
  switch (event.type) {
    case 'signaling-up':
      return stay(state, { type: 'open-invite' });
    case 'commit-acknowledged':
      return go({ ...state, committed: true }, { type: 'erase-link' });
    case 'commit-refused':
      return event.refusal === 'unavailable' ? stay(state) : notCommitted(state);
    case 'invite-opened':
      if (state.seat === null) return stay(state);
      // Only our own commit can have committed it; if the seat came back under a new name meanwhile, it has that now.
      if (event.committed) return go({ ...state, committed: true, seat: event.seat }, { type: 'erase-link' });
      if (state.committed) return stay(state);
      return event.seat === state.seat ? stay(state, { type: 'commit-again', seat: state.seat }) : notCommitted(state);
    case 'seat-renamed':
      return event.previousSeat === state.seat ? go({ ...state, seat: event.seat }) : stay(state);
    case 'handshake-arrived':
      return answer(state, event);
    case 'resume-arrived':
      return go(
        { ...state, epoch: event.epoch, committed: true },
        { type: 'erase-link' },
        { type: 'close-transport' },
        { type: 'admit', epoch: event.epoch, commit: null },
      );
    default:
      return stay(state);
  }
}

/** The guest lost the seat before the server knew that we let it in: the link still works for whoever comes next. */
const notCommitted = (state: Connecting): Step =>
  state.committed
    ? stay(state)
    : go(
        { role: 'host', phase: 'waiting', strikes: 0, notice: 'guest-left' },
        { type: 'close-transport' },
        { type: 'erase-session' },
        { type: 'stop-timer', timer: 'connect' },
      );

/** The talk itself. */
export function chatting(state: Chatting, event: Event): Step {
  if (isLate(state, event)) return stay(state);
  switch (event.type) {
    case 'left':
      return say(state, 'left');
    case 'end-arrived':
      return finish(state, 'peer-left');
    case 'path-found':
      return go({ ...state, path: event.path });
    case 'transport-violated':
      return refuse(state, 'tampered');
    case 'flood-arrived':
      return refuse(state, 'flooded');
    case 'transport-lost':
      return lost(state, false);
    case 'goodbye-arrived':
      return lost(state, true);
    case 'signaling-up':
      return stay(state, { type: state.role === 'host' ? 'open-invite' : 'attach' });
    case 'handshake-arrived':
      return answer(state, event);
    case 'resume-arrived':
      return readmit(event.epoch);
    default:
      return stay(state);
  }
}

/** The transport was lost; the keys to find each other again are kept for a while. */
export function reconnecting(state: Reconnecting, event: Event): Step {
  if (isLate(state, event)) return stay(state);
  switch (event.type) {
    case 'left':
      return say(state, 'left');
    case 'end-arrived':
      return finish(state, 'peer-left');
    case 'transport-opened':
      return opened(state);
    case 'transport-violated':
      return refuse(state, 'tampered');
    case 'flood-arrived':
      return refuse(state, 'flooded');
    case 'invite-over':
      return givenUp(state);
    case 'timer-fired':
      if (event.timer === 'silence') return say(state, 'silence');
      if (event.timer === 'farewell') return say(state, 'peer-gone');
      return event.timer === 'retry' && state.role === 'guest' ? attachAgain(state) : stay(state);
    case 'goodbye-arrived':
      return go({ ...state, farewell: true }, { type: 'start-timer', timer: 'farewell', ms: timing.farewell });
    default:
      return state.role === 'guest' ? guestReconnecting(state, event) : hostReconnecting(state, event);
  }
}

function guestReconnecting(state: Reconnecting, event: Event): Step {
  switch (event.type) {
    case 'signaling-up':
      return hasten(state, attachAgain);
    case 'woke':
      // Our own device says so and not the server, so this may be as often as it likes.
      return attachAgain({ ...state, attempts: 0 });
    case 'host-returned':
      return hasten(state, tryAgain);
    case 'attached':
      return nextEpoch(state);
    case 'attach-refused':
      if (event.retryAfterMs !== undefined)
        return stay(state, { type: 'start-timer', timer: 'retry', ms: refusedMs(event.retryAfterMs) });
      return ['ended', 'expired', 'stale-seat'].includes(event.refusal) ? givenUp(state) : stay(state);
    case 'host-proved':
      return stay(
        state,
        { type: 'introduce', epoch: state.epoch, nickname: '' },
        { type: 'start-timer', timer: 'retry', ms: timing.attempt },
      );
    case 'admission-arrived':
      return stay(state, { type: 'connect', epoch: state.epoch });
    case 'transport-lost':
    case 'box-refused':
      return stay(state, { type: 'close-transport' }, retry(state.attempts + 1));
    default:
      return stay(state);
  }
}

function hostReconnecting(state: Reconnecting, event: Event): Step {
  switch (event.type) {
    case 'signaling-up':
    case 'woke':
      // Asking also finds out whether the line died with the network: the guest can come through no other.
      return stay(state, { type: 'open-invite' });
    case 'handshake-arrived':
      return answer(state, event);
    case 'open-refused':
      return ['ended', 'expired'].includes(event.refusal) ? givenUp(state) : stay(state);
    case 'resume-arrived':
      return readmit(event.epoch);
    case 'transport-lost':
      return stay(state, { type: 'close-transport' });
    default:
      return stay(state);
  }
}

/** It is over, says the server. Without a transport it can keep us apart anyway, so its word shortens the wait and no more. */
const givenUp = (state: Reconnecting): Step =>
  state.farewell
    ? stay(state)
    : go({ ...state, farewell: true }, { type: 'start-timer', timer: 'farewell', ms: timing.farewell });

const opened = (state: Connecting | Reconnecting): Step =>
  go(
    { role: state.role, phase: 'chatting', epoch: state.epoch, path: null },
    { type: 'stop-timer', timer: 'connect' },
    { type: 'stop-timer', timer: 'retry' },
    { type: 'stop-timer', timer: 'farewell' },
    { type: 'stop-timer', timer: 'silence' },
  );

function lost(state: Chatting, farewell: boolean): Step {
  const { role, epoch } = state;
  const next: Reconnecting = { role, phase: 'reconnecting', epoch, attempts: 0, hastened: 0, farewell };
  const waits: Effect[] = [
    { type: 'close-transport' },
    { type: 'start-timer', timer: 'silence', ms: timing.silence },
    ...(farewell ? [{ type: 'start-timer', timer: 'farewell', ms: timing.farewell } as const] : []),
  ];
  if (state.role === 'host') return go(next, ...waits);
  const trying = tryAgain(next);
  return go(trying.state, ...waits, ...trying.effects);
}

/** The guest's attempt: a handshake in the next epoch, through a line it believes to be good. */
function tryAgain(state: Reconnecting): Step {
  const began = nextEpoch({ ...state, attempts: state.attempts + 1 });
  return go(began.state, ...began.effects, retry(state.attempts + 2));
}

/** Every further attempt attaches first: the server may have forgotten us. */
const attachAgain = (state: Reconnecting): Step =>
  go({ ...state, attempts: state.attempts + 1 }, { type: 'attach' }, retry(state.attempts + 2));

/** What the server says is a reason to try at once, but only so often: each attempt costs both browsers a handshake. */
const MAX_HASTENED = 10;

const hasten = (state: Reconnecting, attempt: (state: Reconnecting) => Step): Step =>
  state.hastened >= MAX_HASTENED ? stay(state) : attempt({ ...state, attempts: 0, hastened: state.hastened + 1 });

/** However long the server wants us to wait: the other side waits too, and not for ever. */
const refusedMs = (retryAfterMs: number): number =>
  Math.min(Math.max(timing.request, retryAfterMs), 2 * timing.patience);

function nextEpoch(state: Connecting | Reconnecting): Step {
  const epoch = state.epoch + 1;
  return go({ ...state, epoch }, { type: 'close-transport' }, { type: 'begin-handshake', epoch });
}

const retry = (attempt: number) => ({ type: 'start-timer', timer: 'retry', ms: backoffMs(attempt) }) as const;

/** The guest proved in a new epoch that it is the one we let in: a new transport replaces the old. */
const readmit = (epoch: number): Step =>
  go(
    {
      role: 'host',
      phase: 'reconnecting',
      epoch,
      attempts: 0,
      hastened: 0,
      farewell: false,
    },
    { type: 'stop-timer', timer: 'farewell' },
    { type: 'close-transport' },
    { type: 'admit', epoch, commit: null },
    { type: 'start-timer', timer: 'silence', ms: timing.silence },
  );

/** Only a later epoch, and only the host answers. Whether it authenticates is for the keys to say. */
const answer = (
  state: Connecting | Chatting | Reconnecting,
  event: Extract<Event, { type: 'handshake-arrived' }>,
): Step =>
  state.role === 'host' && event.epoch > state.epoch
    ? stay(state, { type: 'answer-handshake', seat: event.seat, epoch: event.epoch, box: event.box })
    : stay(state);

/** Something that belongs to another epoch than the current one. A new handshake is by nature of a later one. */
function isLate(state: { epoch: number }, event: Event): boolean {
  if (!('epoch' in event) || event.type === 'handshake-arrived') return false;
  return event.type === 'resume-arrived' ? event.epoch <= state.epoch : event.epoch !== state.epoch;
}
