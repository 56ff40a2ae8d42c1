import type { Kind } from './kinds.ts';

/**
 * What the operator has set up. `stun`: a STUN server; `turn`: TURN over UDP and TCP too; `tls`: TURN over TLS on 443 as
 * well; `hide`: as `turn`, with HIDE_ADDRESS=default. TLS is offered only where it is looked at, because a browser that
 * has both at once may settle on either.
 */
export type Setup = 'stun' | 'turn' | 'tls' | 'hide';

/** One row of the table: who sits behind what, and what must come of it. */
export interface Row {
  readonly host: Kind;
  readonly guest: Kind;
  readonly setup: Setup;
  readonly expected: Expected;
  /** Whether the guest's line is cut for a while in the middle of the chat, which must then go on. */
  readonly cut?: true;
}

/** `host`, `guest`: the rungs that this side may stand on, as `printed` in outcome.ts writes them. */
export type Expected =
  | { outcome: 'direct'; host: readonly string[]; guest: readonly string[] }
  | { outcome: 'relay'; host: readonly string[]; guest: readonly string[] }
  | { outcome: 'either'; host: readonly string[]; guest: readonly string[] }
  | { outcome: 'none' };

const direct = (...rungs: string[]): Expected => ({ outcome: 'direct', host: rungs, guest: rungs });
const relay = (host: readonly string[], guest = host): Expected => ({ outcome: 'relay', host, guest });

/** A relay at the one end, at the other or at both is the browsers' choice, and so is UDP or TCP where both work. */
const OWN = ['relay/udp', 'relay/tcp'];
const ANY = [...OWN, 'their relay'];

/**
 * With TURN at hand a chat may stay on it although a direct way is there: Chromium was seen to drop a direct pair whose every
 * check was answered, probably because a check out of the other side's relay that comes before its candidate ranks as prflx,
 * above srflx (RFC 8445 5.1.2.1). So what must be direct is shown without TURN.
 */
const either = (...rungs: string[]): Expected => ({ outcome: 'either', host: rungs, guest: rungs });

export const rows: readonly Row[] = [
  { host: 'open', guest: 'open', setup: 'stun', expected: direct('host', 'srflx', 'prflx') },
  { host: 'cone', guest: 'cone', setup: 'stun', expected: direct('srflx', 'prflx') },
  { host: 'full cone', guest: 'symmetric', setup: 'stun', expected: direct('srflx', 'prflx') },
  { host: 'cone', guest: 'cone', setup: 'turn', expected: either('srflx', 'prflx', ...ANY) },
  // A cone that lets in only what it sent to does not know the symmetric side's port: this is for the relay.
  { host: 'cone', guest: 'symmetric', setup: 'turn', expected: relay(ANY) },
  { host: 'symmetric', guest: 'cone', setup: 'turn', expected: relay(ANY) },
  { host: 'symmetric', guest: 'symmetric', setup: 'turn', expected: relay(ANY) },
  { host: 'no udp', guest: 'cone', setup: 'turn', expected: relay(['relay/tcp'], ANY) },
  { host: 'no udp', guest: 'no udp', setup: 'turn', expected: relay(['relay/tcp']) },
  { host: 'only 443', guest: 'cone', setup: 'tls', expected: relay(['relay/tls'], [...ANY, 'relay/tls']) },
  { host: 'only 443', guest: 'only 443', setup: 'tls', expected: relay(['relay/tls']) },
  { host: 'symmetric', guest: 'symmetric', setup: 'stun', expected: { outcome: 'none' } },
  { host: 'cone', guest: 'cone', setup: 'hide', expected: relay(OWN) },
  { host: 'open', guest: 'open', setup: 'hide', expected: relay(OWN) },
  { host: 'cone', guest: 'cone', setup: 'stun', expected: direct('srflx', 'prflx'), cut: true },
];

/** Long enough for both browsers to give up the way they had. */
export const CUT_MS = 8_000;

const SETUPS = { stun: ', no TURN', turn: '', tls: ', TURN/TLS', hide: ', address hidden' } as const;

/** A row's name, e.g. `cone – symmetric, no TURN`. */
export const nameOf = ({ host, guest, setup, cut }: Row): string =>
  `${host} – ${guest}${SETUPS[setup]}${cut ? `, guest cut off for ${CUT_MS / 1_000} s` : ''}`;
