import { serverFlags } from '../../../scripts/places.js';
import { median, range } from '../median.ts';
import { table } from '../table.ts';
import { ON_UWS, porchlight, porchlightByInvite, porchlightOnTwo } from './contenders/porchlight.ts';
import { peerjs } from './contenders/peerjs.ts';
import type { PairingRun } from './pairings.ts';
import type { ServerResults } from './results.ts';

/** What the project set itself, and whether these results keep it. */
export interface Aim {
  readonly text: string;
  readonly kept: boolean;
}

/** What the aims are for, by its name in the tables, what they call it, and how much it may cost. */
const ENGINES = [
  { name: porchlight.name, by: '', pairingFactorMax: 1.2, bytesPerHostMax: 12_000 },
  { name: ON_UWS, by: ' with uws', pairingFactorMax: 0.7, bytesPerHostMax: 8_000 },
];
const DELAY_P99_MAX_MS = 50;
const TWO_NODES_FACTOR_MIN = 1.7;
const TWO_NODES = [
  { name: porchlightOnTwo.name, where: 'each pair across both' },
  { name: porchlightByInvite.name, where: 'each pair on one' },
];

/** Compares the results with the aims of the project; one that was not measured is not among them. */
export function serverAims(results: ServerResults): readonly Aim[] {
  const aims: Aim[] = [];
  const theirs = cpuUs(results, peerjs.name);
  for (const { name, by, pairingFactorMax } of ENGINES) {
    const ours = cpuUs(results, name);
    if (ours === undefined || theirs === undefined) continue;
    aims.push({
      text: `CPU of a pairing${by} at most ${pairingFactorMax} × the PeerJS server’s of its own: ${(ours / theirs).toFixed(2)} ×`,
      kept: ours <= pairingFactorMax * theirs,
    });
  }
  for (const { name, by, bytesPerHostMax } of ENGINES) {
    const waiting = results.waiting.find(({ contender }) => contender === name);
    if (waiting === undefined) continue;
    const bytes = median(waiting.runs.map(({ bytesPerHost }) => bytesPerHost));
    aims.push({
      text: `Memory of a waiting host${by} at most ${kB(bytesPerHostMax)}: ${kB(bytes)}`,
      kept: bytes <= bytesPerHostMax,
    });
  }
  const hosts = results.waiting.find(({ contender }) => contender === porchlight.name);
  const peers = results.waiting.find(({ contender }) => contender === peerjs.name);
  if (hosts?.idle !== undefined && peers?.idle !== undefined) {
    aims.push({
      text: `CPU at rest at most the PeerJS server’s: ${percent(hosts.idle.cpuPercent)} against ${percent(peers.idle.cpuPercent)}`,
      kept: hosts.idle.cpuPercent <= peers.idle.cpuPercent,
    });
  }
  if (hosts?.idle !== undefined) {
    const { delayP99Ms, dropped } = hosts.idle;
    aims.push({
      text: `Event loop at rest late by less than ${DELAY_P99_MAX_MS} ms (p99), nobody dropped: ${ms(delayP99Ms)}, ${dropped} dropped`,
      kept: delayP99Ms < DELAY_P99_MAX_MS && dropped === 0,
    });
  }
  for (const { name, where } of TWO_NODES) {
    const factor = twoNodesFactor(results, name);
    if (factor === undefined) continue;
    aims.push({
      text: `Two nodes carry at least ${TWO_NODES_FACTOR_MIN} × one, by their CPU, ${where}: ${factor.toFixed(2)} ×`,
      kept: factor >= TWO_NODES_FACTOR_MIN,
    });
  }
  return aims;
}

