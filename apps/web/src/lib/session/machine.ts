import { chatting, connecting, reconnecting } from './admitted.ts';
import type { Event, Step } from './events.ts';
import { claim, guestBeforeAdmission } from './guest.ts';
import { hostBeforeAdmission } from './host.ts';
import { reasons } from './reasons.ts';
import type { State } from './state.ts';
import { stay } from './step.ts';

/** The whole session, host and guest: what to be and what to do after an event. Pure. docs/architecture.md */
export function transition(state: State, event: Event): Step {
  switch (state.phase) {
    case 'connecting':
      return connecting(state, event);
    case 'chatting':
      return chatting(state, event);
    case 'reconnecting':
      return reconnecting(state, event);
    case 'ended':
      return event.type === 'asked' && reasons[state.reason].again ? claim(event.nickname) : stay(state);
    default:
      return state.role === 'host' ? hostBeforeAdmission(state, event) : guestBeforeAdmission(state, event);
  }
}
