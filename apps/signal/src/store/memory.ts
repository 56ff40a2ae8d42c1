import { dueAt, type Invite } from '../invites.ts';
import type { Store } from './store.ts';

/** How much a memory store holds: live invites (beyond that `full`), and tombstones (beyond that the oldest go). */
export interface Room {
  maxLive: number;
  maxTombstones: number;
}

/** Keeps invites in this process. A restart forgets them; hosts bring theirs back. docs/protocol.md §2. */
export function createMemoryStore({ maxLive, maxTombstones }: Room): Store {
  const live = new Map<string, Invite>();
  const tombstones = new Map<string, Invite>();

  function keep(inviteId: string, invite: Invite | undefined): void {
    if (invite === undefined || invite.state === 'ended') live.delete(inviteId);
    else live.set(inviteId, invite);
    if (invite?.state === 'ended') tombstones.set(inviteId, invite);
    else tombstones.delete(inviteId);
    const oldest = tombstones.keys().next();
    if (tombstones.size > maxTombstones && !oldest.done) tombstones.delete(oldest.value);
  }

  return {
    update(inviteId, decide) {
      const before = live.get(inviteId) ?? tombstones.get(inviteId);
      const step = decide(before, live.size >= maxLive);
      if (step.invite !== before) keep(inviteId, step.invite);
      return Promise.resolve({ before, step });
    },

    due(now) {
      const due: string[] = [];
      for (const invites of [live, tombstones]) {
        for (const [inviteId, invite] of invites) if (dueAt(invite) <= now) due.push(inviteId);
      }
      return Promise.resolve(due);
    },
  };
}
