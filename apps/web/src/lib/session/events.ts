import type { Refused } from '@porchlight/protocol';

import type { Path, State } from './state.ts';
import type { Timer } from './timing.ts';

/** What the server refused, and when asking again makes sense, in ms. */
export type Refusing = Omit<Refused, 'ok'>;

/** What happened, in the past tense. Everything that can be late carries its epoch. */
export type Event =
  // the person
  | { type: 'asked'; nickname: string }
  | { type: 'admitted' }
  | { type: 'declined' }
  | { type: 'left' }
  // the server
  | { type: 'signaling-up' }
  | { type: 'invite-opened'; seat: string | null; committed: boolean }
  /** It does not take our socket. */
  | ({ type: 'turned-away' } & Refusing)
  | ({ type: 'open-refused' } & Refusing)
  | { type: 'claim-granted' }
  | ({ type: 'claim-refused' } & Refusing)
  | { type: 'attached'; committed: boolean }
  | ({ type: 'attach-refused' } & Refusing)
  | { type: 'commit-acknowledged' }
  | ({ type: 'commit-refused' } & Refusing)
  | { type: 'seat-claimed'; seat: string }
  | { type: 'seat-renamed'; seat: string; previousSeat: string }
  | { type: 'seat-released'; seat: string }
  | { type: 'guest-left'; seat: string }
  | { type: 'host-left' }
  | { type: 'host-returned' }
  | { type: 'invite-over'; why: 'ended' | 'expired' | 'declined' | 'lapsed' }
  // the other side, through the relay
  | { type: 'handshake-arrived'; seat: string; epoch: number; box: Uint8Array }
  /** `forged`: made with the right key, and not signed by the host of the link. */
  | { type: 'handshake-refused'; epoch: number; forged: boolean }
  | { type: 'host-proved'; epoch: number }
  | { type: 'knock-arrived'; nickname: string }
  | { type: 'resume-arrived'; epoch: number }
  | { type: 'admission-arrived'; epoch: number; nickname: string }
  | { type: 'decline-arrived' }
  | { type: 'end-arrived' }
  | { type: 'box-refused'; epoch: number }
  // the other side, directly
  | { type: 'transport-opened'; epoch: number }
  | { type: 'path-found'; epoch: number; path: Path }
  | { type: 'transport-lost'; epoch: number }
  | { type: 'transport-violated'; epoch: number }
  | { type: 'goodbye-arrived'; epoch: number }
  | { type: 'flood-arrived'; epoch: number }
  // our own device
  /** The network or the page may have been away. At most once in 2 s. */
  | { type: 'woke' }
  // the clock
  | { type: 'timer-fired'; timer: Timer };

/** What is to be done, imperative. */
export type Effect =
  | { type: 'open-invite' }
  /** Claims the seat and sends M1 right behind it. */
  | { type: 'claim' }
  /** The same claim once more: its answer is missing. */
  | { type: 'claim-again' }
  | { type: 'attach' }
  /** Sends M1: epoch 0 proves the link, a later epoch the running session. */
  | { type: 'begin-handshake'; epoch: number }
  | { type: 'answer-handshake'; seat: string; epoch: number; box: Uint8Array }
  /** Sends M3: a knock in epoch 0, a proof later. */
  | { type: 'introduce'; epoch: number; nickname: string }
  /** From now on the other side goes by this name. */
  | { type: 'meet'; name: string }
  /** Opens a transport and sends the admission with the offer, through a commit the first time. */
  | { type: 'admit'; epoch: number; commit: { seat: string } | null }
  | { type: 'commit-again'; seat: string }
  /** Opens a transport that answers. */
  | { type: 'connect'; epoch: number }
  | { type: 'decline'; seat: string }
  /** Tells the other side and the server that it is over. */
  | { type: 'end' }
  /** Tells the server alone: what the other side sent was not honest, so it gets no answer. */
  | { type: 'end-quietly' }
  /** The link of an admitted guest opens nothing any more: its secret and psk are overwritten. */
  | { type: 'erase-link' }
  | { type: 'close-transport' }
  /** Forgets the keys of a guest who was not admitted. */
  | { type: 'erase-session' }
  | { type: 'start-timer'; timer: Timer; ms: number }
  | { type: 'stop-timer'; timer: Timer }
  /** Closes and forgets everything; the link too unless it may be asked with again. */
  | { type: 'close'; keepLink: boolean };

export interface Step {
  state: State;
  effects: Effect[];
}
