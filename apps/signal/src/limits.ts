import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';

import type { Crowd } from './crowd.ts';

/** What an address may do only so often. */
export type Deed = 'create' | 'claim' | 'attach' | 'wrong-token' | 'relay' | 'ice';

/** So many times within so many seconds. */
export interface Allowance {
  times: number;
  seconds: number;
}

/** Counts deeds by address key. Waits are in ms; 0 means that there is nothing to wait for. */
export interface Limits {
  /** Counts one, and says how long too early it came. */
  spend: (deed: Deed, key: string) => Promise<number>;
  /** How long one would come too early, without counting it. */
  wait: (deed: Deed, key: string) => Promise<number>;
}

/**
 * What one address may do. A school or a carrier may be behind it, so everything grows with how many sockets and invites
 * it may have: whoever is let in can do all that a page ever does, with room to spare, and a flood cannot.
 */
export function allowancesFor(sockets: Crowd, invites: Crowd): Record<Deed, Allowance> {
  return {
    // After a restart every host brings all its invites back at once; and once more, if that restart failed.
    create: { times: 2 * invites.perAddress, seconds: TEN_MINUTES },
    // A guest claims once; again when the answer was lost, the host was away or the seat was taken.
    claim: { times: 4 * sockets.perAddress, seconds: TEN_MINUTES },
    // A page attaches once for every socket that broke. A whole building's network may break a few times.
    attach: { times: 4 * sockets.perAddress, seconds: TEN_MINUTES },
    // Nobody shows a wrong token by guessing right. A copied tab, or a guest whose seat lapsed meanwhile, shows one.
    'wrong-token': { times: Math.ceil(sockets.perAddress / 5), seconds: TEN_MINUTES },
    // A handshake with its candidates is ten to thirty boxes, and few sockets are in one in the same minute.
    relay: { times: 8 * sockets.perAddress, seconds: 60 },
    // Asked for once in each attempt to connect. Every answer may be an hour of somebody's TURN server.
    ice: { times: 2 * sockets.perAddress, seconds: TEN_MINUTES },
  };
}

/** Counts in this process; a restart forgets. A window begins with its first deed. */
export function createLimits(allowances: Readonly<Record<Deed, Allowance>>): Limits {
  const limiter = ({ times, seconds }: Allowance): RateLimiterMemory =>
    new RateLimiterMemory({ points: times, duration: seconds });
  const limiters: Record<Deed, RateLimiterMemory> = {
    create: limiter(allowances.create),
    claim: limiter(allowances.claim),
    attach: limiter(allowances.attach),
    'wrong-token': limiter(allowances['wrong-token']),
    relay: limiter(allowances.relay),
    ice: limiter(allowances.ice),
  };
  return {
    async spend(deed, key) {
      try {
        await limiters[deed].consume(key);
        return 0;
      } catch (refused) {
        if (refused instanceof RateLimiterRes) return Math.max(1, refused.msBeforeNext);
        throw refused;
      }
    },
    async wait(deed, key) {
      const counted = await limiters[deed].get(key);
      return counted === null || counted.remainingPoints > 0 ? 0 : Math.max(0, counted.msBeforeNext);
    },
  };
}

const TEN_MINUTES = 600;
