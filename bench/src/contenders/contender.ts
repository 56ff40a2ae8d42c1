import type { Browser, Page } from 'playwright';

import { openPair, markOf, type Pair } from './pair.ts';

/** Who is measured. */
export type Name = 'Porchlight' | 'bare RTCPeerConnection' | 'PeerJS';

/** One of the things measured side by side. */
export interface Contender {
  readonly name: Name;
  /** Brings both pages to where only the host's click is missing, and says how that went. */
  prepare(pair: Pair): Promise<Ready>;
}

/** A pair that waits for the host's click. */
interface Ready {
  /** The accessible name of the button that starts it. */
  readonly button: string;
  /** Milliseconds from **Ask to join** to the knock on the host's page; null where there is no such thing. */
  readonly knockMs: number | null;
}

/** What one run gave. All in milliseconds. */
export interface Run {
  readonly knockMs: number | null;
  /** From the host's click until the guest's page shows the host's first message. */
  readonly firstMessageMs: number;
  /** Round trip between the two pages: the mean of ICE's own checks, and of pings over the data channel if it can. */
  readonly iceRoundTripMs: number | null;
  readonly pingMs: number | null;
  /** When each step was seen, counted from the click. */
  readonly steps: Readonly<Partial<Record<Step, number>>>;
}

/** What is seen on the way from the click to the first message, and on which side. */
export const STEPS = [
  ['host', 'connection made'],
  ['host', 'local offer'],
  ['guest', 'remote offer'],
  ['guest', 'local answer'],
  ['host', 'remote answer'],
  ['guest', 'ice connected'],
  ['host', 'ice connected'],
  ['guest', 'dtls connected'],
  ['host', 'dtls connected'],
  ['host', 'channel open'],
  ['host', 'composer usable'],
  ['guest', 'channel open'],
  ['guest', 'channel message'],
  ['guest', 'message shown'],
] as const satisfies readonly (readonly [Side, string])[];

type Side = 'host' | 'guest';

/** A step with its side, as it is printed. */
type Step = `${(typeof STEPS)[number][0]}: ${(typeof STEPS)[number][1]}`;

/** Everyone rests this long before each click, as a person would: what a page preloads it has by then. */
export const REST_MS = 800;

const PINGS = 5;

/** Runs a contender once on two fresh pages, with `oneWayMs` added to every path in each direction. */
export async function runOnce(contender: Contender, browser: Browser, oneWayMs: number): Promise<Run> {
  const pair = await openPair(browser, oneWayMs);
  try {
    const { button, knockMs } = await contender.prepare(pair);
    await pair.host.waitForTimeout(REST_MS);
    await pair.host.getByRole('button', { name: button, exact: true }).click();
    const shownAt = await markOf(pair.guest, 'message shown');
    const clickedAt = await markOf(pair.host, `clicked ${button}`);
    return {
      knockMs,
      firstMessageMs: shownAt - clickedAt,
      iceRoundTripMs: await pair.host.evaluate(() => window.probe.iceRoundTripMs()),
      pingMs: await pingMs(pair.host),
      steps: await stepsSince(clickedAt, pair),
    };
  } finally {
    await pair.close();
  }
}

async function stepsSince(clickedAt: number, pair: Pair): Promise<Run['steps']> {
  const marks = {
    host: await pair.host.evaluate(() => window.probe.marks),
    guest: await pair.guest.evaluate(() => window.probe.marks),
  };
  const steps: Partial<Record<Step, number>> = {};
  for (const [side, name] of STEPS) {
    // PeerJS makes a connection beforehand to see what the browser can do; only what follows the click counts.
    const at = marks[side][name]?.find((time) => time >= clickedAt);
    if (at !== undefined) steps[`${side}: ${name}`] = at - clickedAt;
  }
  return steps;
}

async function pingMs(host: Page): Promise<number | null> {
  const trips = await host.evaluate((count) => window.pingMs?.(count) ?? null, PINGS);
  return trips === null ? null : trips.reduce((sum, trip) => sum + trip, 0) / trips.length;
}
