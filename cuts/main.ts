/*
 * The torture test (npm run test:cuts): two people talk while everything between them breaks. Prints how long each kind of
 * cut was felt; code 1 if a message was lost, doubled, out of order or shown as delivered when it was not, or if the
 * conversation stopped.
 */
import { parseArgs } from 'node:util';

import { freshSeed } from '../fuzz/seeds.ts';
import { onThisMachine, onThreeMachines, whyNoNetwork } from './place.ts';
import { KINDS, NETWORK_KINDS, planOf, type Kind } from './plan.ts';
import { reportOf } from './report.ts';
import { torture } from './run.ts';

const { values } = parseArgs({
  options: {
    cuts: { type: 'string', default: '500' },
    messages: { type: 'string', default: '2000' },
    seed: { type: 'string', default: String(freshSeed()) },
    kinds: { type: 'string', default: KINDS.join(',') },
    longest: { type: 'string', default: '6' },
  },
});
const [cuts, messages, seed] = [wholeOf('cuts', 1), wholeOf('messages', 1), wholeOf('seed', 0)];
const longestMs = wholeOf('longest', 0) * 1_000;

const without = whyNoNetwork();
const asked = values.kinds.split(',').map(kindOf);
const kinds = without === null ? asked : asked.filter((kind) => !NETWORK_KINDS.includes(kind));
const skipped = asked.filter((kind) => !kinds.includes(kind));
if (skipped.length > 0) console.log(`skipped: ${skipped.join(', ')}, because ${without ?? 'nobody knows why'}.`);
if (kinds.length === 0) refuse('Nothing is left to do.');
console.log(`seed ${seed}: ${cuts} cuts of ${kinds.join(', ')}`);

const place = await (kinds.some((kind) => NETWORK_KINDS.includes(kind)) ? onThreeMachines() : onThisMachine());
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => void place.close().finally(() => process.exit(130)));
}
try {
  const plan = planOf({ seed, cuts, kinds, longestMs });
  const outcome = await torture(place, { plan, seed, messages, say: console.log });
  console.log(`\n${reportOf(outcome)}`);
  if (outcome.violations.length > 0) console.log(`\nAgain: npm run test:cuts -- --seed ${seed} --cuts ${cuts}`);
  process.exitCode = outcome.violations.length === 0 ? 0 : 1;
} finally {
  await place.close();
}

function wholeOf(name: 'cuts' | 'messages' | 'seed' | 'longest', least: number): number {
  const number = Number(values[name]);
  if (!Number.isSafeInteger(number) || number < least) refuse(`--${name} takes a whole number from ${least} on.`);
  return number;
}

function kindOf(word: string): Kind {
  return KINDS.find((kind) => kind === word) ?? refuse(`--kinds takes, separated by commas: ${KINDS.join(', ')}.`);
}

function refuse(why: string): never {
  console.error(why);
  process.exit(2);
}
