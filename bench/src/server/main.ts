/*
 * `npm run bench:server`: measures the server beside those of named peers, prints the result and writes its part of
 * docs/benchmarks.md. Talks to 127.0.0.1 only; Linux only; about ten minutes. `--few --rounds 1` is for trying:
 * it takes a minute and writes nothing. `--long` lets 10,000 hosts of Porchlight wait for five minutes, and does nothing else.
 */
import { existsSync } from 'node:fs';
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';

import { ensureUws } from '../../../scripts/uws.js';
import { machine } from '../machine.ts';
import { writePart, writeScale } from '../write.ts';
import { ADAPTERS, passing, type AdapterRun } from './adapters.ts';
import { claiming, type ClaimRun } from './claiming.ts';
import type { Contender } from './contender.ts';
import { peerjs } from './contenders/peerjs.ts';
import { socketIoDefaults, socketIoWebsocket } from './contenders/plain-socket-io.ts';
import { porchlight, porchlightByInvite, porchlightOnTwo, porchlightOnUws } from './contenders/porchlight.ts';
import { silent } from './contenders/silent.ts';
import { wsRelay } from './contenders/ws-relay.ts';
import { yWebrtc } from './contenders/y-webrtc.ts';
import { pairings, type PairingRun } from './pairings.ts';
import { openFilesMax, startRedis, type Servers } from './processes.ts';
import { relaying, type RelayRun } from './relaying.ts';
import { serverAims, serverReport } from './report.ts';
import { scaleTable } from './scale.ts';
import type { ServerResults } from './results.ts';
import { crowd, type IdleRun, type WaitingRun } from './waiting.ts';

const { values: asked } = parseArgs({
  options: { rounds: { type: 'string', default: '5' }, few: { type: 'boolean' }, long: { type: 'boolean' } },
});
const ROUNDS = Number(asked.rounds);
const FEW = asked.few ?? false;

const PAIRINGS = FEW ? 200 : 800;
/** Before the first round at each process, so that the compilers have seen everything. */
const DISCARDED_PAIRINGS = FEW ? 200 : 1_500;
/** Besides the sockets, files of the process itself. */
const SPARE_FILES = 1_000;
const HOSTS = Math.min(FEW ? 1_000 : 10_000, openFilesMax() - SPARE_FILES);
const IDLE_SECONDS = FEW ? 5 : 30;
const LONG_SECONDS = 300;
const RELAY_SECONDS = FEW ? 1 : 2;
const TEXTS = FEW ? 1_000 : 4_000;
const VISITS = FEW ? 200 : 1_000;
const CLAIMS_PER_SECOND = 1_000;
const CLAIM_SECONDS = FEW ? 1 : 4;

if (asked.long) {
  const { run, idle, leave } = await withServers(porchlight, async (servers) => {
    const hosts = await crowd(porchlight, servers, HOSTS);
    return { ...hosts, idle: await hosts.idle(LONG_SECONDS) };
  });
  leave();
  say(JSON.stringify({ hosts: run.hosts, bytesPerHost: run.bytesPerHost, ...idle }));
  process.exit(0);
}

const missing: string[] = [];
const measuredOn = machine();
/** How busy the machine was while each part was measured. */
const loads: string[] = [];
const shared = await sharedContenders();
const onUws = await uwsContenders();

const pairing = await comparePairings([
  porchlight,
  ...onUws,
  ...shared,
  ...shared.map(() => porchlightByInvite),
  peerjs,
  yWebrtc,
  wsRelay,
  socketIoDefaults,
  socketIoWebsocket,
  ...[porchlight, ...onUws, socketIoWebsocket].map(silent),
]);
noteLoad('pairings');
const claims = await compareClaims([porchlight, ...onUws, ...shared]);
noteLoad('claims');
const relays = await compareRelays([porchlight, ...onUws, ...shared, peerjs, yWebrtc, wsRelay, socketIoWebsocket]);
noteLoad('relay');
const waiting = await compareWaiting([porchlight, ...onUws, peerjs, wsRelay, socketIoWebsocket]);
noteLoad('hosts');
const adapters = shared.length === 0 ? [] : await compareAdapters();
noteLoad('adapters');

const results: ServerResults = {
  machine: [
    ...measuredOn,
    `Load average after each part: ${loads.join(', ')}`,
    `Open files: ${openFilesMax().toLocaleString('en-US')} for each process`,
  ],
  rounds: ROUNDS,
  pairing,
  waiting,
  relaying: relays,
  claiming: claims,
  adapters,
  missing,
};
process.stdout.write(FEW ? serverReport(results) : await writePart('npm run bench:server', serverReport(results)));
const scale = scaleTable(results);
if (FEW) process.stdout.write(`${scale ?? ''}\n`);
else if (scale !== null) await writeScale(scale);
const missed = serverAims(results).filter(({ kept }) => !kept).length;
say(missed === 0 ? 'All aims kept.' : `${String(missed)} of the aims missed.`);
process.exit(0);

