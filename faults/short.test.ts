import { expect, it } from 'vitest';

import { redisServer } from '../e2e/redis-process.ts';
import { FIXED_SEED } from '../fuzz/seeds.ts';
import { at, node } from '../scripts/places.js';
import { quietly } from '../scripts/step.js';

const LIMIT_MS = 180_000;
const ALL_WELL = 'one guest for every invite, every host back within 10 s, every pair met, no chat touched';

/** A process of its own, because the lines of its pages try to come back for ever. */
async function tried(...args: readonly string[]): Promise<string> {
  const main = at('faults', 'main.ts');
  const { output } = await quietly(node, [main, '--seed', String(FIXED_SEED), ...args], { limitMs: LIMIT_MS });
  return output;
}

it('a server that is alone is killed while people meet: all of them do', { timeout: LIMIT_MS }, async () => {
  expect(await tried('--nodes', '1', '--pairings', '10', '--faults', 'node')).toContain(ALL_WELL);
});

it.skipIf(redisServer() === undefined)(
  'one of two servers is killed, and then their Redis, while people meet: all of them do',
  { timeout: LIMIT_MS },
  async () => {
    expect(await tried('--nodes', '2', '--pairings', '20', '--faults', 'node,restart')).toContain(ALL_WELL);
  },
);
