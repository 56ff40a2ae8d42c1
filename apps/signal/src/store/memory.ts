import { dueAt, type Invite } from '../invites.ts';
import type { Store } from './store.ts';

/**
 * How much a memory store holds: live invites (beyond that the open ones whose hosts are away go, oldest first: their hosts
 * bring them back; then `full`), and tombstones (beyond that the oldest go).
 */
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

  /** The oldest open invite whose host is away. */
  function abandoned(): string | undefined {
    for (const [inviteId, invite] of live) if (invite.state === 'open' && !invite.host.here) return inviteId;
    return undefined;
  }

  return {
    update(inviteId, decide) {
      const before = live.get(inviteId) ?? tombstones.get(inviteId);
      const crowded = before === undefined && live.size >= maxLive;
      const leaving = crowded ? abandoned() : undefined;
      const step = decide(before, crowded && leaving === undefined);
      const comes = step.invite !== undefined && step.invite.state !== 'ended';
      if (leaving !== undefined && comes) live.delete(leaving);
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
