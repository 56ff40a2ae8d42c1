import * as v from 'valibot';

import { box, hash, inviteId } from './fields.ts';

/** Everything the server may tell a browser unasked, in the past tense. The browser checks it like any other input. */
export const events = {
  /** To every socket, once, before anything else: which servers `ice` will name, and whether to hide addresses unless told otherwise. */
  welcome: v.strictObject({ ice: v.picklist(['none', 'stun', 'turn']), hideAddress: v.boolean() }),
  /** To the host: a guest holds this seat now. */
  'invite:claimed': v.strictObject({ inviteId, seat: hash }),
  /** To the host: the guest came back and the seat has a new name. */
  'invite:attached': v.strictObject({ inviteId, seat: hash, previousSeat: hash }),
  /** To the host: the guest's socket is gone; the seat is still held. */
  'invite:guest-left': v.strictObject({ inviteId, seat: hash }),
  /** To the host: the seat is free again (given back, or lapsed). */
  'invite:released': v.strictObject({ inviteId, seat: hash }),
  /** To the guest in the seat: the host's socket is gone. */
  'invite:host-left': v.strictObject({ inviteId }),
  /** To the guest in the seat and to guests who found the host away. */
  'invite:host-returned': v.strictObject({ inviteId }),
  /** To the other side, or to both: this invite, or this guest's seat, is over. */
  'invite:ended': v.strictObject({ inviteId, why: v.picklist(['ended', 'expired', 'declined', 'lapsed']) }),
  /** One opaque box from the other side; `seat` is the guest's seat, whoever sent it. */
  relayed: v.strictObject({ inviteId, seat: hash, box }),
} as const;

export type EventName = keyof typeof events;
export type Event<E extends EventName> = v.InferOutput<(typeof events)[E]>;
