import type { Event, Refusing, Step } from './events.ts';
import type { Reason } from './reasons.ts';
import type { GuestState } from './state.ts';
import { finish, go, later, patiently, refuse, say, stay } from './step.ts';
import { timing } from './timing.ts';

/** How often a guest begins anew with a host who does not answer. */
const MAX_HANDSHAKES = 3;

type Asking = Exclude<GuestState, { phase: 'idle' }>;

/** The guest's side up to the admission: asking for the seat, proving the link, waiting at the door. */
export function guestBeforeAdmission(state: GuestState, event: Event): Step {
  if (state.phase === 'idle') return event.type === 'asked' ? claim(event.nickname) : stay(state);
  if (event.type === 'left') return say(state, 'withdrawn');
  if (event.type === 'invite-over') return finish(state, over[event.why]);
  switch (state.phase) {
    case 'claiming':
      return claiming(state, event);
    case 'host-away':
      if (event.type !== 'host-returned' && event.type !== 'signaling-up') return stay(state);
      return state.knocked === true ? knockedBefore(state.nickname) : claim(state.nickname);
    case 'handshaking':
      return handshaking(state, event);
    case 'knocking':
      return knocking(state, event);
  }
}

/** Asks the server for the seat; M1 rides behind the claim. */
export const claim = (nickname: string, knocked = false): Step =>
  go(
    { role: 'guest', phase: 'claiming', nickname, ...(knocked ? { knocked } : {}) },
    { type: 'claim' },
    { type: 'start-timer', timer: 'retry', ms: timing.request },
  );

function claiming(state: Extract<Asking, { phase: 'claiming' }>, event: Event): Step {
  switch (event.type) {
    case 'claim-granted':
      return go(
        { role: 'guest', phase: 'handshaking', nickname: state.nickname, attempts: 1 },
        { type: 'stop-timer', timer: 'retry' },
        { type: 'start-timer', timer: 'handshake', ms: timing.handshake },
      );
    case 'claim-refused':
      return state.knocked === true && event.refusal === 'used' ? knockedBefore(state.nickname) : refused(state, event);
    case 'turned-away':
      return refused(state, event);
    case 'signaling-up':
      return claim(state.nickname, state.knocked);
    case 'timer-fired':
      // No answer yet. The handshake behind the claim is on its way; a second one would make its answer worthless.
      return event.timer === 'retry' ? askAgain(state) : stay(state);
    default:
      return stay(state);
  }
}

function handshaking(state: Extract<Asking, { phase: 'handshaking' }>, event: Event): Step {
  switch (event.type) {
    case 'host-proved':
      return go(
        { role: 'guest', phase: 'knocking', nickname: state.nickname, hostAway: false },
        { type: 'introduce', epoch: 0, nickname: state.nickname },
        { type: 'stop-timer', timer: 'handshake' },
        { type: 'start-timer', timer: 'knock', ms: timing.knock },
      );
    case 'handshake-refused':
      if (event.forged || state.attempts >= MAX_HANDSHAKES) return refuse(state, 'forged');
      // An answer to a handshake that was given up: what else is on its way must drain before the next one.
      return stay(state, { type: 'start-timer', timer: 'handshake', ms: timing.drain });
    case 'admission-arrived':
      return admitted(state, event);
    case 'timer-fired':
      if (event.timer !== 'handshake') return stay(state);
      return state.attempts < MAX_HANDSHAKES ? prove(state.nickname, state.attempts + 1) : say(state, 'unreachable');
    case 'host-left':
      return go({ role: 'guest', phase: 'host-away', nickname: state.nickname });
    case 'host-returned':
      return prove(state.nickname, 1);
    default:
      return atTheDoor(state, event);
  }
}

function knocking(state: Extract<Asking, { phase: 'knocking' }>, event: Event): Step {
  switch (event.type) {
    case 'admission-arrived':
      return admitted(state, event);
    case 'decline-arrived':
      return finish(state, 'declined');
    case 'end-arrived':
      return finish(state, 'host-ended');
    case 'box-refused':
      return refuse(state, 'tampered');
    case 'host-left':
      return go({ ...state, hostAway: true });
    case 'host-returned':
      return go({ ...state, hostAway: false }, { type: 'attach' });
    case 'timer-fired':
      return event.timer === 'knock' ? say(state, 'unanswered') : atTheDoor(state, event);
    default:
      return atTheDoor(state, event);
  }
}

