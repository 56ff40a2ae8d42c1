// npm run fuzz -- [--minutes N] [--seed S]: every target with one fresh seed after the other until the time is over, or
// with the one seed that a failure printed.
import { parseArgs } from 'node:util';

import { freshSeed } from './seeds.ts';
import { targets } from './targets.ts';

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '1' }, seed: { type: 'string' } } });
const minutes = Number(values.minutes);
const seed = values.seed === undefined ? null : Number(values.seed);
if (!(minutes > 0 && minutes < Infinity)) refuse('--minutes takes a number above 0.');
if (seed !== null && !Number.isInteger(seed)) refuse('--seed takes a whole number.');

const endsAt = performance.now() + minutes * 60_000;
const inputs = new Map(targets.map(({ name }) => [name, 0]));
/** By target: one that failed is not tried again, the others go on. */
const failures = new Map<string, string>();

let rounds = 0;
do {
  const roundSeed = seed ?? freshSeed();
  rounds++;
  for (const target of targets) {
    // The first round is whole, so that no target is left out of a short run.
    if (failures.has(target.name) || (rounds > 1 && performance.now() >= endsAt)) continue;
    const outcome = await target.run(roundSeed);
    inputs.set(target.name, (inputs.get(target.name) ?? 0) + outcome.inputs);
    if (outcome.failure === null) continue;
    failures.set(target.name, outcome.failure);
    console.error(`\n${outcome.failure}\nAgain: npm run fuzz -- --seed ${roundSeed}\n`);
  }
} while (seed === null && performance.now() < endsAt && failures.size < targets.length);

for (const [name, tried] of inputs)
  console.log(`${tried.toString().padStart(9)} ${name}${failures.has(name) ? '   FAILED' : ''}`);
console.log(`${rounds} ${rounds === 1 ? 'round' : 'rounds'}, ${failures.size} of ${targets.length} targets failed`);
process.exitCode = failures.size === 0 ? 0 : 1;

function refuse(why: string): never {
  console.error(why);
  process.exit(2);
}