function noteLoad(part: string): void {
  loads.push(`${part} ${(loadavg()[0] ?? NaN).toFixed(1)}`);
}

/** Two nodes need a Redis to meet at. */
async function sharedContenders(): Promise<readonly Contender[]> {
  if (!existsSync(new URL('../../../apps/signal/src/store/redis.ts', import.meta.url))) {
    missing.push('Two nodes were not measured: this server has no Redis store.');
    return [];
  }
  try {
    const redis = await startRedis();
    await redis.stop();
    return [porchlightOnTwo];
  } catch {
    missing.push('Two nodes were not measured: there is no redis-server on this machine.');
    return [];
  }
}

/** The other engine needs packages that are not among ours. */
async function uwsContenders(): Promise<readonly Contender[]> {
  const uws = await ensureUws();
  if (!('missing' in uws)) return [porchlightOnUws(uws)];
  missing.push(`Porchlight on uWebSockets.js was not measured: it ${uws.missing}.`);
  return [];
}

async function comparePairings(contenders: readonly Contender[]): Promise<ServerResults['pairing']> {
  const series = await Promise.all(
    contenders.map(async (contender) => ({
      contender,
      servers: await contender.start(),
      runs: new Array<PairingRun>(),
    })),
  );
  for (const { contender, servers } of series) {
    await pairings(contender, servers, DISCARDED_PAIRINGS * (servers.pairsAt?.length ?? 1));
  }
  for (let round = 1; round <= ROUNDS; round += 1) {
    for (const { contender, servers, runs } of series) runs.push(await pairings(contender, servers, PAIRINGS));
    say(`Pairings: round ${String(round)} of ${String(ROUNDS)}`);
  }
  for (const { servers } of series) await servers.stop();
  return series.map(({ contender, runs }) => ({ contender: contender.name, runs }));
}

async function compareAdapters(): Promise<ServerResults['adapters']> {
  const series = ADAPTERS.map((contender) => ({ contender, runs: new Array<AdapterRun>() }));
  for (let round = 1; round <= ROUNDS; round += 1) {
    for (const { contender, runs } of series) runs.push(await passing(contender, TEXTS, VISITS));
    say(`Adapters: round ${String(round)} of ${String(ROUNDS)}`);
  }
  return series;
}

async function compareClaims(contenders: readonly Contender[]): Promise<ServerResults['claiming']> {
  const series = contenders.map((contender) => ({ contender, runs: new Array<ClaimRun>() }));
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const { contender, runs } of series) {
      const run = await withServers(contender, (servers) =>
        claiming(contender, servers, CLAIMS_PER_SECOND, CLAIM_SECONDS),
      );
      if (run !== null && round > 0) runs.push(run);
    }
    say(`Claims: round ${String(round)} of ${String(ROUNDS)}${round === 0 ? ' (discarded)' : ''}`);
  }
  return series.map(({ contender, runs }) => ({ contender: contender.name, runs }));
}

async function compareRelays(contenders: readonly Contender[]): Promise<ServerResults['relaying']> {
  const series = contenders.map((contender) => ({ contender, runs: new Array<RelayRun>() }));
  for (let round = 1; round <= ROUNDS; round += 1) {
    for (const { contender, runs } of series) {
      runs.push(await withServers(contender, (servers) => relaying(contender, servers, RELAY_SECONDS)));
    }
    say(`Relay: round ${String(round)} of ${String(ROUNDS)}`);
  }
  return series.map(({ contender, runs }) => ({ contender: contender.name, runs }));
}

/** A fresh server for each run, because memory that was used once is not given back. Only the last run rests. */
async function compareWaiting(contenders: readonly Contender[]): Promise<ServerResults['waiting']> {
  const series = contenders.map((contender) => ({
    contender,
    runs: new Array<WaitingRun>(),
    idle: undefined as IdleRun | undefined,
  }));
  for (let round = 1; round <= ROUNDS; round += 1) {
    for (const each of series) {
      await withServers(each.contender, async (servers) => {
        const { run, idle, leave } = await crowd(each.contender, servers, HOSTS);
        each.runs.push(run);
        if (round === ROUNDS) each.idle = await idle(IDLE_SECONDS);
        leave();
      });
    }
    say(`Hosts that wait: round ${String(round)} of ${String(ROUNDS)}`);
  }
  return series.map(({ contender, ...rest }) => ({ contender: contender.name, ...rest }));
}

async function withServers<T>(contender: Contender, measure: (servers: Servers) => Promise<T>): Promise<T> {
  const servers = await contender.start();
  try {
    return await measure(servers);
  } finally {
    await servers.stop();
  }
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
