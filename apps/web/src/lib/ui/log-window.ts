/** A page draws at most so many items at once, however long the chat is. */
export const MOST_DRAWN = 150;

/** So many are drawn above and below what is in sight, as long as there are any. */
const MARGIN = 30;

/** The places of the first and the last item that a person can see. */
export interface InSight {
  first: number;
  last: number;
}

/** The place of the first item to draw, of `count`: where the window was held, or else with the newest at its end. */
export const topOf = (held: number | null, count: number): number => within(held ?? count, count);

/** Whether the newest item is drawn. */
export const reachesNewest = (top: number, count: number): boolean => top + MOST_DRAWN >= count;

/** The window with this place in its middle. */
export const around = (place: number, count: number): number => within(place - MOST_DRAWN / 2, count);

/** The window that someone needs who sees this much of it: the same until an end of it comes near, behind which there is more. */
export function following(top: number, { first, last }: InSight, count: number): number {
  const nearTop = top > 0 && first - top < MARGIN;
  const nearEnd = !reachesNewest(top, count) && top + MOST_DRAWN - last <= MARGIN;
  return nearTop || nearEnd ? around(Math.round((first + last) / 2), count) : top;
}

const within = (top: number, count: number): number => Math.max(0, Math.min(Math.round(top), count - MOST_DRAWN));
