import * as v from 'valibot';

import { box, duration, hash, inviteId, remainingMs, token } from './fields.ts';
import { iceServer } from './ice.ts';
import { DOCTOR_VALID_MS, ICE_VALID_MS, MAX_ICE_SERVERS, SEAT_LEASE_MS } from './limits.ts';

const nothing = v.strictObject({});

/** STUN and TURN servers, and how long they may be used. */
const iceServersFor = (longestMs: number) =>
  v.strictObject({
    iceServers: v.pipe(v.array(iceServer), v.maxLength(MAX_ICE_SERVERS)),
    validMs: duration(longestMs),
  });

/**
 * Every request a browser may send, with its answer. Types and validators come from this one table.
 * docs/protocol.md §2 says what each does.
 */
export const requests = {
  /**
   * The host opens an invite, or attaches to it again after a lost socket or a server restart (same hostToken).
   * `committedSeat` is the seat the host admitted, for a server that lost its memory.
   * The answer says what the server holds now: the seat, if any, and whether its guest is connected.
   */
  'invite:open': {
    input: v.strictObject({
      inviteId,
      claimHash: hash,
      hostToken: token,
      remainingMs,
      committedSeat: v.optional(hash),
    }),
    output: v.strictObject({
      remainingMs,
      seat: v.nullable(hash),
      committed: v.boolean(),
      guestPresent: v.boolean(),
    }),
  },
  /** A guest asks for the seat and names it by the hash of a token only the guest knows. The same seat may claim again. */
  'invite:claim': {
    input: v.strictObject({ inviteId, claimToken: token, seat: hash }),
    output: v.strictObject({ remainingMs, leaseMs: duration(SEAT_LEASE_MS) }),
  },
  /** A guest comes back after its socket was lost: shows the seat token, and names the seat anew. The old token is dead. */
  'invite:attach': {
    input: v.strictObject({ inviteId, seatToken: token, nextSeat: hash }),
    output: v.strictObject({ committed: v.boolean(), hostPresent: v.boolean() }),
  },
  /** The host lets the seat in. `box` (the admission) is passed on in the same step, so a stale seat never gets it. */
  'invite:commit': {
    input: v.strictObject({ inviteId, seat: hash, box }),
    output: nothing,
  },
  /** The host sends the guest in the seat away; the link works again. `box`, if given, is passed on first. */
  'invite:decline': {
    input: v.strictObject({ inviteId, seat: hash, box: v.optional(box) }),
    output: nothing,
  },
  /** The host ends the invite for good. A guest gives the seat back or, once committed, ends the invite. */
  'invite:end': {
    input: v.strictObject({ inviteId, box: v.optional(box) }),
    output: nothing,
  },
  /**
   * One opaque box to the other side. The host names the seat it means; a guest has only one, and leaves it out.
   * `quiet`: answered only if it is refused.
   */
  relay: {
    input: v.strictObject({ inviteId, seat: v.optional(hash), box, quiet: v.optional(v.literal(true)) }),
    output: nothing,
  },
  /** The STUN and TURN servers, for the two sides of a committed invite. The host names the seat, as in `relay`. */
  ice: {
    input: v.strictObject({ inviteId, seat: v.optional(hash) }),
    output: iceServersFor(ICE_VALID_MS),
  },
  /** The same servers, for anybody who wants to see whether they can be reached: for a minute, and seldom. */
  doctor: {
    input: nothing,
    output: iceServersFor(DOCTOR_VALID_MS),
  },
} as const;

export type RequestName = keyof typeof requests;
/** The requests about one invite. */
export type InviteRequestName = Exclude<RequestName, 'doctor'>;
export type Input<R extends RequestName> = v.InferOutput<(typeof requests)[R]['input']>;
export type Output<R extends RequestName> = v.InferOutput<(typeof requests)[R]['output']>;
