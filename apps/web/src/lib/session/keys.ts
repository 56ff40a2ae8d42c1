import {
  answerHandshake,
  beginHandshake,
  epochOf,
  type Frames,
  type GuestHandshake,
  type Sas,
  type Session as Secrets,
} from '@porchlight/channel';
import {
  deriveInvite,
  equal,
  erase,
  fromBase64url,
  toBase64url,
  type HostInvite,
  type Invite,
  type Random,
} from '@porchlight/invite';

import { decodeItems, encodeItems, type Item } from './items.ts';
import type { SavedKeys } from './saved.ts';

/** The one that was proved last, the one that the guest used last, and those of answers whose proof was lost. */
const MAX_RESUME_PSKS = 4;

/**
 * So many handshakes by the link, whoever they are with. Each shows the other side a comparison before it has to go on:
 * somebody who replaced the link could try until the one it gets is the one it wants. docs/protocol.md §3.5
 */
const MAX_LINK_HANDSHAKES = 64;

/** What the other side may say to a host, and to a guest; a host also hears a knock or a resume, each in its one place. */
const MAY_SAY: Record<Link['role'], readonly Item['type'][]> = {
  host: ['description', 'candidates', 'ended'],
  guest: ['admitted', 'declined', 'description', 'candidates', 'ended'],
};

/** What a host minted, or what a guest read from the link. */
export type Link = { role: 'host'; invite: HostInvite } | { role: 'guest'; invite: Invite };

/** `stale`: of an epoch that is over. `forged`: not what the peer sealed next. */
export type Opened = { ok: true; epoch: number; items: Item[] } | { ok: false; problem: 'stale' | 'forged' };

/**
 * Every key of one session, from the link to the frames, and what is done with them.
 * A key leaves here only as bytes sealed with it.
 */
export class Keys {
  readonly inviteId: Uint8Array;
  readonly claimToken: Uint8Array;
  readonly #link: Link;
  readonly #random: Random;
  /** Opens the door once; empty after admission. */
  #linkPsk: Uint8Array | null;
  /**
   * Until the guest has proved a new epoch, the host keeps those before: its answer may have been lost, or the proof. Those
   * made or used last come first; the one that was proved is the last.
   */
  #resumePsks: Uint8Array[] = [];
  #linkHandshakes = 0;
  #handshake: GuestHandshake | null = null;
  #handshakeEpoch = 0;
  /** Host: answered, and not yet proved by the guest. */
  #unproved: Secrets | null = null;
  /** Host: the last M1 that was answered. */
  #answered: Uint8Array | null = null;
  #secrets: Secrets | null = null;
  /** One box that was not what the peer sealed next closes the boxes of that epoch, in both directions. */
  #boxesClosed = false;
  #sealingStopped = false;

  /** `saved`: how they stood before a reload. */
  constructor(link: Link, random: Random, saved: SavedKeys | null = null) {
    const derived = deriveInvite(link.invite);
    this.#link = link;
    this.#random = random;
    this.inviteId = saved?.inviteId ?? derived.inviteId;
    this.claimToken = derived.claimToken;
    this.#linkPsk = derived.psk;
    if (saved === null) return;
    if (saved.secret === null) this.eraseLink();
    this.#resumePsks = saved.resumePsks;
    this.#linkHandshakes = saved.linkHandshakes;
  }

