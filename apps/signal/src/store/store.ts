import type { Shortage } from '../crowd.ts';
import type { Invite, Notice } from '../invites.ts';

/** Where invites are kept. Every change goes through `update`, so that two racing claims can never both win. */
export interface Store {
  /**
   * Reads one invite, lets `decide` say what becomes of it, and keeps that, as one atomic step. `decide` is pure: a store
   * that compares and swaps runs it again on the newer invite when it lost a race. An invite of undefined is forgotten.
   * It is told why there is no room for another live invite of this `opener`, if so; without one it makes none. What is to
   * be told at other processes goes out in the same step.
   */
  update<S extends Outcome>(inviteId: string, decide: Decide<S>, opener?: string): Promise<Updated<S>>;

  /** Ids of the invites that the clock changes at or before `now` (ms since epoch). */
  due(now: number): Promise<readonly string[]>;

  /** Resolves when it answers and other processes are heard. Rejects when not, or never ends. */
  ping(): Promise<void>;

  /** How many invites it knows of, by state: in memory all of them, elsewhere those that this process looks after. */
  count(): Record<Invite['state'], number>;
}

/** What becomes of one invite (undefined: forgotten), and who is to be told. */
export interface Outcome {
  invite: Invite | undefined;
  notices?: readonly Notice[];
}

/** Decides what becomes of one invite. */
export type Decide<S> = (invite: Invite | undefined, shortage: Shortage | undefined) => S;

/** What was decided, and the invite as it was before. */
export interface Updated<S> {
  before: Invite | undefined;
  step: S;
}
