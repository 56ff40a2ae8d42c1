import type { Event, Refusing, Step } from './events.ts';
import type { HostState } from './state.ts';
import { finish, go, later, patiently, say, stay } from './step.ts';
import { timing } from './timing.ts';

/** An invite is closed after this many handshakes that do not authenticate. docs/protocol.md §3 */
const MAX_STRIKES = 5;

/** So often may one seat begin anew: enough for a bad line, too little to flicker at the host. */
const MAX_HANDSHAKES_PER_SEAT = 5;

type Asked = Extract<HostState, { seat: string }>;

/** The host's side up to **Let in**: the invite is open, guests come to the door one at a time. */
export function hostBeforeAdmission(state: HostState, event: Event): Step {
  switch (event.type) {
    case 'left':
      return say(state, 'invite-ended');
    case 'signaling-up':
      return stay(state, { type: 'open-invite' });
    case 'open-refused':
      return openRefused(state, event);
    case 'turned-away':
      return state.phase === 'opening' ? openRefused(state, event) : stay(state);
    case 'invite-over':
      return finish(state, event.why === 'expired' ? 'invite-expired' : 'invite-ended');
    case 'timer-fired':
      if (event.timer === 'expiry') return say(state, 'invite-expired');
      if (event.timer === 'retry') return stay(state, { type: 'open-invite' });
      break;
    case 'invite-opened':
      return opened(state, event);
    default:
  }
  return 'seat' in state ? someoneAtTheDoor(state, event) : nobodyAtTheDoor(state, event);
}

function nobodyAtTheDoor(state: Exclude<HostState, Asked>, event: Event): Step {
  if (state.phase === 'opening') return stay(state);
  switch (event.type) {
    case 'seat-claimed':
      return greet(state.strikes, event.seat);
    case 'handshake-arrived': {
      if (event.epoch !== 0) return stay(state);
      const greeted = greet(state.strikes, event.seat, 1);
      return go(greeted.state, ...greeted.effects, answer(event));
    }
    default:
      return stay(state);
  }
}

function someoneAtTheDoor(state: Asked, event: Event): Step {
  switch (event.type) {
    case 'handshake-arrived': {
      // One handshake at a time: another seat is a server that gave the link to two guests.
      if (event.seat !== state.seat || event.epoch !== 0) return stay(state);
      if (state.handshakes >= MAX_HANDSHAKES_PER_SEAT) return turnAway(state, null);
      const greeted = greet(state.strikes, state.seat, state.handshakes + 1);
      return go(greeted.state, ...greeted.effects, answer(event));
    }
    case 'knock-arrived':
      if (state.phase !== 'handshaking') return stay(state);
      return go(
        { ...state, phase: 'knocked', nickname: event.nickname, away: false },
        { type: 'meet', name: event.nickname },
        { type: 'stop-timer', timer: 'handshake' },
      );
    case 'admitted':
      if (state.phase !== 'knocked' || state.away) return stay(state);
      return go(
        { role: 'host', phase: 'connecting', epoch: 0, committed: false, seat: state.seat },
        { type: 'admit', epoch: 0, commit: { seat: state.seat } },
        { type: 'start-timer', timer: 'connect', ms: timing.connect },
      );
    case 'declined':
      return turnAway(state, 'declined');
    case 'handshake-refused':
    case 'box-refused':
      return strike(state);
    case 'timer-fired':
      return event.timer === 'handshake' && state.phase === 'handshaking' ? turnAway(state, null) : stay(state);
    case 'seat-renamed':
      if (event.previousSeat !== state.seat) return stay(state);
      // It is back, and begins a new handshake: what would be sealed for it now, it may not be able to open.
      return go(
        state.phase === 'knocked' ? { ...state, seat: event.seat, away: true } : { ...state, seat: event.seat },
      );
    case 'guest-left':
      return state.phase === 'knocked' && event.seat === state.seat ? go({ ...state, away: true }) : stay(state);
    case 'seat-released':
      return event.seat === state.seat ? wait(state, 'guest-left') : stay(state);
    case 'end-arrived':
      return wait(state, 'guest-left');
    default:
      return stay(state);
  }
}

/** The server's word on who is in the seat, after our socket came (back) up. */
function opened(state: HostState, event: Extract<Event, { type: 'invite-opened' }>): Step {
  const { strikes } = state;
  if (event.seat === null) {
    if (state.phase === 'waiting') return stay(state);
    return state.phase === 'opening'
      ? go({ role: 'host', phase: 'waiting', strikes, notice: null })
      : wait(state, 'guest-left');
  }
  if ('seat' in state && state.seat === event.seat) return stay(state);
  const greeted = greet(strikes, event.seat);
  return go(greeted.state, { type: 'erase-session' }, ...greeted.effects);
}

function openRefused(state: HostState, refusing: Refusing): Step {
  const { refusal } = refusing;
  switch (refusal) {
    case 'expired':
      return finish(state, 'invite-expired');
    case 'ended':
    case 'used':
      return finish(state, 'invite-ended');
    case 'full':
    case 'crowded':
      return state.phase === 'opening' ? later(state, refusal, refusing) : openAgain(state, refusing);
    case 'slow-down':
      return state.phase === 'opening' ? patiently(state, refusal, refusing) : openAgain(state, refusing);
    case 'malformed':
    case 'unknown-request':
      return finish(state, 'refused');
    default:
      return openAgain(state, refusing);
  }
}

/** A link that was given away is brought back however long that takes. */
const openAgain = (state: HostState, { retryAfterMs = 0 }: Refusing): Step =>
  stay(state, { type: 'start-timer', timer: 'retry', ms: Math.max(timing.request, retryAfterMs) });

const greet = (strikes: number, seat: string, handshakes = 0): Step =>
  go(
    { role: 'host', phase: 'handshaking', strikes, seat, handshakes },
    { type: 'start-timer', timer: 'handshake', ms: timing.handshake },
  );

const answer = (event: Extract<Event, { type: 'handshake-arrived' }>) =>
  ({ type: 'answer-handshake', seat: event.seat, epoch: event.epoch, box: event.box }) as const;

const wait = (state: HostState, notice: 'declined' | 'guest-left' | null): Step =>
  go(
    { role: 'host', phase: 'waiting', strikes: state.strikes, notice },
    { type: 'erase-session' },
    { type: 'stop-timer', timer: 'handshake' },
  );

function turnAway(state: Asked, notice: 'declined' | null): Step {
  const waiting = wait(state, notice);
  return go(waiting.state, { type: 'decline', seat: state.seat }, ...waiting.effects);
}

function strike(state: Asked): Step {
  const strikes = state.strikes + 1;
  return strikes >= MAX_STRIKES ? say(state, 'attacked') : turnAway({ ...state, strikes }, null);
}
