/*
 * Faults (npm run test:faults): pairs of people meet over several real servers while these and their Redis break. Prints what
 * was felt of each fault; code 1 if an invite had two guests, a host was not back in time, a pair did not meet, a chat that
 * was there was touched, or a process ended.
 */
import { parseArgs } from 'node:util';

import { createRandom } from '../cuts/random.ts';
import { freshSeed } from '../fuzz/seeds.ts';
import { FAULTS } from './faults.ts';
import { openPorch } from './porch.ts';
import { run } from './run.ts';

const { values } = parseArgs({
  options: {
    pairings: { type: 'string', default: '200' },
    nodes: { type: 'string', default: '3' },
    faults: { type: 'string', default: Object.keys(FAULTS).join(',') },
    seed: { type: 'string', default: String(freshSeed()) },
  },
});
const pairings = wholeOf('pairings', 1);
const nodes = wholeOf('nodes', 1);
const seed = wholeOf('seed', 0);
const faults = values.faults
  .split(',')
  .map((name) => FAULTS[name] ?? refuse(`--faults takes ${Object.keys(FAULTS).join(', ')}.`));
console.log(
  `seed ${seed}: ${pairings} pairings, ${nodes === 1 ? 'one process in memory' : `${nodes} processes on one Redis`}`,
);

const porch = await openPorch(nodes);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => void porch.close().finally(() => process.exit(130)));
}
const { violations } = await run(porch, { faults, pairings, random: createRandom(seed) }, console.log).finally(
  porch.close,
);
for (const violation of violations) console.log(`VIOLATION: ${violation}`);
console.log(
  violations.length === 0
    ? 'one guest for every invite, every host back within 10 s, every pair met, no chat touched'
    : `\nAgain: npm run test:faults -- --seed ${seed} --pairings ${pairings} --nodes ${nodes} --faults ${values.faults}`,
);
// The lines of the pages try to come back for ever.
process.exit(violations.length === 0 ? 0 : 1);

function wholeOf(name: 'pairings' | 'nodes' | 'seed', least: number): number {
  const number = Number(values[name]);
  return Number.isSafeInteger(number) && number >= least
    ? number
    : refuse(`--${name} takes a whole number from ${least} on.`);
}

function refuse(why: string): never {
  console.error(why);
  process.exit(2);
}
