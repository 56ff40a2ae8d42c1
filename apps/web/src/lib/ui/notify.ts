import type { State } from '#lib/session/state.ts';

/** What a page must know of an invite or chat to tell whether to ring. */
export interface Watched {
  readonly key: string;
  readonly state: State;
  readonly unread: number;
  readonly muted: boolean;
}

/** What is rung for: a guest knocks · a guest is in without having been asked about · this guest was let in · words came. */
export type News = 'knock' | 'guest-in' | 'let-in' | 'message';

export interface Ring {
  key: string;
  news: News;
}

/** What was there when it was looked at last, and when each chat rang for a message and for a knock (ms since epoch). */
export type Noticed = ReadonlyMap<string, Seen>;

interface Seen {
  at: Place;
  unread: number;
  rangAt: number;
  knockedAt: number;
}

export const NOTHING_YET: Noticed = new Map();

type Place = 'outside' | 'knocking' | 'inside';

/** Who writes in short lines rings once for them. Who knocks again so soon after a knock rings when it is over. */
export const QUIET_MS = 10_000;

/**
 * What to ring for, when `chats` are as they are now and were as `noticed`, and whether a knock is left to be rung for within
 * QUIET_MS. A chat that is seen for the first time was just made here or brought back, and does not ring. `hidden`: nobody
 * has the page in front. `now`: ms since epoch.
 */
export function notice(
  noticed: Noticed,
  chats: readonly Watched[],
  { hidden, now }: { hidden: boolean; now: number },
): { noticed: Noticed; rings: readonly Ring[]; oneLeft: boolean } {
  const rings: Ring[] = [];
  let oneLeft = false;
  const next = new Map<string, Seen>();
  for (const { key, state, unread, muted } of chats) {
    const before = noticed.get(key);
    const at = placeOf(state);
    const news = before === undefined || muted ? null : newsOf(before, { at, unread, role: state.role, hidden, now });
    const { rangAt, knockedAt } = before ?? { rangAt: -Infinity, knockedAt: -Infinity };
    if (news === 'knock' && isQuiet(knockedAt, now)) {
      oneLeft = true;
      // As if nobody had knocked yet.
      next.set(key, { at: before?.at ?? at, unread, rangAt, knockedAt });
      continue;
    }
    if (news !== null) rings.push({ key, news });
    next.set(key, {
      at,
      unread,
      rangAt: news === 'message' ? now : rangAt,
      knockedAt: news === 'knock' ? now : knockedAt,
    });
  }
  return { noticed: next, rings, oneLeft };
}

interface Now {
  at: Place;
  unread: number;
  role: State['role'];
  hidden: boolean;
  now: number;
}

function newsOf(before: Seen, { at, unread, role, hidden, now }: Now): News | null {
  // A knock waits for an answer, also of somebody who sits in front of the page and reads something else.
  if (at === 'knocking' && before.at !== 'knocking') return 'knock';
  if (!hidden) return null;
  // With the page hidden nobody pressed anything: the guest came in without being asked about.
  if (at === 'inside' && before.at !== 'inside') return role === 'host' ? 'guest-in' : 'let-in';
  return unread > before.unread && !isQuiet(before.rangAt, now) ? 'message' : null;
}

/** Whether it rang a moment ago. A clock that was set back must not silence it. */
const isQuiet = (rangAt: number, now: number): boolean => Math.abs(now - rangAt) < QUIET_MS;

function placeOf(state: State): Place {
  if (state.phase === 'knocked') return 'knocking';
  return state.phase === 'connecting' || state.phase === 'chatting' || state.phase === 'reconnecting'
    ? 'inside'
    : 'outside';
}

/**
 * By what means to ring. `wanted`: what the person answered, null before it was asked; nothing rings without a yes.
 * `permission`: the browser's word on notifications, which only a hidden page shows.
 */
export function meansOf({ wanted, hidden, permission }: Circumstances): { sound: boolean; notification: boolean } {
  const rings = wanted === true;
  return { sound: rings, notification: rings && hidden && permission === 'granted' };
}

export interface Circumstances {
  wanted: boolean | null;
  hidden: boolean;
  /** `unsupported`: this browser has no notifications for pages. */
  permission: NotificationPermission | 'unsupported';
}

/** The number for the title and the icon: of what was not seen in chats that are not muted. */
export function unseen(chats: readonly Watched[]): { knocks: number; messages: number } {
  const loud = chats.filter(({ muted }) => !muted);
  return {
    knocks: loud.filter(({ state }) => state.phase === 'knocked').length,
    messages: loud.reduce((sum, { unread }) => sum + unread, 0),
  };
}
