/** A page draws at most so many messages at once, however long the chat is. */
export const MOST_DRAWN = 1000;

/** **Earlier messages** moves the window by so much, so that what was in sight stays in it. */
const STEP = MOST_DRAWN / 2;

/** The place of the first message to draw, of `count`: where the window was held, or else with the newest at its end. */
export const topOf = (held: number | null, count: number): number => held ?? Math.max(0, count - MOST_DRAWN);

/** The window one step earlier. */
export const earlier = (top: number): number => Math.max(0, top - STEP);

/** Whether the newest message is drawn. */
export const reachesNewest = (top: number, count: number): boolean => top + MOST_DRAWN >= count;
