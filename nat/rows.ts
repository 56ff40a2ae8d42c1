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
}

/** `host`, `guest`: the rungs that this side may stand on, as `printed` in outcome.ts writes them. */
export type Expected =
  | { outcome: 'direct'; host: readonly string[]; guest: readonly string[] }
  | { outcome: 'relay'; host: readonly string[]; guest: readonly string[] }
  | { outcome: 'none' };

const direct = (...rungs: string[]): Expected => ({ outcome: 'direct', host: rungs, guest: rungs });
const relay = (host: readonly string[], guest = host): Expected => ({ outcome: 'relay', host, guest });

/** A relay at the one end, at the other or at both is the browsers' choice, and so is UDP or TCP where both work. */
const OWN = ['relay/udp', 'relay/tcp'];
const ANY = [...OWN, 'their relay'];

export const rows: readonly Row[] = [
  { host: 'open', guest: 'open', setup: 'turn', expected: direct('host', 'srflx', 'prflx') },
  { host: 'cone', guest: 'cone', setup: 'turn', expected: direct('srflx') },
  { host: 'cone', guest: 'cone', setup: 'stun', expected: direct('srflx') },
  { host: 'full cone', guest: 'symmetric', setup: 'turn', expected: direct('srflx', 'prflx') },
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
];

const SETUPS = { stun: ', no TURN', turn: '', tls: ', TURN/TLS', hide: ', address hidden' } as const;

/** A row's name, e.g. `cone – symmetric, no TURN`. */
export const nameOf = ({ host, guest, setup }: Row): string => `${host} – ${guest}${SETUPS[setup]}`;
