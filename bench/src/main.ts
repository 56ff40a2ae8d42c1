/*
 * `npm run bench`: measures Porchlight beside a bare RTCPeerConnection and PeerJS on this machine, prints the result
 * and writes its part of docs/benchmarks.md. Talks to 127.0.0.1 only and takes a few minutes.
 */

import type { Browser } from 'playwright';

import { launchChromium } from './browser.ts';
import { bundle, bundleOf } from './bundles.ts';
import { bare } from './contenders/bare.ts';
import { runOnce, type Contender, type Run } from './contenders/contender.ts';
import { peerjs } from './contenders/peerjs.ts';
import { porchlight } from './contenders/porchlight.ts';
import { measureCrypto, type CryptoFigures } from './crypto.ts';
import { machine } from './machine.ts';
import { startPorchlight, startYardsticks } from './processes.ts';
import { aims, report, type Results } from './report.ts';
import { measureTyping } from './typing.ts';
import { writePart } from './write.ts';
import { weigh } from './weight.ts';

const ROUNDS = 7;
const ADDED_ROUND_TRIPS_MS = [0, 100];
const PAGES = ['probe', 'bare', 'peerjs', 'crypto', 'room'];

for (const page of PAGES) await bundle(page);
const product = await startPorchlight();
const yardsticks = await startYardsticks();
const browser = await launchChromium();
try {
  const contenders = [porchlight(product.ports), bare(yardsticks.ports), peerjs(yardsticks.ports)];
  const results: Results = {
    machine: machine(browser.version()),
    rounds: ROUNDS,
    crypto: await compareCrypto(browser),
    connecting: await compareConnecting(contenders, browser),
    weights: await weigh(browser, product.ports),
    typing: await measureTyping(browser),
  };
  process.stdout.write(await writePart('npm run bench', report(results)));
  const missed = aims(results).filter(({ kept }) => !kept).length;
  say(missed === 0 ? 'All aims kept.' : `${String(missed)} of the aims missed.`);
} finally {
  await browser.close();
  await yardsticks.stop();
  await product.stop();
}

/** Every contender at every round trip once per round, so that a slow moment of the machine hits all of them. */
async function compareConnecting(contenders: readonly Contender[], on: Browser): Promise<Results['connecting']> {
  const series = ADDED_ROUND_TRIPS_MS.flatMap((addedRoundTripMs) =>
    contenders.map((contender) => ({ contender, addedRoundTripMs, runs: new Array<Run>() })),
  );
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const { contender, addedRoundTripMs, runs } of series) {
      const run = await runOnce(contender, on, addedRoundTripMs / 2);
      if (round > 0) runs.push(run);
    }
    say(`Connecting: round ${String(round)} of ${String(ROUNDS)}${round === 0 ? ' (discarded)' : ''}`);
  }
  return series.map(({ contender, ...rest }) => ({ contender: contender.name, ...rest }));
}

async function compareCrypto(on: Browser): Promise<Results['crypto']> {
  const page = await on.newPage();
  await page.addScriptTag({ path: bundleOf('crypto') });
  const inNode: CryptoFigures[] = [];
  const inChromium: CryptoFigures[] = [];
  for (let round = 0; round <= ROUNDS; round += 1) {
    const here = measureCrypto();
    const there = await page.evaluate(() => window.measureCrypto());
    if (round === 0) continue;
    inNode.push(here);
    inChromium.push(there);
  }
  await page.close();
  say('Cryptography: done');
  return [
    { place: 'Node', runs: inNode },
    { place: 'Chromium', runs: inChromium },
  ];
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