/** The results as this command's part of docs/benchmarks.md. */
export function serverReport(results: ServerResults): string {
  const { machine, rounds, pairing, waiting, relaying, claiming, missing } = results;
  return [
    '## The server beside others',
    machine.map((line) => `- ${line}`).join('\n'),
    `Medians of ${rounds} runs (smallest–largest in brackets). Contenders take turns within each round. The load comes from a second process on the same machine, over 127.0.0.1, on raw sockets; CPU and memory are those of the server processes, by the operating system.`,
    '### Aims',
    serverAims(results)
      .map(({ text, kept }) => `- ${kept ? '✓' : '✗'} ${text}`)
      .join('\n'),
    ...missing,
    '### A whole pairing',
    table(
      ['', 'CPU', 'beside PeerJS', 'frames'],
      pairing.map(({ contender, runs }) => [
        contender,
        spread(runs, (run) => run.cpuUs, us),
        times(median(runs.map((run) => run.cpuUs)), cpuUs(results, peerjs.name)),
        one(runs, (run) => run.frames, whole),
      ]),
    ),
    HOW_PAIRINGS_ARE_MEASURED,
    ...twoNodes(results),
    '### Hosts that wait',
    table(
      ['', 'hosts', 'memory of each', 'CPU at rest', 'event loop late, p99', 'dropped'],
      waiting.map(({ contender, runs, idle }) => [
        contender,
        one(runs, (run) => run.hosts, whole),
        spread(runs, (run) => run.bytesPerHost, kB),
        idle === undefined ? '–' : percent(idle.cpuPercent),
        idle === undefined ? '–' : ms(idle.delayP99Ms),
        idle === undefined ? '–' : whole(idle.dropped),
      ]),
    ),
    `Resident memory after the hosts came, minus before, garbage collected both times; 200 hosts before them are not counted. CPU in percent of one core${
      waiting[0]?.idle === undefined ? '' : ` over ${waiting[0].idle.seconds} s`
    }, the clients’ own heartbeats included; the event loop is watched in the 10 s after that. Porchlight is started with what \`npm start\` tells Node (\`${serverFlags.join(' ')}\`), the others as they come.`,
    '### Boxes through the relay',
    table(
      ['', 'boxes per second', 'p50 at half of that', 'p99 at half of that'],
      relaying.map(({ contender, runs }) => [
        contender,
        spread(runs, (run) => run.boxesPerSecond, whole),
        one(runs, (run) => run.p50Ms, ms2),
        spread(runs, (run) => run.p99Ms, ms2),
      ]),
    ),
    '100 pairs, both sides sending boxes of 541 bytes in what the contender’s protocol wraps them. Full load: two boxes on their way each way. Half of it: on a timetable, and late from the moment a box was due. The load shares the machine’s cores with the server, so the fastest servers are measured with their load.',
    '### Claims',
    table(
      ['', 'claims per second', 'p50', 'p99'],
      claiming.map(({ contender, runs }) => [
        contender,
        one(runs, (run) => run.perSecond, whole),
        one(runs, (run) => run.p50Ms, ms2),
        spread(runs, (run) => run.p99Ms, ms2),
      ]),
    ),
    'Each at an invite of its own, over sockets that are open, on a timetable: from the moment a claim was due until its answer.',
    ...adaptersPart(results.adapters),
    '',
  ].join('\n\n');
}

const HOW_PAIRINGS_ARE_MEASURED = [
  '- From the first connection to the last: 16 pairs at a time for each process that takes people in, each with two new connections, all that both sides say until two browsers are connected, and both leaving.',
  '- Porchlight: open, claim, the three boxes of the handshake, the commit with the admission, three more boxes, the end; the sizes and the order are those of two real browsers. Every answer is checked; as in two browsers, a relayed box is answered only if it is refused.',
  '- Porchlight on uWebSockets.js: the same with `SIGNAL_ENGINE=uws`, on the newest Node that its binaries are for ([deploy.md](deploy.md)).',
  '- PeerJS and y-webrtc: an offer, an answer and two candidates each, in the clear, as their own clients send them on a machine with two network interfaces. y-webrtc’s server sends each message back to its sender as well. PeerJS’s client asks for an id over HTTP unless it has one; here it has.',
  '- The bare relay and Socket.IO: the same seven boxes as Porchlight, between two sockets in a room. Nothing is checked and nothing is held. With its defaults Socket.IO polls first.',
  '- And nothing said: two sockets that join and leave, which is the least that a pairing over that server can cost.',
  '- Frames: WebSocket frames that carry data, both ways; bodies of requests where a client polls.',
].join('\n');

function adaptersPart(adapters: ServerResults['adapters']): string[] {
  if (adapters.length === 0) return [];
  return [
    '### Adapters',
    table(
      ['Socket.IO on Redis', 'at two nodes', 'at a third node', 'at Redis', 'a socket that comes and goes', 'arrived'],
      adapters.map(({ contender, runs }) => [
        contender,
        spread(runs, (run) => run.passingUs, us),
        spread(runs, (run) => run.bystanderUs, us),
        spread(runs, (run) => run.redisUs, us),
        spread(runs, (run) => run.visitUs, us),
        percent(100 * median(runs.map((run) => run.arrived))),
      ]),
    ),
    'CPU of a box from a socket at one node to one at another: at these two, at a third that it does not concern, and at Redis; and what a socket costs, from its connection to its end, at its node and at Redis. The server used the one with a channel for each socket, for only with that a node does no work for the sockets of others. Now the script that changes an invite also publishes what is to be told, to one channel for each node ([scale.md](scale.md)).',
  ];
}

