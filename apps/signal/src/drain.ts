import { setTimeout as wait } from 'node:timers/promises';

/** How many there may be at most to be sent away all at once. */
const FEW = 100;

/** Of the time there is, what is used to send people away; the rest is for what they have sent last. */
const PART = 0.6;

/** A step of sending people away, in ms. */
const STEP_MS = 50;

/**
 * Sends everybody away: few at once, many evenly over the first part of `withinMs`, because all of them come back to another
 * process, which should not meet thousands in one second. Resolves when the last has been sent away.
 */
export async function sendAway<T>(
  all: readonly T[],
  withinMs: number,
  send: (one: T) => void,
  pause: (ms: number) => Promise<unknown> = wait,
): Promise<void> {
  const steps = all.length < FEW ? 1 : Math.max(1, Math.floor((withinMs * PART) / STEP_MS));
  let gone = 0;
  for (let step = 1; step <= steps; step += 1) {
    const due = Math.ceil((all.length * step) / steps);
    for (const one of all.slice(gone, due)) send(one);
    gone = due;
    if (gone < all.length) await pause(STEP_MS);
  }
}
