import { createCounter, type Crowd } from '../crowd.ts';
import { dueAt, type Invite } from '../invites.ts';
import type { Store } from './store.ts';

/**
 * How much a memory store holds: live invites, in all (beyond that the open ones whose hosts are away go, oldest first:
 * their hosts bring them back) and of one opener (beyond that none goes: it may be a neighbour's), and tombstones (beyond
 * that the oldest go).
 */
export interface Room {
  live: Crowd;
  maxTombstones: number;
}

/** Keeps invites in this process. A restart forgets them; hosts bring theirs back. docs/protocol.md §2. */
export function createMemoryStore({ live: room, maxTombstones }: Room): Store {
  const live = new Map<string, Live>();
  const tombstones = new Map<string, Invite>();
  const counter = createCounter(room);
  /** Before this nothing is due, in ms since epoch: nobody is looked through for nothing. */
  let soonest = Infinity;

  function keep(inviteId: string, invite: Invite | undefined): void {
    if (invite !== undefined) soonest = Math.min(soonest, dueAt(invite));
    const former = live.get(inviteId);
    if (invite === undefined || invite.state === 'ended') {
      live.delete(inviteId);
      if (former !== undefined) counter.remove(former.opener);
    } else {
      live.set(inviteId, invite);
      if (former === undefined) counter.add(invite.opener);
    }
    if (invite?.state === 'ended') tombstones.set(inviteId, invite);
    else tombstones.delete(inviteId);
    const oldest = tombstones.keys().next();
    if (tombstones.size > maxTombstones && !oldest.done) tombstones.delete(oldest.value);
  }

  /** The oldest open invite whose host is away. */
  function abandoned(): string | undefined {
    for (const [inviteId, invite] of live) {
      if (invite.state === 'open' && !invite.host.here) return inviteId;
    }
    return undefined;
  }

  return {
    update(inviteId, decide, opener) {
      const before = live.get(inviteId) ?? tombstones.get(inviteId);
      const shortage = before === undefined && opener !== undefined ? counter.shortage(opener) : undefined;
      const leaving = shortage === 'full' ? abandoned() : undefined;
      const step = decide(before, leaving === undefined ? shortage : undefined);
      const comes = step.invite !== undefined && step.invite.state !== 'ended';
      if (leaving !== undefined && comes) keep(leaving, undefined);
      if (step.invite !== before) keep(inviteId, step.invite);
      return Promise.resolve({ before, step });
    },

    due(now) {
      if (now < soonest) return Promise.resolve([]);
      const due: string[] = [];
      soonest = Infinity;
      for (const invites of [live, tombstones]) {
        for (const invite of invites.values()) {
          const at = dueAt(invite);
          if (at <= now) due.push(invite.id);
          soonest = Math.min(soonest, at);
        }
      }
      return Promise.resolve(due);
    },

    ping: () => Promise.resolve(),

    count() {
      const counts = { open: 0, reserved: 0, committed: 0, ended: tombstones.size };
      for (const { state } of live.values()) counts[state] += 1;
      return counts;
    },
  };
}

type Live = Exclude<Invite, { state: 'ended' }>;