function twoNodes(results: ServerResults): string[] {
  const measured = TWO_NODES.flatMap(({ name, where }) => {
    const series = results.pairing.find(({ contender }) => contender === name);
    return series === undefined ? [] : [{ name, where, runs: series.runs }];
  });
  if (measured.length === 0) return [];
  return [
    '#### Two nodes on Redis',
    table(
      [
        '',
        ...(measured[0]?.runs[0]?.cpuUsOf.map(({ what }) => what) ?? []),
        'two carry',
        'Redis commands',
        'with what its scripts call',
      ],
      measured.map(({ name, where, runs }) => [
        where,
        ...(runs[0]?.cpuUsOf.map((_, n) => spread(runs, (run) => run.cpuUsOf[n]?.us ?? NaN, us)) ?? []),
        `${(twoNodesFactor(results, name) ?? NaN).toFixed(2)} × one`,
        one(runs, (run) => sentOf(run.commands ?? {}), decimal),
        one(runs, (run) => sumOf(run.commands ?? {}), decimal),
      ]),
    ),
    'CPU and commands of one pairing. Across both: every host is on the first node and every guest on the second, the worst case. On one: as a proxy has it that chooses by the invite ([scale.md](scale.md)). How much two carry is by their CPU: this machine has too few cores to run both at full load beside their load.',
    measured.map(({ where, runs }) => `- ${where}: ${commandsOf(runs)}`).join('\n'),
  ];
}

/** What scripts call, of ours and of what counts deeds. */
const WITHIN_SCRIPTS = new Set(
  'zrange incrby zcard set pttl zremrangebyscore zadd dbsize zscore pexpire time del publish'.split(' '),
);

/**
 * What the nodes sent. Each script but the one that takes room, of whose calls `zscore` is one, gets what it changes. That
 * one, and the one that counts deeds (`eval`), ask for one `pttl` each; others were sent, to see what was counted.
 */
function sentOf(commands: Readonly<Record<string, number>>): number {
  const { evalsha = 0, eval: counting = 0, zscore = 0, pttl = 0 } = commands;
  const sent = sumOf(commands, (name) => !WITHIN_SCRIPTS.has(name)) - (evalsha - zscore);
  return sent + Math.max(0, pttl - zscore - counting);
}

function commandsOf(runs: readonly PairingRun[]): string {
  const names = [...new Set(runs.flatMap(({ commands }) => Object.keys(commands ?? {})))];
  return names
    .map((name) => [name, median(runs.map(({ commands }) => commands?.[name] ?? 0))] as const)
    .filter(([, calls]) => calls >= 0.05)
    .map(([name, calls]) => `${name} ${decimal(calls)}`)
    .join(', ');
}

function sumOf(commands: Readonly<Record<string, number>>, counts: (name: string) => boolean = () => true): number {
  return Object.entries(commands).reduce((sum, [name, calls]) => sum + (counts(name) ? calls : 0), 0);
}

/** How much more two nodes carry than one: what a pairing costs one alone against the mean of what it costs both. */
function twoNodesFactor(results: ServerResults, name: string): number | undefined {
  const alone = cpuUs(results, porchlight.name);
  const shared = results.pairing.find(({ contender }) => contender === name);
  if (alone === undefined || shared === undefined) return undefined;
  const nodes = median(
    shared.runs.map((run) =>
      run.cpuUsOf.filter(({ what }) => what.endsWith('node')).reduce((sum, { us: each }) => sum + each, 0),
    ),
  );
  return (2 * alone) / nodes;
}

function cpuUs({ pairing }: ServerResults, name: string): number | undefined {
  const found = pairing.find(({ contender }) => contender === name);
  return found && median(found.runs.map((run) => run.cpuUs));
}

function spread<Run>(runs: readonly Run[], pick: (run: Run) => number, show: (value: number) => string): string {
  const values = runs.map(pick);
  const { min, max } = range(values);
  const bare = (value: number): string => show(value).replace(/ \D+$/, '');
  return `${show(median(values))} (${bare(min)}–${bare(max)})`;
}

function one<Run>(runs: readonly Run[], pick: (run: Run) => number, show: (value: number) => string): string {
  return show(median(runs.map(pick)));
}

function times(value: number, unit: number | undefined): string {
  return unit === undefined ? '–' : `${(value / unit).toFixed(2)} ×`;
}

const us = (value: number): string => `${whole(value)} µs`;
const ms = (value: number): string => `${value.toFixed(1)} ms`;
const ms2 = (value: number): string => `${value.toFixed(2)} ms`;
const kB = (bytes: number): string => `${(bytes / 1000).toFixed(1)} kB`;
const percent = (value: number): string => `${value.toFixed(1)} %`;
const decimal = (value: number): string => value.toFixed(1);
const whole = (value: number): string => Math.round(value).toLocaleString('en-US');
