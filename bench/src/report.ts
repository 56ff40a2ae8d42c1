import { STEPS, type Name, type Run } from './contenders/contender.ts';
import type { CryptoFigures } from './crypto.ts';
import { median, range } from './median.ts';
import { table } from './table.ts';
import type { TypingFigures } from './typing.ts';
import type { Weight } from './weight.ts';

/** Everything that was measured. */
export interface Results {
  /** What it was measured on, one line each. */
  readonly machine: readonly string[];
  /** Runs per figure, the discarded first one not counted. */
  readonly rounds: number;
  readonly crypto: readonly { readonly place: string; readonly runs: readonly CryptoFigures[] }[];
  readonly connecting: readonly Series[];
  readonly weights: readonly [Weight, ...Weight[]];
  readonly typing: readonly TypingFigures[];
}

/** The runs of one contender at one added round trip. */
export interface Series {
  readonly contender: Name;
  readonly addedRoundTripMs: number;
  readonly runs: readonly Run[];
}

/** What the project set itself, and whether these results keep it. */
export interface Aim {
  readonly text: string;
  readonly kept: boolean;
}

const FIRST_PAGE_MAX_BYTES = 60_000;
const BARE_FACTOR_MAX = 1.3;
/** From the key to the next paint, for 95 of 100 keys, however long the chat is. */
const TYPING_P95_MAX_MS = 50;
/** The aims about connecting hold at this added round trip. */
const AIM_ROUND_TRIP_MS = 100;

/** Compares the results with the aims of the project. Throws when a contender was not measured at 100 ms. */
export function aims({ connecting, weights, typing }: Results): readonly Aim[] {
  const first = (name: Name): number => {
    const found = connecting.find((s) => s.contender === name && s.addedRoundTripMs === AIM_ROUND_TRIP_MS);
    if (found === undefined) throw new Error(`${name} was not measured at ${String(AIM_ROUND_TRIP_MS)} ms`);
    return median(found.runs.map(({ firstMessageMs }) => firstMessageMs));
  };
  const [ours, bare, peerjs] = [first('Porchlight'), first('bare RTCPeerConnection'), first('PeerJS')];
  const [firstPage] = weights;
  return [
    {
      text: `First page at most ${kB(FIRST_PAGE_MAX_BYTES)}: ${kB(firstPage.brotliBytes)}`,
      kept: firstPage.brotliBytes <= FIRST_PAGE_MAX_BYTES,
    },
    {
      text: `**Let in** to first message at most ${String(BARE_FACTOR_MAX)} × bare at 100 ms: ${(ours / bare).toFixed(2)} ×`,
      kept: ours <= BARE_FACTOR_MAX * bare,
    },
    {
      text: `**Let in** to first message below PeerJS's connect at 100 ms: ${ms(ours)} against ${ms(peerjs)}`,
      kept: ours < peerjs,
    },
    ...typing.map(({ messages, p95Ms }) => ({
      text: `Key to paint at most ${ms(TYPING_P95_MAX_MS)} with ${count(messages)} messages (p95): ${ms(p95Ms)}`,
      kept: p95Ms <= TYPING_P95_MAX_MS,
    })),
  ];
}

/** The results as this command's part of docs/benchmarks.md. */
export function report(results: Results): string {
  const { rounds, machine, crypto, connecting, weights, typing } = results;
  return [
    '## Two browsers',
    machine.map((line) => `- ${line}`).join('\n'),
    `Medians of ${String(rounds)} runs (smallest–largest in brackets). Contenders take turns within each round; one round before them is discarded.`,
    '### Aims',
    aims(results)
      .map(({ text, kept }) => `- ${kept ? '✓' : '✗'} ${text}`)
      .join('\n'),
    '### From the click to the first message',
    connectingTable(connecting),
    HOW_CONNECTING_IS_MEASURED,
    '#### Where the time goes',
    'Milliseconds after the click at which each step was seen (median). *dtls connected* is `connectionState`, so it says that DTLS and ICE are both up.',
    stepsTable(connecting),
    '### JavaScript',
    table(
      ['Moment', 'scripts', 'brotli 11'],
      weights.map(({ moment, scripts, brotliBytes }) => [moment, String(scripts), kB(brotliBytes)]),
    ),
    'What Chromium really loaded from the production build with an empty cache and 100 ms of added round trip, inline scripts included.',
    '### Writing in a long chat',
    table(
      ['messages', 'key to paint', 'p95', 'elements in the page', 'memory of its scripts'],
      typing.map(({ messages, medianMs, p95Ms, elements, heapBytes }) => [
        count(messages),
        ms(medianMs),
        ms(p95Ms),
        count(elements),
        `${(heapBytes / 1e6).toFixed(1)} MB`,
      ]),
    ),
    'The room of the product by itself, with so many messages in it. From the time stamp of each key to the task behind the next frame; memory after a garbage collection.',
    '### Cryptography',
    cryptoTable(crypto),
    'One thread. Guest: `beginHandshake` and `finish`. Host: `answerHandshake`. Frames are sealed and opened within one key epoch, padding included.',
    '',
  ].join('\n\n');
}

