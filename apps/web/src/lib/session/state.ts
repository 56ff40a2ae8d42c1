import type { Path } from '../transport/transport.ts';

import type { Reason } from './reasons.ts';

export type { Path };

export type HostState =
  /** The server has not yet confirmed the invite. */
  | { role: 'host'; phase: 'opening'; strikes: number }
  /** The link works. `notice`: what became of the last knock. */
  | { role: 'host'; phase: 'waiting'; strikes: number; notice: 'declined' | 'guest-left' | null }
  /** A guest holds the seat; its browser and ours are proving themselves, for the nth time. */
  | { role: 'host'; phase: 'handshaking'; strikes: number; seat: string; handshakes: number }
  /** A guest is asking to be let in. `away`: its page is gone, or back and not proved anew yet: it cannot be let in. */
  | {
      role: 'host';
      phase: 'knocked';
      strikes: number;
      seat: string;
      handshakes: number;
      nickname: string;
      away: boolean;
    };

export type GuestState =
  /** The link was read; nothing was claimed. */
  | { role: 'guest'; phase: 'idle' }
  /** `knocked`: it has knocked already, at a server that then forgot the invite; the host may let it in meanwhile. */
  | { role: 'guest'; phase: 'claiming'; nickname: string; knocked?: boolean }
  | { role: 'guest'; phase: 'host-away'; nickname: string; knocked?: boolean }
  | { role: 'guest'; phase: 'handshaking'; nickname: string; attempts: number }
  /** Waiting for the host's answer. */
  | { role: 'guest'; phase: 'knocking'; nickname: string; hostAway: boolean };

export type SharedState =
  /** Admitted; the two browsers are looking for a way to each other for the first time. */
  | { role: 'host' | 'guest'; phase: 'connecting'; epoch: number; committed: boolean; seat: string | null }
  | { role: 'host' | 'guest'; phase: 'chatting'; epoch: number; path: Path | null }
  /** The transport was lost. `farewell`: the other side closed its page and has little time to come back. */
  | {
      role: 'host' | 'guest';
      phase: 'reconnecting';
      epoch: number;
      attempts: number;
      /** Attempts that the server's word brought forward. */
      hastened: number;
      farewell: boolean;
    }
  /** `retryAfterMs`: when asking again makes sense, if that is known. */
  | { role: 'host' | 'guest'; phase: 'ended'; reason: Reason; retryAfterMs?: number };

export type State = HostState | GuestState | SharedState;
export type Role = State['role'];
