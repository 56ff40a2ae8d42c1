import { check } from './check.ts';
import { parseConfig, warningsOf } from './config.ts';
import { noFigures } from './figures.ts';
import { inBatches, inJson, inSentences, type Journal } from './journal.ts';
import { recorder } from './recorder.ts';
import type { OnTraffic } from './relay.ts';
import { startServer, type Porchlight } from './server.ts';

const CHECK = '--check-config';

/** A signal that comes again so soon, in ms, is the same one: a terminal, npm and a shell may each pass it on. */
const ONE_SIGNAL_MS = 500;

const unknown = process.argv.slice(2).find((argument) => argument !== CHECK);
if (unknown !== undefined) fail(`There is no option ${JSON.stringify(unknown)}; there is ${CHECK}.`);

const parsed = parseConfig(process.env);
if (!parsed.ok) fail(parsed.problem);
const { config } = parsed;

if (process.argv.includes(CHECK)) {
  const { ok, sentences } = await check(config);
  if (!ok) fail(sentences.join('\n'));
  write(`${sentences.join('\n')}\n`);
  process.exit(0);
}

const log = inBatches(write);
process.on('exit', log.flush);
const journal: Journal = config.logFormat === 'json' ? inJson(log.write) : inSentences(log.write);
const figures = await giveFigures();
const server = await startServer(config, {
  journal,
  figures: figures?.metrics ?? noFigures,
  onTraffic: config.recordTo === undefined ? () => undefined : recording(config.recordTo),
}).catch((error: unknown) => fail(cannotListen(error, { port: 'PORT', host: 'HOST' }, config.port)));
for (const sentence of warningsOf(config)) journal({ about: 'warning', sentence });
journal({ about: 'ready', address: server.address });
if (figures !== undefined) journal({ about: 'metrics', address: figures.address });

// Every change of an invite is one atomic step, so a promise that fails leaves nothing half done, and ending the process
// would cut everybody off for one socket's trouble. What throws outside of promises still ends it, with its stack.
process.on('unhandledRejection', (error) => {
  journal({ about: 'failure', error });
});

let askedAt: number | undefined;
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.on(signal, () => {
    if (askedAt === undefined) {
      askedAt = performance.now();
      void stop(server);
    } else if (performance.now() - askedAt > ONE_SIGNAL_MS) process.exit(1);
  });
}

async function stop({ drain }: Porchlight): Promise<never> {
  setTimeout(() => {
    journal({ about: 'warning', sentence: 'DRAIN_MS is over, so whoever is still here is cut off.' });
    process.exit(0);
  }, config.drainMs);
  await drain(config.drainMs).catch((error: unknown) => {
    journal({ about: 'failure', error });
  });
  process.exit(0);
}

/** Opens the port for Prometheus, if there is to be one. Only then is anything loaded that counts. */
async function giveFigures() {
  const { metrics: where } = config;
  if (where === undefined) return undefined;
  const { createMetrics, serveMetrics } = await import('./metrics.ts');
  const metrics = createMetrics();
  const { address } = await serveMetrics(metrics, where).catch((error: unknown) =>
    fail(cannotListen(error, { port: 'METRICS_PORT', host: 'METRICS_HOST' }, where.port)),
  );
  return { metrics, address };
}

function recording(file: string): OnTraffic {
  try {
    return recorder(file);
  } catch (error) {
    return fail(cannotStart(error));
  }
}

/** Why the server could not start, with the names of the variables that say where to listen. */
function cannotListen(error: unknown, names: { port: string; host: string }, port: number): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE') return `Port ${String(port)} is taken; set ${names.port} to another one.`;
  if (code === 'EACCES') return `Port ${String(port)} may not be used; set ${names.port} to one above 1023.`;
  if (code === 'ENOTFOUND' || code === 'EADDRNOTAVAIL') return `${names.host} is not an address of this machine.`;
  return cannotStart(error);
}

function cannotStart(error: unknown): string {
  return `The server could not start: ${error instanceof Error ? error.message : 'unknown reason'}.`;
}

function write(text: string): void {
  process.stdout.write(text);
}

function fail(problem: string): never {
  process.stderr.write(`${problem}\n`);
  process.exit(1);
}