/** Holding the seat: what an interrupted line to the server means. Boxes may be lost, so the handshake begins anew. */
function atTheDoor(state: Extract<Asking, { phase: 'handshaking' | 'knocking' }>, event: Event): Step {
  switch (event.type) {
    case 'signaling-up':
      return stay(state, { type: 'attach' });
    case 'attached':
      if (!event.committed) return prove(state.nickname, 1);
      // The host let us in while the line was down: the admission is lost, the keys are not.
      return state.phase === 'knocking'
        ? go(
            { role: 'guest', phase: 'connecting', epoch: 1, committed: true, seat: null },
            { type: 'begin-handshake', epoch: 1 },
            { type: 'start-timer', timer: 'connect', ms: timing.connect },
          )
        : finish(state, 'used');
    case 'attach-refused':
      // The seat lapsed, or the server lost its memory: claiming again also makes the server call us when the host is back.
      if (event.refusal === 'stale-seat') return claim(state.nickname);
      if (event.refusal === 'unknown-invite') return claim(state.nickname, state.phase === 'knocking');
      return event.refusal === 'unavailable'
        ? stay(state, { type: 'start-timer', timer: 'retry', ms: timing.request })
        : refused(state, event);
    case 'timer-fired':
      return event.timer === 'retry' ? stay(state, { type: 'attach' }) : stay(state);
    default:
      return stay(state);
  }
}

/** We are in. It can cross a new handshake of ours on its way; only the host we proved ourselves to can have sealed it. */
const admitted = (state: Asking, event: Extract<Event, { type: 'admission-arrived' }>): Step =>
  event.epoch === 0
    ? go(
        { role: 'guest', phase: 'connecting', epoch: 0, committed: true, seat: null },
        { type: 'meet', name: event.nickname },
        { type: 'erase-link' },
        { type: 'connect', epoch: 0 },
        { type: 'start-timer', timer: 'connect', ms: timing.connect },
        { type: 'start-timer', timer: 'retry', ms: timing.firstAttempt },
      )
    : stay(state);

/** The host is back, and may have let us in while the server knew nothing of us. */
const knockedBefore = (nickname: string): Step =>
  go(
    { role: 'guest', phase: 'knocking', nickname, hostAway: false },
    { type: 'attach' },
    { type: 'stop-timer', timer: 'retry' },
    { type: 'start-timer', timer: 'knock', ms: timing.knock },
  );

const askAgain = (state: Asking): Step =>
  stay(state, { type: 'claim-again' }, { type: 'start-timer', timer: 'retry', ms: timing.request });

const prove = (nickname: string, attempts: number): Step =>
  go(
    { role: 'guest', phase: 'handshaking', nickname, attempts },
    { type: 'begin-handshake', epoch: 0 },
    { type: 'start-timer', timer: 'handshake', ms: timing.handshake },
  );

function refused(state: Asking, refusing: Refusing): Step {
  const { refusal } = refusing;
  switch (refusal) {
    case 'host-away':
    case 'unknown-invite':
      return go(
        {
          role: 'guest',
          phase: 'host-away',
          nickname: state.nickname,
          ...('knocked' in state ? { knocked: state.knocked } : {}),
        },
        { type: 'stop-timer', timer: 'retry' },
      );
    case 'unavailable':
      return stay(state);
    case 'slow-down':
      return patiently(state, refusal, refusing);
    case 'try-later':
    case 'full':
    case 'crowded':
      return later(state, refusal, refusing);
    case 'ended':
      return finish(state, 'host-ended');
    case 'used':
    case 'expired':
    case 'reserved':
      return finish(state, refusal);
    case 'wrong-token':
      return finish(state, 'damaged');
    default:
      return finish(state, 'refused');
  }
}

const over: Record<Extract<Event, { type: 'invite-over' }>['why'], Reason> = {
  ended: 'host-ended',
  expired: 'expired',
  declined: 'declined',
  lapsed: 'unanswered',
};
