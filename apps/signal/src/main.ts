import { parseConfig, type Config } from './config.ts';
import { failureLine } from './failure.ts';
import { recorder } from './recorder.ts';
import { startServer, type Porchlight } from './server.ts';

/** Draining never takes longer than this; a process that is asked to stop does stop. */
const DRAIN_MS = 5_000;

const parsed = parseConfig(process.env);
if (!parsed.ok) fail(parsed.problem);
const { config } = parsed;

const server = await start(config).catch((error: unknown) => fail(sentence(error)));
say(`Porchlight is at ${server.address}`);

// Every change of an invite is one synchronous step, so a promise that fails leaves nothing half done, and ending the
// process would cut everybody off for one socket's trouble. What throws outside of promises still ends it, with its stack.
process.on('unhandledRejection', (error) => {
  say(failureLine(error));
});

for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void drain(server));

async function start({ recordTo, ...where }: Config): Promise<Porchlight> {
  if (where.trustedProxies > 0 && where.host === undefined) {
    say(
      'WARNING: TRUST_PROXY is set and HOST is not. Whoever reaches this port past the proxy chooses its own address.',
    );
  }
  if (recordTo === undefined) return startServer(where, { log: say });
  const onTraffic = recorder(recordTo);
  say('WARNING: everything received and sent is being recorded (PORCHLIGHT_RECORD). For tests only.');
  return startServer(where, { log: say, onTraffic });
}

async function drain(running: Porchlight): Promise<never> {
  say('Stopping.');
  setTimeout(() => process.exit(0), DRAIN_MS).unref();
  await running.close();
  process.exit(0);
}

function sentence(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE') return `Port ${String(config.port)} is taken; set PORT to another one.`;
  if (code === 'EACCES') return `Port ${String(config.port)} may not be used; set PORT to one above 1023.`;
  if (code === 'ENOTFOUND' || code === 'EADDRNOTAVAIL') return 'HOST is not an address of this machine.';
  return `The server could not start: ${error instanceof Error ? error.message : 'unknown reason'}.`;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function fail(problem: string): never {
  process.stderr.write(`${problem}\n`);
  process.exit(1);
}
