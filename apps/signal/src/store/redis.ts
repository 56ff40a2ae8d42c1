import { partsOf, roomFor, type Crowd, type Shortage } from '../crowd.ts';
import { dueAt, socketsIn, TOMBSTONE_MS, type Invite } from '../invites.ts';
import type { RedisClient } from '../redis/connection.ts';
import type { RedisNodes } from '../redis/nodes.ts';
import type { Post } from '../redis/post.ts';
import type { Decide, Outcome, Store, Updated } from './store.ts';

/** What a Redis store needs. `room` bounds what one address may have, and with the ended ones how much Redis holds. */
export interface RedisStoring {
  redis: RedisClient;
  nodes: RedisNodes;
  post: Pick<Post, 'address' | 'reachable'>;
  room: Crowd;
  onError: (error: unknown) => void;
}

/** A store that others change as well. */
export interface RedisStore extends Store {
  /** Takes another process's word for what an invite is now, as a guess. Throws if that cannot be read. */
  learn: (inviteId: string, text: string) => void;
}

/**
 * Keeps invites in Redis, for any number of processes, each invite under a key of its own until nobody can ask for it any
 * more. A change is decided here and swapped in there, in one step, if the invite is still what it was; else it is decided
 * anew. Who is elsewhere is told in that step, or not at all. What this process saw or was told last is the first guess (of
 * an invite that may be new: nothing), so that a change without a rival costs one command.
 */
export function createRedisStore({ redis, nodes, post, room, onError }: RedisStoring): RedisStore {
  /** Invites with somebody to tell when the clock changes them. */
  const watched = new Map<string, { text: string; state: Invite['state']; dueAt: number; seenAt: number }>();

  function watch(inviteId: string, invite: Invite | undefined, text: string): void {
    const sockets = socketsIn(invite);
    const isHere = sockets.some((place) => nodes.here(place) !== undefined);
    const due = invite === undefined ? 0 : dueAt(invite);
    // Whoever has the host watches for the end of its time; what comes sooner is for whoever changed the invite last.
    if (invite !== undefined && (isHere || (sockets.length > 0 && due < nodes.now() + SOON_MS))) {
      watched.set(inviteId, { text, state: invite.state, dueAt: due, seenAt: nodes.now() });
    } else watched.delete(inviteId);
  }

  /** Why this address has no room for one more, if so, or what it counts towards since this call. */
  async function takeRoom(invite: Live): Promise<Shortage | readonly string[]> {
    const taken: string[] = [];
    if (nodes.keys() >= KEYS_PER_INVITE * room.inAll) return 'full';
    for (const part of partsOf(invite.opener)) {
      const ttlMs = Math.max(1, Math.ceil(invite.expiresAt - nodes.now()));
      const most = roomFor(part, invite.opener, room.perAddress);
      const place = await redis.takeRoom(OPENER + part, invite.id, ttlMs, most);
      if (place === 'none') {
        leaveRoom(invite.id, taken);
        return 'crowded';
      }
      if (place === 'new') taken.push(part);
    }
    return taken;
  }

  /** Nobody waits for this: what it misses goes by itself in time. */
  function leaveRoom(inviteId: string, parts: readonly string[]): void {
    for (const part of parts) redis.zRem(OPENER + part, inviteId).catch(onError);
  }

  async function update<S extends Outcome>(inviteId: string, decide: Decide<S>, opener?: string): Promise<Updated<S>> {
    const key = `porchlight:{${inviteId}}:invite`;
    const get = async (): Promise<string> => (await redis.get(key)) ?? NOTHING;
    const known = watched.get(inviteId)?.text ?? (opener === undefined ? undefined : NOTHING);
    let isGuess = known !== undefined;
    let text = known ?? (await get());
    for (let tries = 0; tries < MAX_TRIES; tries += 1) {
      const before = parse(text);
      await nodes.meet(socketsIn(before));
      let step = decide(before, undefined);
      let taken: readonly string[] = [];
      if (before === undefined && opener !== undefined && isLive(step.invite)) {
        const room = await takeRoom(step.invite);
        if (typeof room === 'string') step = decide(before, room);
        else taken = room;
      }
      const stays = step.invite === before;
      const next = stays ? text : print(step.invite);
      const addressed = post.address(step.notices ?? [], stays ? undefined : next);
      const swapped = stays ? 'stays' : { next, ttlMs: ttlOf(step.invite, nodes.now()) };
      const isKnown = stays && !isGuess && addressed.length === 0;
      const is = isKnown ? null : await redis.swap(key, text, swapped, addressed);
      if (is === null) {
        watch(inviteId, step.invite, next);
        if (isLive(before) && !isLive(step.invite)) leaveRoom(before.id, partsOf(before.opener));
        return { before, step };
      }
      leaveRoom(inviteId, taken);
      text = is;
      isGuess = false;
    }
    throw new Error('An invite changes faster than it can be changed.');
  }

  return {
    update,

    learn: (inviteId, text) => {
      watch(inviteId, parse(text), text);
    },

    due(now) {
      // Who left for another process, or ended it there, did not say so here.
      const due = [...watched].filter(([, one]) => one.dueAt <= now || one.seenAt < now - LOOK_AGAIN_MS);
      return Promise.resolve(due.slice(0, DUE_AT_ONCE).map(([inviteId]) => inviteId));
    },

    async ping() {
      await nodes.refresh();
      await post.reachable();
    },

    count() {
      const counts = { open: 0, reserved: 0, committed: 0, ended: 0 };
      for (const { state } of watched.values()) counts[state] += 1;
      return counts;
    },
  };
}

type Live = Exclude<Invite, { state: 'ended' }>;

const isLive = (invite: Invite | undefined): invite is Live => invite !== undefined && invite.state !== 'ended';

/** For how long anybody may ask for it, in ms. Once it is over, its link says so for as long as any link may live. */
function ttlOf(invite: Invite | undefined, now: number): number {
  if (invite === undefined) return 1;
  const until = invite.state === 'ended' ? invite.forgetAt : invite.expiresAt + TOMBSTONE_MS;
  return Math.max(1, Math.ceil(until - now));
}

/** Begins with the version of what follows, so that nothing is taken for what it is not. */
const VERSION = '1';
const NOTHING = '';

const print = (invite: Invite | undefined): string =>
  invite === undefined ? NOTHING : VERSION + JSON.stringify(invite);

function parse(text: string): Invite | undefined {
  if (text === NOTHING) return undefined;
  if (!text.startsWith(VERSION)) throw new Error('Redis holds an invite of another version of this server.');
  return JSON.parse(text.slice(VERSION.length)) as Invite;
}

const OPENER = 'porchlight:opener:';

/** Of many who change one invite at the same moment, one wins each time. */
const MAX_TRIES = 32;

/** Ended invites are remembered for a week, and counters are keys as well. A key takes about half a kilobyte. */
const KEYS_PER_INVITE = 20;

/** A seat lapses within 15 minutes, a chat without anybody in ten. */
const SOON_MS = 20 * 60_000;

/** What was seen last so long ago may be something else by now. */
const LOOK_AGAIN_MS = 10 * 60_000;

/** Changed by the clock in one go. */
const DUE_AT_ONCE = 500;
