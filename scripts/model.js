// npm run model: walks every state of docs/model/claim.pml with Spin, and shows that its checks can fail.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { at } from './places.js';
import { main, quietly, StepFailed } from './step.js';

const MODEL = at('docs', 'model', 'claim.pml');
const PROGRAMS = ['spin', 'gcc'];
const PACKAGES = ['spin', 'gcc', 'libc6-dev'];
const INSTALL_LIMIT_MS = 900_000;
const CHECK_LIMIT_MS = 120_000;

/** Longer than any path through the model; Spin says so if it is not. */
const MAX_DEPTH = 20_000;

/**
 * `breaks`: a part of the assertion that has to be violated, as Spin prints it; null: none may be.
 * @typedef {{ name: string, flags: readonly string[], breaks: string | null }} Variant
 */

/** @type {readonly Variant[]} */
const VARIANTS = [
  { name: 'the machine as specified', flags: [], breaks: null },
  { name: 'a naive commit', flags: ['-DNAIVE'], breaks: '(seat-1)' },
  { name: 'a forgetful server and host', flags: ['-DFORGETFUL'], breaks: '(inChat[0]&&inChat[1])' },
];

await main(async () => {
  await ensureSpin();
  let failed = 0;
  for (const variant of VARIANTS) {
    const { asExpected, said } = judge(variant, await check(variant));
    console.log(`${asExpected ? 'ok    ' : 'NOT OK'} ${variant.name}: ${said}`);
    if (!asExpected) failed += 1;
  }
  return failed === 0 ? 0 : 1;
});

/** Installs Spin and a C compiler from the system's packages, as root, unless they are there. */
async function ensureSpin() {
  if (await allStart(PROGRAMS)) return;
  const wanted = `The model needs ${PROGRAMS.join(' and ')}`;
  if (process.getuid?.() !== 0 || !(await allStart(['apt-get']))) {
    throw new StepFailed(wanted, `on Debian: apt-get install ${PACKAGES.join(' ')} (as root).`, '');
  }
  console.log(`${wanted}: installing …`);
  const options = { limitMs: INSTALL_LIMIT_MS, env: { DEBIAN_FRONTEND: 'noninteractive' } };
  // Lists that cannot be refreshed may still be good enough.
  await quietly('apt-get', ['update'], options);
  const { output } = await quietly('apt-get', ['install', '-y', '--no-install-recommends', ...PACKAGES], options);
  if (!(await allStart(PROGRAMS))) throw new StepFailed(wanted, 'apt-get did not bring it.', output);
}

/** @param {readonly string[]} programs */
async function allStart(programs) {
  for (const program of programs) {
    const { ok, output } = await quietly('which', [program]);
    if (!ok || output.trim() === '') return false;
  }
  return true;
}

/**
 * Translates, compiles and runs one variant in a folder of its own; gives what the search printed.
 * @param {Variant} variant
 * @returns {Promise<string>}
 */
async function check({ name, flags }) {
  const folder = mkdtempSync(join(tmpdir(), 'porchlight-model-'));
  try {
    /** @type {readonly [string, readonly string[]][]} */
    const commands = [
      ['spin', ['-a', ...flags, MODEL]],
      ['gcc', ['-O2', '-w', '-DSAFETY', '-o', 'pan', 'pan.c']],
      [join(folder, 'pan'), [`-m${String(MAX_DEPTH)}`]],
    ];
    let output = '';
    for (const [command, args] of commands) {
      const result = await quietly(command, args, { cwd: folder, limitMs: CHECK_LIMIT_MS });
      if (!result.ok) throw new StepFailed(`${name}: ${command}`, result.why, result.output);
      output = result.output;
    }
    return output;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * Whether the search ended as it must, and how, in a few words.
 * @param {Variant} variant @param {string} output
 */
function judge({ breaks }, output) {
  const errors = /errors: (\d+)/.exec(output)?.[1];
  const states = /(\d+) states, stored/.exec(output)?.[1];
  if (errors === undefined || states === undefined)
    throw new StepFailed('The model', "Spin's answer is not understood.", output);
  const problem = /^pan:\d+: (.+?)(?: \(at depth \d+\))?$/m.exec(output)?.[1] ?? null;
  // Cut short by any bound, a search without an error has shown nothing.
  const whole = !/Search not completed|max search depth too small|out of memory|resource limit/i.test(output);
  if (errors === '0') {
    const said = `no error in ${whole ? 'all' : 'only a part:'} ${states} states`;
    return { asExpected: breaks === null && whole, said };
  }
  const asExpected = breaks !== null && problem?.includes(breaks) === true;
  return { asExpected, said: `${problem ?? 'an error'} after ${states} states` };
}
