import { RateLimiterMemory, RateLimiterRes, type RateLimiterAbstract } from 'rate-limiter-flexible';

import type { Crowd } from './crowd.ts';

/** What may be done only so often: `ice` in one invite, the others from one address. */
export type Deed = 'create' | 'wrong-token' | 'astray' | 'ice' | 'doctor';

/** So many times within so many seconds. */
export interface Allowance {
  times: number;
  seconds: number;
}

/** Counts deeds by a key. Waits are in ms; 0 means that there is nothing to wait for. */
export interface Limits {
  /** Counts one, and says how long too early it came. */
  spend: (deed: Deed, key: string) => Promise<number>;
  /** How long one would come too early, without counting it. */
  wait: (deed: Deed, key: string) => Promise<number>;
}

/**
 * What one address may do. A school or a carrier may be behind it, so everything grows with how many sockets and invites
 * it may have. What a right token or a place in an invite allows is not counted here, or one neighbour could use up what
 * all the others need: a socket's own meter bounds that.
 */
export function allowancesFor(sockets: Crowd, invites: Crowd): Record<Deed, Allowance> {
  return {
    // After a restart every host brings all its invites back at once; and once more, if that restart failed.
    create: { times: 2 * invites.perAddress, seconds: TEN_MINUTES },
    // Nobody shows a wrong token by guessing right. A copied tab, or a guest whose seat lapsed meanwhile, shows one.
    'wrong-token': { times: Math.ceil(sockets.perAddress / 5), seconds: TEN_MINUTES },
    // About an invite in which the socket has no place: a box that crossed an end, nothing else.
    astray: { times: 8 * sockets.perAddress, seconds: 60 },
    // Two sides that each reload every minute. By invite, because a neighbour could use up an address's; how many invites
    // an address makes is counted already.
    ice: { times: 20, seconds: TEN_MINUTES },
    // A person who tries one network after the other. Few, whoever is behind the address: each may cost a place at TURN.
    doctor: { times: 5, seconds: 300 },
  };
}

/** Makes what counts one deed: so many points within so many seconds. */
export type Counting = (deed: Deed, allowance: { points: number; duration: number }) => RateLimiterAbstract;

/** Counts in this process; a restart forgets. */
export const inMemory: Counting = (_, allowance) => new RateLimiterMemory(allowance);

/** Counts with what `counting` makes. A window begins with its first deed. */
export function createLimits(allowances: Readonly<Record<Deed, Allowance>>, counting: Counting): Limits {
  const limiter = (deed: Deed): RateLimiterAbstract => {
    const { times, seconds } = allowances[deed];
    return counting(deed, { points: times, duration: seconds });
  };
  const limiters: Record<Deed, RateLimiterAbstract> = {
    create: limiter('create'),
    'wrong-token': limiter('wrong-token'),
    astray: limiter('astray'),
    ice: limiter('ice'),
    doctor: limiter('doctor'),
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
