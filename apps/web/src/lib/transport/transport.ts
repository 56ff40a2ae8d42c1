import type { Description } from './description.ts';

/**
 * How the two browsers reach each other. A relay's name ends with how we reach our own TURN server, unless that is over
 * UDP. How the other side reaches its TURN server cannot be seen from here.
 */
export type Path = 'direct' | 'relay' | 'relay-tcp' | 'relay-tls';

/** What one side's transport must tell the other's. */
export type Signal = Description | { type: 'candidate'; candidate: string };

export type TransportEvent =
  | { type: 'signal'; signal: Signal }
  /** Bytes flow. The raw 32-byte SHA-256 DTLS fingerprints of the two descriptions in force. */
  | { type: 'opened'; fingerprints: { host: Uint8Array; guest: Uint8Array } }
  /** The way that carries the frames, when it is known and when it changes. */
  | { type: 'path'; path: Path }
  | { type: 'received'; frame: Uint8Array }
  /** The way is gone; another transport may find one. */
  | { type: 'lost' }
  /** The peer did what no honest peer does: a second channel, a track, text, too much. */
  | { type: 'violated' };

/** A pipe for binary frames between the two browsers. It is told what the peer's signals say only after they were validated. */
export interface Transport {
  apply(signal: Signal): void;
  /** False when it could not be taken; the frame is then lost. */
  send(frame: Uint8Array): boolean;
  /** Closes; with `linger`, what was handed over may still leave. No event follows. */
  close(linger?: boolean): void;
}

/** What helps to find a way, and whether only a TURN server may be the way, so that the other side learns no address of ours. */
export interface Ways {
  iceServers: readonly RTCIceServer[];
  relayOnly: boolean;
}

/** Opens a transport. The host offers, the guest answers. */
export type OpenTransport = (role: 'host' | 'guest', ways: Ways, on: (event: TransportEvent) => void) => Transport;

/** The most that is ever sent or taken as one message. */
export const MAX_FRAME_BYTES = 16_384;
