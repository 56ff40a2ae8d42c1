import type { Chat } from './chat.ts';
import { allowances } from './pace.ts';

/*
 * An honest sender is never muted. Counting what it sends on its own clock would not do: a network that stalls delivers
 * at once what was sent over a minute. So it counts what the other side may have used up at most. `level` is how many texts
 * the other side is sure to take beyond those acknowledged: an acknowledged one is counted from the moment its
 * acknowledgement came, the latest at which it can have arrived, and one that is on its way is always held in reserve.
 */

/** A fresh window. The other side takes as many at once. */
export const WINDOW = allowances.text.burst;

/** The level rises by one so often. A quarter slower than the other side's, so that two clocks need not agree. */
export const WIDEN_MS = allowances.text.everyMs * 1.25;

/** Up to this id messages may leave. Those that left before are held in reserve already, so they may leave again at any time. */
export const mayLeaveUpTo = ({ nextId, delivered, highestSent }: Chat, level: number): number =>
  Math.max(highestSent, Math.min(nextId - 1, delivered + level));
