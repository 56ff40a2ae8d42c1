/** How many frames came in the window that began at `since` (ms since epoch). */
export interface Pace {
  since: number;
  count: number;
}

const WINDOW_MS = 10_000;

/** More than any person writes, with its acknowledgements, and a hundred messages that waited besides. */
export const MAX_FRAMES_IN_WINDOW = 600;

/** One more frame came. */
export const paced = ({ since, count }: Pace, now: number): Pace =>
  now - since < WINDOW_MS && now >= since ? { since, count: count + 1 } : { since: now, count: 1 };
