import type { Effect, Refusing, Step } from './events.ts';
import { reasons, type Reason } from './reasons.ts';
import type { State } from './state.ts';
import { timing } from './timing.ts';

export const go = (state: State, ...effects: Effect[]): Step => ({ state, effects });

export const stay = (state: State, ...effects: Effect[]): Step => ({ state, effects });

/** Ends the session; `before` is what must still be said while there are keys to say it with. */
export function finish(state: State, reason: Reason, ...before: Effect[]): Step {
  return go({ role: state.role, phase: 'ended', reason }, ...before, {
    type: 'close',
    keepLink: state.role === 'guest' && reasons[reason].again,
  });
}

/** Ends the session for now: the server has no time or room for us. */
export function later(state: State, reason: Reason, { retryAfterMs }: Refusing): Step {
  const { effects } = finish(state, reason);
  const wait = retryAfterMs === undefined ? {} : { retryAfterMs };
  return go({ role: state.role, phase: 'ended', reason, ...wait }, ...effects);
}

/** Asks again after the time the server named, unless that is longer than a person waits without being told. */
export function patiently(state: State, reason: Reason, refusing: Refusing): Step {
  const ms = Math.max(timing.request, refusing.retryAfterMs ?? 0);
  return ms > timing.patience
    ? later(state, reason, refusing)
    : stay(state, { type: 'start-timer', timer: 'retry', ms });
}

/** Ends the session and tells the other side and the server. */
export const say = (state: State, reason: Reason): Step => finish(state, reason, { type: 'end' });

/** Ends the session because of what the other side or the server sent: nothing is answered. */
export const refuse = (state: State, reason: Reason): Step => finish(state, reason, { type: 'end-quietly' });
