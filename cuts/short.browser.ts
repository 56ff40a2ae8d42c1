import { expect, test } from 'playwright/test';

import { freshSeed } from '../fuzz/seeds.ts';
import { onThisMachine, onThreeMachines, whyNoNetwork } from './place.ts';
import { KINDS, NETWORK_KINDS, planOf } from './plan.ts';
import { reportOf } from './report.ts';
import { torture } from './run.ts';

const CUTS = 30;
const MESSAGES = 120;
/** Shorter than in the long run (main.ts), so that there is time for every kind. */
const LONGEST_MS = 3_000;

test(`a conversation under ${CUTS} cuts`, async () => {
  const without = whyNoNetwork();
  const kinds = KINDS.filter((kind) => without === null || !NETWORK_KINDS.includes(kind));
  const seed = freshSeed();
  console.log(`seed ${seed}${without === null ? '' : `; without cuts of the network, because ${without}`}`);
  const place = await (without === null ? onThreeMachines() : onThisMachine());
  try {
    const plan = planOf({ seed, cuts: CUTS, kinds, longestMs: LONGEST_MS });
    const outcome = await torture(place, { plan, seed, messages: MESSAGES, say: console.log });
    console.log(reportOf(outcome));
    expect(outcome.violations, `seed ${seed}`).toEqual([]);
  } finally {
    await place.close();
  }
});
