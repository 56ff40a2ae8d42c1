import { describe, expect, it } from 'vitest';

import { FIXED_SEED, freshSeed } from './seeds.ts';
import { targets } from './targets.ts';

const fresh = freshSeed();
console.log(`Fuzzing with the seeds ${FIXED_SEED} (fixed) and ${fresh} (fresh).`);

describe.each([
  ['the fixed seed', FIXED_SEED],
  ['a fresh seed', fresh],
])('every promise holds on hostile input from %s, %i', (_which, seed) => {
  it.each(targets.map((target) => [target.name, target] as const))('%s', async (_name, target) => {
    expect((await target.run(seed)).failure).toBeNull();
  });
});
