import { answerHandshake, beginHandshake, FrameType, type Frames } from '@porchlight/channel';
import { deriveInvite, mintInvite } from '@porchlight/invite';

import { median } from './median.ts';

/** Milliseconds per handshake and frames per second, on one thread. */
export interface CryptoFigures {
  /** Guest: beginHandshake and finish. */
  readonly guestMs: number;
  /** Host: answerHandshake. */
  readonly hostMs: number;
  readonly texts: readonly {
    readonly bytes: number;
    readonly sealedPerSecond: number;
    readonly openedPerSecond: number;
  }[];
}

const HANDSHAKES = 15;
const TEXT_BYTES = [256, 4000];
const FRAMES = 1000;

/** One run in whatever this is called in: the median of several handshakes, and the rate over many frames of one key epoch. */
export function measureCrypto(): CryptoFigures {
  const handshakes = Array.from({ length: HANDSHAKES }, handshake);
  return {
    guestMs: median(handshakes.map(({ guestMs }) => guestMs)),
    hostMs: median(handshakes.map(({ hostMs }) => hostMs)),
    texts: TEXT_BYTES.map((bytes) => ({ bytes, ...measureFrames(bytes) })),
  };
}

function handshake(): { guestMs: number; hostMs: number; host: Frames; guest: Frames } {
  const invite = mintInvite(random);
  const { inviteId, psk } = deriveInvite(invite);
  const { hostPublicKey, hostSecretKey } = invite;
  const shared = { hostPublicKey, inviteId, psk, mode: 'invite', epoch: 0, random } as const;

  const begun = timed(() => beginHandshake(shared));
  const answered = timed(() => answerHandshake({ ...shared, hostSecretKey }, begun.result.m1));
  const host = must(answered.result);
  const finished = timed(() => begun.result.finish(host.m2));
  const guest = must(finished.result);
  if (!host.session.openCommitment(guest.session.commitment())) throw new Error('the commitment does not open');

  const fingerprints = { host: random(32), guest: random(32) };
  return {
    guestMs: begun.ms + finished.ms,
    hostMs: answered.ms,
    host: host.session.frames(fingerprints),
    guest: guest.session.frames(fingerprints),
  };
}

function measureFrames(bytes: number): { sealedPerSecond: number; openedPerSecond: number } {
  const { host, guest } = handshake();
  const text = random(bytes);
  const sealed = timed(() => Array.from({ length: FRAMES }, (_, id) => host.seal(FrameType.text, id, text)));
  const opened = timed(() => {
    for (const frame of sealed.result) must(guest.open(frame));
  });
  return { sealedPerSecond: perSecond(sealed.ms), openedPerSecond: perSecond(opened.ms) };
}

function perSecond(ms: number): number {
  return (FRAMES * 1000) / ms;
}

function timed<T>(work: () => T): { ms: number; result: T } {
  const startedAt = performance.now();
  const result = work();
  return { ms: performance.now() - startedAt, result };
}

function must<R extends { ok: boolean }>(result: R): Extract<R, { ok: true }> {
  if (!isOk(result)) throw new Error('the two sides did not understand each other');
  return result;
}

function isOk<R extends { ok: boolean }>(result: R): result is Extract<R, { ok: true }> {
  return result.ok;
}

function random(length: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(length));
}