  /** What must outlive the page, as copies. Of an answer that the guest has not proved, its key too: it may be the guest's by now. */
  save(): SavedKeys {
    const { invite } = this.#link;
    const unproved = this.#unproved !== null && this.#unproved.epoch > 0 ? [this.#unproved.resumePsk()] : [];
    return {
      inviteId: this.inviteId,
      hostPublicKey: invite.hostPublicKey,
      secret: this.#linkPsk === null ? null : invite.secret.slice(),
      resumePsks: [...unproved, ...this.#resumePsks.map((psk) => psk.slice())],
      linkHandshakes: this.#linkHandshakes,
      own:
        this.#link.role === 'host'
          ? { hostSecretKey: this.#link.invite.hostSecretKey.slice(), hostToken: this.#link.invite.hostToken.slice() }
          : null,
    };
  }

  /** Guest: M1 of a new handshake, or null without a key for it. Epoch 0 proves the link, a later one the session. */
  begin(epoch: number): Uint8Array | null {
    const psk = epoch === 0 ? this.#linkPsk : (this.#resumePsks[0] ?? null);
    if (psk === null) return null;
    this.#handshake?.erase();
    this.#handshake = beginHandshake({ ...this.#terms(epoch), psk });
    this.#handshakeEpoch = epoch;
    return this.#handshake.m1;
  }

  /** Guest: whether a handshake waits for its answer. */
  get waiting(): boolean {
    return this.#handshake !== null;
  }

  /** Guest: what M2 proves. `unawaited`: nothing was asked, or in another epoch. */
  finish(m2: Uint8Array): 'proved' | 'forged' | 'refused' | 'unawaited' {
    if (this.#handshake === null || epochOf(m2) !== this.#handshakeEpoch) return 'unawaited';
    const finished = this.#handshake.finish(m2);
    this.#handshake.erase();
    this.#handshake = null;
    if (!finished.ok) return finished.problem === 'forged' ? 'forged' : 'refused';
    if (finished.session.epoch === 0 && !this.#mayGoOn()) {
      finished.session.erase();
      return 'forged';
    }
    this.#become(finished.session);
    this.#keepResumePsks([finished.session.resumePsk()]);
    return 'proved';
  }

  /** Host: M2 for a guest's M1. `refused`: it proves nothing. `repeated`: it is the one answered last, replayed. */
  answer(m1: Uint8Array, epoch: number): Uint8Array | 'refused' | 'repeated' {
    if (this.#link.role !== 'host') return 'refused';
    if (this.#answered !== null && equal(this.#answered, m1)) return 'repeated';
    const { hostSecretKey } = this.#link.invite;
    // A guest that got an answer whose proof was then lost begins with the key of that answer.
    if (epoch > 0 && this.#unproved !== null && this.#unproved.epoch > 0) {
      // Never the last: a guest that never got an answer has no other.
      while (this.#resumePsks.length >= MAX_RESUME_PSKS) erase(...this.#resumePsks.splice(-2, 1));
      this.#resumePsks.unshift(this.#unproved.resumePsk());
      this.#unproved.erase();
      this.#unproved = null;
    }
    for (const psk of epoch === 0 ? [this.#linkPsk] : this.#resumePsks) {
      if (psk === null) continue;
      const answered = answerHandshake({ ...this.#terms(epoch), psk, hostSecretKey }, m1);
      if (!answered.ok) continue;
      if (epoch === 0 && !this.#mayGoOn()) {
        answered.session.erase();
        return 'refused';
      }
      this.#unproved?.erase();
      this.#unproved = answered.session;
      this.#answered = m1;
      if (epoch > 0) this.#usedLast(psk);
      return answered.m2;
    }
    return 'refused';
  }

  /** Opens a sealed box. Host: the first of an epoch must open the guest's commitment, and makes the epoch the current one. */
  open(box: Uint8Array): Opened {
    const epoch = epochOf(box);
    const unproved = this.#unproved;
    if (unproved !== null && unproved.epoch === epoch) return this.#prove(unproved, box);
    if (this.#secrets === null || this.#secrets.epoch !== epoch) return { ok: false, problem: 'stale' };
    if (this.#boxesClosed) return { ok: false, problem: 'stale' };
    const opened = this.#secrets.openBox(box);
    const items = opened.ok ? this.#decode(opened.body, []) : null;
    this.#boxesClosed = items === null;
    return items === null ? { ok: false, problem: 'forged' } : { ok: true, epoch, items };
  }

  get role(): Link['role'] {
    return this.#link.role;
  }

  /** Seals items under the current epoch, or null without one. */
  seal(items: readonly Item[]): Uint8Array | null {
    if (this.#secrets === null || this.#boxesClosed || this.#sealingStopped) return null;
    return this.#secrets.sealBox(encodeItems(items));
  }

  /** The current epoch; null before any handshake was proved. */
  get epoch(): number | null {
    return this.#secrets?.epoch ?? null;
  }

  /** A box of this epoch did not arrive, so the next one would be a gap. */
  stopSealing(epoch: number): void {
    if (this.epoch === epoch) this.#sealingStopped = true;
  }

  /** Guest: nG for M3, base64url. */
  commitment(): string | null {
    return this.#secrets === null ? null : toBase64url(this.#secrets.commitment());
  }

  /** What the two people compare, of the current epoch. */
  sas(): Sas | null {
    return this.#secrets?.sas() ?? null;
  }

  /** The frames of `epoch` between these two DTLS certificates; null when it is not the current one. */
  frames(epoch: number, fingerprints: { host: Uint8Array; guest: Uint8Array }): Frames | null {
    return this.#secrets?.epoch === epoch ? this.#secrets.frames(fingerprints) : null;
  }

  /** After admission: the link opens nothing any more. The host key stays, for resuming. */
  eraseLink(): void {
    erase(this.#link.invite.secret, this.claimToken);
    if (this.#linkPsk !== null) erase(this.#linkPsk);
    this.#linkPsk = null;
  }

  /** A guest who was not admitted: everything between us, but not the link. */
  eraseSession(): void {
    this.#handshake?.erase();
    this.#unproved?.erase();
    this.#secrets?.erase();
    this.#keepResumePsks([]);
    this.#handshake = this.#unproved = this.#secrets = this.#answered = null;
  }

  eraseAll(): void {
    this.eraseSession();
    this.eraseLink();
    if (this.#link.role === 'host') erase(this.#link.invite.hostSecretKey, this.#link.invite.hostToken);
  }

  /** A guest goes from one key to the next: it has this one or the one of the answer, whatever else there is. */
  #usedLast(psk: Uint8Array): void {
    const others = this.#resumePsks.filter((other) => other !== psk);
    if (psk !== this.#resumePsks.at(-1)) this.#resumePsks = [psk, ...others];
  }

  #mayGoOn(): boolean {
    this.#linkHandshakes += 1;
    return this.#linkHandshakes <= MAX_LINK_HANDSHAKES;
  }

  #terms(epoch: number) {
    return {
      hostPublicKey: this.#link.invite.hostPublicKey,
      inviteId: this.inviteId,
      mode: epoch === 0 ? ('invite' as const) : ('resume' as const),
      epoch,
      random: this.#random,
    };
  }

  #prove(secrets: Secrets, box: Uint8Array): Opened {
    this.#unproved = this.#answered = null;
    const opened = secrets.openBox(box);
    const expected = secrets.epoch === 0 ? 'knock' : 'resume';
    const items = opened.ok ? this.#decode(opened.body, [expected]) : null;
    const [first] = items ?? [];
    if (items === null || first === undefined || !('nonce' in first) || !opensWith(secrets, first.nonce)) {
      secrets.erase();
      return { ok: false, problem: 'forged' };
    }
    this.#become(secrets);
    this.#keepResumePsks([secrets.resumePsk()]);
    return { ok: true, epoch: secrets.epoch, items };
  }

  /** The items of a box, if the other side may say them; `first` are those that a box of this kind must begin with. */
  #decode(body: Uint8Array, first: Item['type'][]): Item[] | null {
    const items = decodeItems(body);
    if (items === null || !first.every((type, at) => items[at]?.type === type)) return null;
    const rest = items.slice(first.length);
    return rest.every(({ type }) => MAY_SAY[this.role].includes(type)) ? items : null;
  }

  #become(secrets: Secrets): void {
    this.#secrets?.erase();
    this.#secrets = secrets;
    this.#boxesClosed = this.#sealingStopped = false;
  }

  #keepResumePsks(psks: Uint8Array[]): void {
    erase(...this.#resumePsks);
    this.#resumePsks = psks;
  }
}

function opensWith(secrets: Secrets, nonce: string): boolean {
  const bytes = fromBase64url(nonce);
  return bytes !== null && secrets.openCommitment(bytes);
}
