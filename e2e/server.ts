import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

import { at, node } from '../scripts/places.js';

/** The real server, in its own process, with the production build. */
export interface PorchServer {
  /** The same before and after a restart. */
  readonly origin: string;
  /** Asks it to stop, as an operator would, and waits until it has. */
  stop: () => Promise<void>;
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
  const main = options.clock === true ? at('e2e', 'server-with-clock.ts') : at('apps', 'signal', 'src', 'main.ts');
  let child = launch(main, '0', options.recordTo);
  const origin = await originOf(child);
  const { port } = new URL(origin);

  return {
    origin,
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.kill('SIGTERM');
      await gone;
    },
    start: async () => {
      child = launch(main, port, options.recordTo);
      await originOf(child);
    },
    letPass: (ms) => {
      child.stdin?.write(`${ms}\n`);
    },
  };
}

function launch(main: string, port: string, recordTo: string): ChildProcess {
  const env = { ...process.env, PORT: port, PORCHLIGHT_RECORD: recordTo };
  return spawn(node, [main], { cwd: at(), env, stdio: ['pipe', 'pipe', 'inherit'] });
}

/** Waits for the line that says where the server is. Reads on afterwards, so that a full pipe never stops the server. */
function originOf(child: ChildProcess): Promise<string> {
  const { stdout } = child;
  if (stdout === null) throw new Error('The server has no output.');
  return new Promise((found, fail) => {
    createInterface(stdout).on('line', (line) => {
      const origin = /http:\/\/localhost:\d+/.exec(line)?.[0];
      if (origin !== undefined) found(origin);
    });
    child.once('exit', (code) => fail(new Error(`The server ended before it was ready (code ${code ?? 'none'}).`)));
  });
}
