/** So many at once, and one more every so often. */
interface Allowance {
  burst: number;
  everyMs: number;
}

/**
 * What a peer may send, by kind. The server cannot see the chat, so the page that receives sets the limits.
 * docs/protocol.md §4.4
 */
export const allowances = {
  /** Sayings that are new: texts, edits, reactions, … Nobody reads faster. */
  text: { burst: 20, everyMs: 200 },
  /**
   * Acknowledgements, what was seen, sayings that came again, rekeys, pings, optional types that nobody here knows. On a new
   * transport 40 may come at once without a ping and a `seen`; of those at most ten each gather before the stall is long
   * enough to be a loss (heartbeat.ts, seeing.ts).
   */
  control: { burst: 60, everyMs: 50 },
  typing: { burst: 2, everyMs: 1000 },
  /** New connections after the first. Thirty a minute is a bad line in a train; more is no line. */
  reconnect: { burst: 20, everyMs: 2000 },
  /** What was beyond the limits above. More of that is no accident. */
  excess: { burst: 100, everyMs: 100 },
} as const satisfies Record<string, Allowance>;

/** What a peer can have too many of. */
export type Kind = Exclude<keyof typeof allowances, 'excess'>;

/** A token bucket: how long until it is full again, counted from `at`. Both in ms, whole ones, so that nothing is rounded. */
interface Bucket {
  owedMs: number;
  at: number;
}

/** How much of each allowance is used up. */
export type Pace = Readonly<Record<keyof typeof allowances, Bucket>>;

const full: Bucket = { owedMs: 0, at: 0 };

/** Nothing came yet. */
export const rested: Pace = { text: full, control: full, typing: full, reconnect: full, excess: full };

/** taken: within its limit · muted: beyond it, to be left out · flooded: so much beyond it that the chat must end. */
export type Verdict = 'taken' | 'muted' | 'flooded';

/** One more of a kind came at `now` (ms since epoch). */
export function spend(pace: Pace, kind: Kind, now: number): { pace: Pace; verdict: Verdict } {
  const taken = take(pace[kind], allowances[kind], now);
  if (taken !== null) return { pace: { ...pace, [kind]: taken }, verdict: 'taken' };
  // A connection cannot be left out.
  const excess = kind === 'reconnect' ? null : take(pace.excess, allowances.excess, now);
  return excess === null ? { pace, verdict: 'flooded' } : { pace: { ...pace, excess }, verdict: 'muted' };
}

/**
 * The pace on a new transport, which begins with texts that come again and their acknowledgements: at most 20 and 20.
 * How many transports there are has a limit of its own.
 */
export const reconnected = (pace: Pace): Pace => ({ ...pace, control: full });

/** The bucket with one taken out, or null if there is none in it. */
function take({ owedMs, at }: Bucket, { burst, everyMs }: Allowance, now: number): Bucket | null {
  // A clock that was set back does not say how much time has passed: an honest peer must not suffer from that.
  const owed = now < at ? 0 : Math.max(0, owedMs - (now - at));
  return owed + everyMs > burst * everyMs ? null : { owedMs: owed + everyMs, at: now };
}
