import { type Random, ascii, concat, erase, expand, extract } from '@porchlight/invite';

import { type OpenedBox, createBoxes } from './box.ts';
import { type Frames, createFrames } from './frames.ts';
import type { NoiseSplit } from './noise.ts';
import { type Sas, opensCommitment, sasOf } from './sas.ts';

/** One epoch's secrets after the handshake. docs/protocol.md §3. */
export interface Session {
  readonly role: 'host' | 'guest';
  readonly epoch: number;
  /** Seals the next box for the relay. body ≤ MAX_BOX_BODY_BYTES, RangeError beyond; Error once the boxes are closed. */
  sealBox(body: Uint8Array): Uint8Array;
  /** Opens the next box from the relay, exactly the next. After one failure boxes stay closed; frames go on. Never throws. */
  openBox(box: Uint8Array): OpenedBox;
  /** Guest: nG, 32 bytes, to be sent in the first box and not earlier. Throws for the host. */
  commitment(): Uint8Array;
  /** Host: whether nG is what the first message committed to. False erases the session. Throws for the guest. */
  openCommitment(nonce: Uint8Array): boolean;
  /** What the two people compare. Host: throws before openCommitment was true. */
  sas(): Sas;
  /** The pre-shared key for the next resume handshake: a copy, 32 bytes. */
  resumePsk(): Uint8Array;
  /**
   * The frames of this epoch, bound to both DTLS certificates: raw 32-byte sha-256 values. Once per session, because a
   * second time would use the same keys and counters again: throws then, and for the host before openCommitment was true.
   */
  frames(fingerprints: { readonly host: Uint8Array; readonly guest: Uint8Array }): Frames;
  /** Overwrites every secret, those of the frames too. Afterwards everything refuses: values where there are refusals, Error elsewhere. */
  erase(): void;
}

/** What the handshake hands over. Everything secret in it is taken over and erased. */
export interface SessionInput {
  readonly epoch: number;
  readonly split: NoiseSplit;
  readonly kemSecret: Uint8Array;
  readonly hostNonce: Uint8Array;
  readonly guest:
    | { readonly role: 'guest'; readonly nonce: Uint8Array }
    | { readonly role: 'host'; readonly commitment: Uint8Array; readonly ephemeral: Uint8Array };
  readonly random: Random;
}

/** The session that a finished handshake makes. */
export function createSession(input: SessionInput): Session {
  const { epoch, guest, hostNonce, random } = input;
  const { role } = guest;
  const { initiatorKey, responderKey, hash } = input.split;

  const ikm = concat(initiatorKey, responderKey, input.kemSecret);
  const prk = extract(hash, ikm);
  const derive = (label: string) => expand(prk, ascii(`porchlight1 ${label}\0`), 32);
  const toHost = derive('signal g>h');
  const toGuest = derive('signal h>g');
  const root = derive('root');
  const resume = derive('resume');
  const sasSecret = derive('sas');
  erase(ikm, prk, initiatorKey, responderKey, input.kemSecret);

  const boxes = createBoxes(
    role === 'host' ? { send: toGuest, receive: toHost } : { send: toHost, receive: toGuest },
    epoch,
  );
  let guestNonce = guest.role === 'guest' ? guest.nonce : null;
  let frames: Frames | null = null;
  let erased = false;

  const eraseAll = () => {
    erased = true;
    boxes.erase();
    frames?.erase();
    erase(root, resume, sasSecret, hostNonce);
    if (guestNonce !== null) erase(guestNonce);
  };
  const requireLive = () => {
    if (erased) throw new Error('this session is erased');
  };
  const requireNonce = (): Uint8Array => {
    requireLive();
    if (guestNonce === null) throw new Error('the guest has not opened its commitment');
    return guestNonce;
  };

  return {
    role,
    epoch,
    sealBox: (body) => boxes.seal(body),
    openBox: (box) => boxes.open(box),

    commitment() {
      if (role !== 'guest') throw new Error('only the guest commits');
      return requireNonce().slice();
    },

    openCommitment(nonce) {
      if (guest.role !== 'host') throw new Error('only the host checks the commitment');
      if (erased || !opensCommitment(guest.commitment, nonce, guest.ephemeral)) {
        eraseAll();
        return false;
      }
      guestNonce = nonce.slice();
      return true;
    },

    sas: () => sasOf(sasSecret, requireNonce(), hostNonce, hash),

    resumePsk() {
      requireLive();
      return resume.slice();
    },

    frames(fingerprints) {
      requireNonce();
      if (frames !== null) throw new Error('the frames of this session exist already');
      if (fingerprints.host.length !== 32 || fingerprints.guest.length !== 32) throw new RangeError('not sha-256');
      frames = createFrames({ role, epoch, root, fingerprints, random });
      return frames;
    },

    erase: eraseAll,
  };
}
