const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** How long a link may work, in milliseconds: 15 minutes, 1 hour, 24 hours, 7 days. */
export const LIFETIMES_MS = [15 * MINUTE_MS, HOUR_MS, 24 * HOUR_MS, 7 * 24 * HOUR_MS] as const;

/** One opaque box on the relay, before base64url. docs/protocol.md §2. */
export const MAX_BOX_BYTES = 8192;

/** One Socket.IO packet: a box in base64url (4/3) with its envelope, and room to spare. */
export const MAX_PACKET_BYTES = 16_384;

/** A seat stays held this long after its socket is gone. */
export const SEAT_LAPSE_MS = 45_000;

/** A seat is never held longer than this without a commit, attached or not. */
export const SEAT_LEASE_MS = 15 * MINUTE_MS;

/** At most this many seats are given out within one window; then `try-later`. Strangers can never end an invite. */
export const MAX_SEATS_IN_WINDOW = 5;
export const SEAT_WINDOW_MS = 10 * MINUTE_MS;

/** More STUN and TURN servers than this only slow a browser down. */
export const MAX_ICE_SERVERS = 8;

/** Characters of a STUN or TURN URL, of a TURN user name, of a TURN credential. */
export const MAX_ICE_FIELD = 256;

/** What `ice` answers may be used this long; then a side asks again. */
export const ICE_VALID_MS = HOUR_MS;

/** What `doctor` answers may be used this long: for one examination. */
export const DOCTOR_VALID_MS = MINUTE_MS;
