import type { Item, Ref } from '#lib/chat/message.ts';

/** Messages of one person within a minute stand close together and have one time. */
const MINUTE_MS = 60_000;

/** One item as the log draws it. */
export interface Row {
  key: string;
  item: Item;
  /** Its place in the chat. */
  place: number;
  /** It is the first of its day. */
  newDay: boolean;
  /** Nothing of its group stands above it. */
  opens: boolean;
  /** Nothing of its group stands below it. */
  closes: boolean;
}

/** What an item is called in one page. */
export const keyOf = ({ from, id }: Ref): string => `${from}${id}`;

/**
 * The items from place `top` up to `end`, with what stands around each. `parted` says of a place whether a line stands
 * above it, which no group crosses. A day is one of this browser's calendar.
 */
export function rowsOf(items: readonly Item[], top: number, end: number, parted: (place: number) => boolean): Row[] {
  const joins = (place: number): boolean => {
    const [item, before] = [items[place], items[place - 1]];
    return item !== undefined && before !== undefined && !parted(place) && areTogether(before, item);
  };
  return items.slice(top, end).map((item, nth) => {
    const place = top + nth;
    const before = items[place - 1];
    return {
      key: keyOf(item),
      item,
      place,
      newDay: before === undefined || !isSameDay(before.at, item.at),
      opens: !joins(place),
      closes: !joins(place + 1),
    };
  });
}

/** Whether two moments are on one day of this browser's calendar; ms since epoch. */
const isSameDay = (one: number, other: number): boolean =>
  new Date(one).toDateString() === new Date(other).toDateString();

const areTogether = (one: Item, next: Item): boolean =>
  one.kind === 'message' &&
  next.kind === 'message' &&
  one.from === next.from &&
  Math.floor(one.at / MINUTE_MS) === Math.floor(next.at / MINUTE_MS) &&
  isSameDay(one.at, next.at);

/** The place of the first of so many unread messages of the other side, of those not taken back; null when there are none. */
export function firstUnread(items: readonly Item[], unread: number): number | null {
  let left = unread;
  for (let place = items.length - 1; left > 0 && place >= 0; place -= 1) {
    const item = items[place];
    if (item?.kind !== 'message' || item.from !== 'peer' || item.unsent) continue;
    left -= 1;
    if (left === 0) return place;
  }
  return null;
}
