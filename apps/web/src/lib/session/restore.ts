import type { Step } from './events.ts';
import type { SavedPlace } from './saved.ts';
import type { Role, State } from './state.ts';
import { finish, go } from './step.ts';
import { timing } from './timing.ts';

/**
 * What of a state outlives its page. An end leaves at most a link that can be asked with again; a guest who was let in, but
 * not yet told (`told`: there is a commit), is at the door again.
 */
export function placeOf(state: State, told: boolean): SavedPlace {
  switch (state.phase) {
    case 'chatting':
      return { phase: 'inside', epoch: state.epoch, farewell: false };
    case 'reconnecting':
      return { phase: 'inside', epoch: state.epoch, farewell: state.farewell };
    case 'connecting': {
      const { phase, epoch, committed, seat } = state;
      return state.role === 'guest' || told ? { phase, epoch, committed, seat } : { phase: 'door', strikes: 0 };
    }
    case 'idle':
    case 'ended':
      return { phase: 'idle' };
    case 'claiming':
    case 'host-away':
      return { phase: state.phase, nickname: state.nickname, knocked: state.knocked ?? false };
    default:
      return state.role === 'host'
        ? { phase: 'door', strikes: state.strikes }
        : { phase: state.phase, nickname: state.nickname };
  }
}

/**
 * The state to go on from, after a reload: one that a lost line and a lost transport leave too, so that the line's coming
 * up does the rest. `remainingMs`: how long anybody still waits for us.
 */
export function restored(role: Role, place: SavedPlace, remainingMs: number): Step {
  switch (place.phase) {
    case 'door':
      return go({ role: 'host', phase: 'opening', strikes: place.strikes });
    case 'idle':
      return go({ role: 'guest', phase: 'idle' });
    case 'claiming':
    case 'host-away':
      return go({ role: 'guest', phase: place.phase, nickname: place.nickname, knocked: place.knocked });
    case 'handshaking':
      return go(
        { role: 'guest', phase: 'handshaking', nickname: place.nickname, attempts: 1 },
        { type: 'start-timer', timer: 'handshake', ms: timing.handshake },
      );
    case 'knocking':
      return go(
        { role: 'guest', phase: 'knocking', nickname: place.nickname, hostAway: false },
        { type: 'start-timer', timer: 'knock', ms: timing.knock },
      );
    case 'connecting': {
      const { phase, epoch, committed, seat } = place;
      if (remainingMs <= 0) return finish({ role, phase, epoch, committed, seat }, 'silence');
      return go(
        { role, phase, epoch, committed, seat },
        { type: 'start-timer', timer: 'connect', ms: timing.connect },
        { type: 'start-timer', timer: 'retry', ms: timing.firstAttempt },
      );
    }
    case 'inside': {
      const { epoch, farewell } = place;
      const state: State = { role, phase: 'reconnecting', epoch, attempts: 0, hastened: 0, farewell };
      if (remainingMs <= 0) return finish(state, farewell ? 'peer-gone' : 'silence');
      const timer = farewell ? 'farewell' : 'silence';
      return go(state, { type: 'start-timer', timer, ms: Math.min(remainingMs, timing[timer]) });
    }
  }
}
