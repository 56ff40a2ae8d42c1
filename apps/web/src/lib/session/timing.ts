/** How long the session waits for things, in milliseconds. docs/protocol.md §5. */
export const timing = {
  /** M1 to M2, or M2 to M3. */
  handshake: 20_000,
  /** From **Let in** to an open transport, before we say that there is no way: both sides are told within 20 s of the click. */
  connect: 18_500,
  /** What was sent for a handshake that was given up has arrived by then. */
  drain: 2_000,
  /** The first attempt at a way; then the guest begins a second one within the same time. */
  firstAttempt: 8_000,
  /** One attempt to reconnect, once the other side has answered. */
  attempt: 12_000,
  /** A question to the server that was not answered. */
  request: 5_000,
  /** The longest time that the server may make us wait without the person being told. */
  patience: 15_000,
  /** The other side said goodbye: time for a reload. */
  farewell: 30_000,
  /** Nothing heard of the other side: sleep, a dead network. */
  silence: 600_000,
  /** A knock that nobody answered; the server frees the seat at the same time. */
  knock: 900_000,
} as const;

export type Timer = 'handshake' | 'connect' | 'retry' | 'farewell' | 'silence' | 'knock' | 'expiry';

/** Wait before attempt n (1, 2, …): at once, then 1 s doubling up to 15 s. Jitter is the caller's. */
export function backoffMs(attempt: number): number {
  return attempt <= 1 ? 0 : Math.min(1000 * 2 ** (attempt - 2), 15_000);
}
