import { sha256, toBase64url, type Random } from '@porchlight/invite';
import type { IceServer, Input, Output, Refused, Reply, RequestName } from '@porchlight/protocol';

import type { Signaling } from '../signaling/signaling.ts';

import type { Event, Refusing } from './events.ts';
import type { Keeper } from './keeper.ts';
import type { Keys, Link } from './keys.ts';
import type { Clock } from './ports.ts';
import type { SavedLine } from './saved.ts';

/** So many names of its seat may a host have missed. */
const MAX_OLD_SEAT_TOKENS = 8;

interface LineInput {
  link: Link;
  keys: Keys;
  keeper: Keeper;
  /** How it stood before a reload. */
  saved: SavedLine | null;
  signaling: Signaling;
  random: Random;
  clock: Clock;
  /** Time left for the invite, in ms. */
  remainingMs: () => number;
  tell: (event: Event) => void;
}

/** What one session asks of the server, each question answered by an event. */
export class Line {
  readonly inviteId: string;
  readonly #input: LineInput;
  readonly #claimHash: string;
  #hostToken: string;
  /** Guest: opens the seat. While a rotation is not acknowledged, either may be the valid one. */
  #seatToken: Uint8Array | null = null;
  #nextSeatToken: Uint8Array | null = null;
  /** Guest: newest first. A server that lost its memory has the seat's name from the host, who may have missed the last ones. */
  #oldSeatTokens: Uint8Array[] = [];
  #attaching = false;
  /** Host: the commit under way, to be repeated to the letter if its answer was lost. */
  #commit: Input<'invite:commit'> | null = null;
  /** Host: whom we let in, for a server that lost its memory. */
  #committedSeat: string | null = null;
  #iceServers: { servers: readonly IceServer[]; goodUntil: number } | null = null;

  constructor(input: LineInput) {
    this.#input = input;
    this.inviteId = toBase64url(input.keys.inviteId);
    this.#hostToken = input.link.role === 'host' ? toBase64url(input.link.invite.hostToken) : '';
    const { saved } = input;
    this.#claimHash = saved?.claimHash ?? toBase64url(sha256(input.keys.claimToken));
    if (saved === null) return;
    this.#seatToken = saved.seatToken;
    this.#oldSeatTokens = saved.oldSeatTokens;
    this.#nextSeatToken = saved.nextSeatToken;
    this.#commit = saved.commit;
    this.#committedSeat = saved.committedSeat;
  }

  /** What must outlive the page. */
  save(): SavedLine {
    return {
      claimHash: this.#claimHash,
      seatToken: this.#seatToken?.slice() ?? null,
      oldSeatTokens: this.#oldSeatTokens.map((token) => token.slice()),
      nextSeatToken: this.#nextSeatToken?.slice() ?? null,
      commit: this.#commit,
      committedSeat: this.#committedSeat,
    };
  }