const HOW_CONNECTING_IS_MEASURED = [
  '- Porchlight: the production build and the real server. From **Let in** until the guest’s page shows the host’s first message, which the host’s page sends the moment its composer can be used. Knock: from **Ask to join** until the host’s page shows **Let in**.',
  '- Bare: one `RTCPeerConnection` on each side, signals trickled over a Socket.IO server that only passes them on, the same kind of data channel. From the click that makes the offer until the guest’s page shows the message that the host sends when the channel opens.',
  '- PeerJS: its client and its server, `{ reliable: true }`. From the click that calls `peer.connect()` until the guest’s page shows the message that the host sends on `open`.',
  '- Alike for all: one Chromium with the same flags, two fresh contexts per run, sockets open and pages at rest before the click, no STUN or TURN, the same probe in every page. Times are taken inside the pages, from the click event to the change of the page, on the one clock of the machine.',
  '- The added round trip: the TCP way to each server passes a proxy that holds every byte back for half of it in each direction. Between the peers, each remote candidate that a page is told is replaced by a UDP door on 127.0.0.1 that forwards to the real one after the same time, and so do the answers; candidates that cannot be led so (TCP, IPv6) are dropped. Without an added round trip there is no proxy. The round trip measured between the peers stands beside the figures: by ICE’s own checks, and by pings over the data channel where the page can send them.',
].join('\n');

function connectingTable(connecting: readonly Series[]): string {
  return table(
    ['', 'added round trip', 'knock', 'first message', 'round trip by ICE', 'by ping'],
    connecting.map(({ contender, addedRoundTripMs, runs }) => [
      contender,
      `${String(addedRoundTripMs)} ms`,
      spread(runs.map(({ knockMs }) => knockMs)),
      spread(runs.map(({ firstMessageMs }) => firstMessageMs)),
      medianOr(runs.map(({ iceRoundTripMs }) => iceRoundTripMs)),
      medianOr(runs.map(({ pingMs }) => pingMs)),
    ]),
  );
}

function stepsTable(connecting: readonly Series[]): string {
  return table(
    ['', ...connecting.map(({ contender, addedRoundTripMs }) => `${contender}, ${String(addedRoundTripMs)} ms`)],
    STEPS.map(([side, name]) => [
      `${side}: ${name}`,
      ...connecting.map(({ runs }) =>
        medianOr(
          runs.map(({ steps }) => steps[`${side}: ${name}`] ?? null),
          0,
        ),
      ),
    ]),
  );
}

function cryptoTable(crypto: Results['crypto']): string {
  const figure = (runs: readonly CryptoFigures[], pick: (run: CryptoFigures) => number): number =>
    median(runs.map(pick));
  return table(
    ['', 'handshake, guest', 'handshake, host', 'frames per second'],
    crypto.map(({ place, runs }) => [
      place,
      ms(figure(runs, ({ guestMs }) => guestMs)),
      ms(figure(runs, ({ hostMs }) => hostMs)),
      (runs[0]?.texts ?? [])
        .map(({ bytes }, n) => {
          const sealed = figure(runs, ({ texts }) => texts[n]?.sealedPerSecond ?? NaN);
          const opened = figure(runs, ({ texts }) => texts[n]?.openedPerSecond ?? NaN);
          return `${count(bytes)} bytes: ${count(sealed)} sealed, ${count(opened)} opened`;
        })
        .join('; '),
    ]),
  );
}

function spread(values: readonly (number | null)[]): string {
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return '–';
  const { min, max } = range(known);
  return `${ms(median(known))} (${min.toFixed(0)}–${max.toFixed(0)})`;
}

function medianOr(values: readonly (number | null)[], digits = 1): string {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? '–' : median(known).toFixed(digits);
}

function ms(value: number): string {
  return `${value.toFixed(1)} ms`;
}

function kB(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} kB`;
}

function count(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}
