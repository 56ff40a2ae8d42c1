import type { Step } from './events.ts';
import type { SavedPlace } from './saved.ts';
import type { Role, State } from './state.ts';
import { finish, go } from './step.ts';
import { timing } from './timing.ts';

/** What of a state outlives its page. An end leaves at most a link that can be asked with again. */
export function placeOf(state: State): SavedPlace {
  switch (state.phase) {
    case 'chatting':
    case 'reconnecting':
      return { phase: 'inside', epoch: state.epoch };
    case 'connecting': {
      const { phase, epoch, committed, seat } = state;
      return { phase, epoch, committed, seat };
    }
    case 'idle':
    case 'ended':
      return { phase: 'idle' };
    default:
      return state.role === 'host' ? { phase: 'door' } : { phase: state.phase, nickname: state.nickname };
  }
}

/**
 * The state to go on from, after a reload: one that a lost line and a lost transport leave too, so that the line's coming
 * up does the rest. `remainingMs`: how long anybody still waits for us.
 */
export function restored(role: Role, place: SavedPlace, remainingMs: number): Step {
  switch (place.phase) {
    case 'door':
      return go({ role: 'host', phase: 'opening' });
    case 'idle':
      return go({ role: 'guest', phase: 'idle' });
    case 'claiming':
    case 'host-away':
      return go({ role: 'guest', phase: place.phase, nickname: place.nickname });
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
      return go(
        { role, phase, epoch, committed, seat },
        { type: 'start-timer', timer: 'connect', ms: timing.connect },
        { type: 'start-timer', timer: 'retry', ms: timing.firstAttempt },
      );
    }
    case 'inside': {
      const state: State = {
        role,
        phase: 'reconnecting',
        epoch: place.epoch,
        attempts: 0,
        hastened: 0,
        farewell: false,
      };
      if (remainingMs <= 0) return finish(state, 'silence');
      return go(state, { type: 'start-timer', timer: 'silence', ms: Math.min(remainingMs, timing.silence) });
    }
  }
}
