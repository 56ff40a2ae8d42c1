import { createRandom, type Random } from './random.ts';

/** The one who invites, and the one who comes. */
export type Side = 'host' | 'guest';
export const SIDES: readonly Side[] = ['host', 'guest'];
export const otherSide = (side: Side): Side => (side === 'host' ? 'guest' : 'host');

/**
 * What can happen to a chat.
 * `transport`: a page's RTCPeerConnection is closed. `reload`: a page is loaded again. `freeze`: a page stands still, as on
 * a phone in a pocket, and goes on. `cable`: the browser's machine has no link. `silence`: it has one, and no packet comes
 * through in either direction. `signaling`: the server is killed with SIGKILL and starts again, remembering nothing.
 */
export const KINDS = ['transport', 'reload', 'freeze', 'cable', 'silence', 'signaling'] as const;
export type Kind = (typeof KINDS)[number];

/** These need a network of their own for each browser. */
export const NETWORK_KINDS: readonly Kind[] = ['cable', 'silence'];

/** One thing that happens to one side, or to both through the server. */
export interface Fault {
  readonly kind: Kind;
  /** Null for the server's. */
  readonly side: Side | null;
  /** How long it lasts. A closed transport and a reload are over at once: 0. */
  readonly ms: number;
}

/** One cut: one fault, or two at the same time. */
export interface Cut {
  readonly faults: readonly Fault[];
  /** From when the chat goes on after the cut before, until this one begins. */
  readonly afterMs: number;
  /** It does not wait until the chat goes on after the cut before. */
  readonly atOnce: boolean;
}

/** How a cut is called in the table: by its kind, with `both` where both sides have it, or both kinds. */
export function nameOf({ faults }: Cut): string {
  const [one, other] = faults.map(({ kind }) => kind).sort();
  if (one === undefined || other === undefined) return one ?? 'nothing';
  return one === other ? `${one} of both` : `${one} + ${other}`;
}

/** A cut in full, e.g. `guest freeze 830 ms + host transport`. */
export const detailsOf = ({ faults, atOnce }: Cut): string =>
  (atOnce ? 'at once ' : '') +
  faults.map(({ kind, side, ms }) => [side, kind, ms > 0 ? `${ms} ms` : null].filter(Boolean).join(' ')).join(' + ');

/** The cuts of a run. The same seed gives the same cuts; when exactly each one comes is for the machine to say. */
export function planOf(options: { seed: number; cuts: number; kinds: readonly Kind[]; longestMs: number }): Cut[] {
  const { seed, cuts, kinds, longestMs } = options;
  const random = createRandom(seed);
  // Every kind comes in turn, in an order of its own each time, so that a short run leaves none out.
  const bag: Kind[] = [];
  return Array.from({ length: cuts }, (_, place) => {
    if (bag.length === 0) bag.push(...shuffled(kinds, random));
    const kind = bag.pop() ?? random.oneOf(kinds);
    return {
      faults: faultsOf(kind, kinds, random, longestMs),
      afterMs: random.whole(0, LONGEST_PAUSE_MS),
      atOnce: place > 0 && random.next() < AT_ONCE,
    };
  });
}

const LONGEST_PAUSE_MS = 1_500;
/** One cut in so many follows at once, and so many are two faults at the same time. */
const AT_ONCE = 1 / 6;
const TWO_AT_A_TIME = 1 / 3;
/** A network may be away for longer than a page. */
const NETWORK_LONGER = 4 / 3;

function faultsOf(kind: Kind, kinds: readonly Kind[], random: Random, longestMs: number): Fault[] {
  const side = random.oneOf(SIDES);
  const first = faultOf(kind, side, random, longestMs);
  if (random.next() >= TWO_AT_A_TIME) return [first];
  // The same on both sides as often as anything else on the other.
  const second = random.next() < 0.5 ? kind : random.oneOf(kinds);
  if (kind === 'signaling' && second === 'signaling') return [first];
  return [first, faultOf(second, otherSide(side), random, longestMs)];
}

function faultOf(kind: Kind, side: Side, random: Random, longestMs: number): Fault {
  const most = NETWORK_KINDS.includes(kind) ? longestMs * NETWORK_LONGER : longestMs;
  // Short ones are as frequent in a life as long ones are rare.
  const ms = kind === 'transport' || kind === 'reload' ? 0 : Math.round(random.next() ** 2 * most);
  return { kind, side: kind === 'signaling' ? null : side, ms };
}

function shuffled<T>(all: readonly T[], random: Random): T[] {
  return all
    .map((one) => ({ one, at: random.next() }))
    .sort((a, b) => a.at - b.at)
    .map(({ one }) => one);
}
