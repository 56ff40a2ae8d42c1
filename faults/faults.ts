import type { Porch } from './porch.ts';

/** Something that goes wrong for a while. */
export interface Fault {
  readonly name: string;
  /** How long it lasts, in ms. */
  readonly lastsMs: number;
  /** Whether the servers have forgotten every invite by its end. */
  readonly forgets: boolean;
  readonly begin: (porch: Porch) => Promise<void>;
  readonly end: (porch: Porch) => Promise<void>;
}

/** A process of several is killed, with the hosts and guests on it, and comes back. Alone, it forgets everything. */
const node: Fault = {
  name: 'a process is killed and comes back',
  lastsMs: 3_000,
  forgets: false,
  begin: async ({ nodes }) => nodes[0]?.kill(),
  end: async ({ nodes }) => nodes[0]?.start(),
};

const restart: Fault = {
  name: 'Redis is killed and comes back empty',
  lastsMs: 2_000,
  forgets: true,
  begin: async ({ redis }) => redis?.stop('SIGKILL'),
  end: async ({ redis }) => redis?.start(),
};

const slow: Fault = {
  name: 'Redis stands still for 5 s',
  lastsMs: 5_000,
  forgets: false,
  begin: ({ redis }) => Promise.resolve(redis?.pause()),
  end: ({ redis }) => Promise.resolve(redis?.resume()),
};

/** As after a power cut: the processes are there before their Redis is. */
const late: Fault = {
  name: 'everything starts anew, Redis 4 s late',
  lastsMs: 4_000,
  forgets: true,
  begin: async ({ nodes, redis }) => {
    await Promise.all(nodes.map((one) => one.kill()));
    await redis?.stop('SIGKILL');
    await Promise.all(nodes.map((one) => one.start()));
  },
  end: async ({ redis }) => redis?.start(),
};

/** All of them by a short name, in the order they come. */
export const FAULTS: Readonly<Record<string, Fault>> = { node, restart, slow, late };