  open(): void {
    this.#ask(
      'invite:open',
      {
        inviteId: this.inviteId,
        claimHash: this.#claimHash,
        hostToken: this.#hostToken,
        remainingMs: Math.max(1, this.#input.remainingMs()),
        ...(this.#committedSeat === null ? {} : { committedSeat: this.#committedSeat }),
      },
      (reply) => {
        if (!reply.ok) return { type: 'open-refused', ...refusing(reply) };
        const { seat, committed } = reply.value;
        // The seat we let in may have been renamed while our line was down. A wrong name only sends sealed boxes astray.
        if (committed && this.#committedSeat !== null) this.#committedSeat = seat ?? this.#committedSeat;
        return { type: 'invite-opened', seat, committed };
      },
    );
  }

  /** A new seat, or the same one again while its claim has not been answered. */
  claim(): void {
    const token = (this.#seatToken ??= this.#input.random(32));
    const claimToken = toBase64url(this.#input.keys.claimToken);
    // An attach that was not answered may have given the seat this name.
    if (this.#nextSeatToken !== null) this.#remember(this.#nextSeatToken);
    this.#nextSeatToken = null;
    // A seat whose token is forgotten is lost to us, and closed to everybody until it lapses.
    this.#input.keeper.keep();
    this.#ask(
      'invite:claim',
      { inviteId: this.inviteId, claimToken, seat: seatOf(token) },
      (reply) => (reply.ok ? { type: 'claim-granted' } : { type: 'claim-refused', ...refusing(reply) }),
      () => this.#seatToken === token,
    );
  }

  /** Nothing is asked any more. */
  forget(): void {
    this.forgetSeat();
    this.uncommit();
    this.#hostToken = '';
  }

  /** The seat is lost or given back; the next claim is for another. */
  forgetSeat(): void {
    this.#seatToken = this.#nextSeatToken = null;
    this.#oldSeatTokens = [];
  }

  /** One at a time: a second question would make the first one's answer worthless. */
  attach(): void {
    if (this.#seatToken === null || this.#attaching) return;
    const next = (this.#nextSeatToken ??= this.#input.random(32));
    this.#attachWith([this.#seatToken, next, ...this.#oldSeatTokens], next);
  }

  /** Lets the guest in this seat in. From here on it is the one we mean, whether or not the server answers. */
  commit(seat: string, box: string): void {
    this.#commit = { inviteId: this.inviteId, seat, box };
    this.commitAgain(seat);
  }

  commitAgain(seat: string): void {
    const commit = this.#commit;
    if (commit === null) return;
    this.#committedSeat = seat;
    // From here on the guest may be in, so we must not forget that we let it in.
    this.#input.keeper.keep();
    this.#ask(
      'invite:commit',
      { ...commit, seat },
      (reply) => (reply.ok ? { type: 'commit-acknowledged' } : { type: 'commit-refused', ...refusing(reply) }),
      () => this.#commit === commit,
    );
  }

  /** It was not let in after all. */
  uncommit(): void {
    this.#commit = this.#committedSeat = null;
  }

  /** The guest we let in came back, and its seat has a new name. */
  renamed(previousSeat: string, seat: string): void {
    if (this.#committedSeat === previousSeat) this.#committedSeat = seat;
    this.#input.keeper.keep();
  }

  get committedSeat(): string | null {
    return this.#committedSeat;
  }

  decline(seat: string, box: string | null): void {
    this.#ask('invite:decline', { inviteId: this.inviteId, seat, ...boxed(box) });
  }

  end(box: string | null): void {
    this.#input.keeper.flush();
    this.#ask('invite:end', { inviteId: this.inviteId, ...boxed(box) });
  }

  /** Whether the server has STUN or TURN servers to name. */
  get hasIceServers(): boolean {
    return (this.#input.signaling.welcome?.ice ?? 'none') !== 'none';
  }

  /** Whether whoever runs the server wants people’s addresses hidden from each other. */
  get hidesAddress(): boolean {
    return this.#input.signaling.welcome?.hideAddress ?? false;
  }

  /** STUN and TURN servers to find a way with, asked for once in a while. No answer is none: perhaps a direct way exists. */
  iceServers(seat: string | null): readonly IceServer[] | Promise<readonly IceServer[]> {
    if (!this.hasIceServers) return [];
    const { clock } = this.#input;
    if (this.#iceServers !== null && clock.now() < this.#iceServers.goodUntil) return this.#iceServers.servers;
    const request = { inviteId: this.inviteId, ...(seat === null ? {} : { seat }) };
    return new Promise((resolve) => {
      this.#inTurn('ice', request, (reply) => {
        // Half of the time: a connection begun at the end of it has to live on.
        if (reply.ok) {
          const { iceServers: servers, validMs } = reply.value;
          this.#iceServers = { servers, goodUntil: clock.now() + validMs / 2 };
        }
        resolve(reply.ok ? reply.value.iceServers : []);
      });
    });
  }

  /**
   * Passes a box on, `sealedIn` an epoch or part of a handshake (null). A sealed one that is lost leaves a gap, which the
   * other side would take for tampering, so no other follows in its epoch. A guest whose box finds no host is told so like one whose host left later.
   */
  relay(seat: string | null, box: string, sealedIn: number | null): void {
    const request = { inviteId: this.inviteId, box, ...(seat === null ? {} : { seat }) };
    this.#input.keeper.after(() => {
      this.#input.signaling.pass(request, ({ refusal }) => {
        if (sealedIn !== null) this.#input.keys.stopSealing(sealedIn);
        if (seat === null && refusal === 'peer-away') this.#input.tell({ type: 'host-left' });
      });
    });
  }

  /** `next` stays the same until it is acknowledged: then either token opens the seat, however many answers were lost. */
  #attachWith([token, ...others]: Uint8Array[], next: Uint8Array): void {
    if (token === undefined) return;
    this.#attaching = true;
    const request = { inviteId: this.inviteId, seatToken: toBase64url(token), nextSeat: seatOf(next) };
    // Once it is asked the seat may have its new name, so the token for that must be kept by then.
    this.#input.keeper.keep(() => {
      void this.#input.signaling.request('invite:attach', request).then((reply) => {
        this.#attaching = false;
        if (this.#nextSeatToken !== next) return;
        if (reply.ok) {
          if (this.#seatToken !== null) this.#remember(this.#seatToken);
          this.#seatToken = next;
          this.#nextSeatToken = null;
          this.#input.tell({ type: 'attached', committed: reply.value.committed });
        } else if (reply.refusal === 'stale-seat' && others.length > 0) {
          this.#attachWith(others, next);
        } else {
          if (reply.refusal === 'stale-seat') this.forgetSeat();
          this.#input.tell({ type: 'attach-refused', ...refusing(reply) });
        }
      });
    });
  }

  #remember(token: Uint8Array): void {
    this.#oldSeatTokens = [token, ...this.#oldSeatTokens].slice(0, MAX_OLD_SEAT_TOKENS);
  }

  /** Asks in turn, and tells the answer as an event, unless by then the question is no longer `current`. */
  #ask<R extends RequestName>(
    name: R,
    input: Input<R>,
    answered?: (reply: Reply<Output<R>>) => Event,
    current: () => boolean = () => true,
  ): void {
    this.#inTurn(name, input, (reply) => {
      if (answered !== undefined && current()) this.#input.tell(answered(reply));
    });
  }

  /** Asks after all that was said before, which may be waiting to be kept. */
  #inTurn<R extends RequestName>(name: R, input: Input<R>, then: (reply: Reply<Output<R>>) => void): void {
    this.#input.keeper.after(() => {
      void this.#input.signaling.request(name, input).then(then);
    });
  }
}

/** A seat is named by the hash of its token. */
const seatOf = (token: Uint8Array): string => toBase64url(sha256(token));

const refusing = ({ refusal, retryAfterMs }: Refused): Refusing =>
  retryAfterMs === undefined ? { refusal } : { refusal, retryAfterMs };

const boxed = (box: string | null): { box?: string } => (box === null ? {} : { box });
