import { at } from '../scripts/places.js';
import { startProcess, type ServerProcess } from './server-process.ts';

/** The real server, in its own process, with the production build. */
export interface PorchServer {
  /** The same before and after a restart. */
  readonly origin: string;
  /** Asks it to stop, as an operator would or by another signal, and waits until it has. */
  stop: (signal?: NodeJS.Signals) => Promise<void>;
  /** Starts it again on the same port. It remembers nothing. */
  start: () => Promise<void>;
  /** Moves its clock forward. Only with `clock: true`. */
  letPass: (ms: number) => void;
}

/**
 * Starts a server on a free port. `recordTo` names the file that gets every packet it receives or sends;
 * `clock` starts the one whose clock can be moved (server-with-clock.ts).
 */
export async function startPorch(options: { recordTo: string; clock?: boolean }): Promise<PorchServer> {
  const start = async (port: string): Promise<ServerProcess> => {
    const env = { ...process.env, PORT: port, PORCHLIGHT_RECORD: options.recordTo };
    const started = await startProcess({ env, ...(options.clock === true ? { main: WITH_CLOCK } : {}) });
    started.child.stderr?.pipe(process.stderr, { end: false });
    return started;
  };
  let server = await start('0');
  const { origin } = server;

  return {
    origin,
    stop: (signal) => server.stop(signal),
    start: async () => {
      server = await start(new URL(origin).port);
    },
    letPass: (ms) => {
      server.child.stdin?.write(`${ms}\n`);
    },
  };
}

const WITH_CLOCK = at('e2e', 'server-with-clock.ts');
