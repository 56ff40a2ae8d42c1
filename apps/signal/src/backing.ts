import type { Config } from './config.ts';
import { allowancesFor, createLimits, inMemory, type Limits } from './limits.ts';
import { alone, type Letter, type Nodes } from './nodes.ts';
import { createMemoryStore } from './store/memory.ts';
import type { Store } from './store/store.ts';

/** What a process keeps invites in and counts with: its own memory, or a Redis that it shares with others. */
export interface Backing {
  store: Store;
  limits: Limits;
  nodes: Nodes;
  /** In whole ms since epoch, by a clock that no step of this machine's clock moves. */
  now: () => number;
  /**
   * From now on `reader` reads what other processes send. Call it once, before anybody comes in. Resolves when the store
   * answers, or has been away for a moment: then whoever comes is told so.
   */
  connect: (reader: (letter: Letter) => void) => Promise<void>;
  /** Resolves once what other processes send to this one reaches it. Rejects while nothing does. */
  reachable: () => Promise<void>;
  /** Sends what goes with no change of an invite. Rejects while the store is away. */
  send: (letter: Letter) => Promise<void>;
  /** Whether the store cannot be reached, of which there is no need to say more than once. */
  isAway: () => boolean;
  /** Whether a change that failed with this may have been made all the same. */
  mayHaveBeenDone: (error: unknown) => boolean;
  close: () => Promise<void>;
}

/** Keeps everything in this process; a restart forgets it, and hosts bring their invites back. */
export function inThisProcess({ sockets, invites }: Pick<Config, 'sockets' | 'invites'>): Backing {
  const done = Promise.resolve();
  return {
    store: createMemoryStore({ live: invites, maxTombstones: MAX_TOMBSTONES }),
    limits: createLimits(allowancesFor(sockets, invites), inMemory),
    nodes: alone,
    now: () => Math.floor(performance.timeOrigin + performance.now()),
    connect: () => done,
    reachable: () => done,
    send: () => done,
    isAway: () => false,
    mayHaveBeenDone: () => false,
    close: () => done,
  };
}

/** About a hundred bytes each. */
const MAX_TOMBSTONES = 50_000;
