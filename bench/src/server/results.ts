import type { AdapterRun } from './adapters.ts';
import type { ClaimRun } from './claiming.ts';
import type { PairingRun } from './pairings.ts';
import type { RelayRun } from './relaying.ts';
import type { IdleRun, WaitingRun } from './waiting.ts';

/** Everything that was measured at the servers. */
export interface ServerResults {
  /** What it was measured on, one line each. */
  readonly machine: readonly string[];
  /** Runs per figure, discarded ones not counted. */
  readonly rounds: number;
  readonly pairing: readonly Series<PairingRun>[];
  readonly waiting: readonly (Series<WaitingRun> & { readonly idle: IdleRun | undefined })[];
  readonly relaying: readonly Series<RelayRun>[];
  readonly claiming: readonly Series<ClaimRun>[];
  /** Socket.IO’s adapters for Redis, each with the name it has there. */
  readonly adapters: readonly Series<AdapterRun>[];
  /** What was not measured and why, a sentence each. */
  readonly missing: readonly string[];
}

/** The runs of one contender. */
export interface Series<Run> {
  readonly contender: string;
  readonly runs: readonly Run[];
}
