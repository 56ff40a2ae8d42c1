import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

import { at, node } from '../scripts/places.js';

/** The real server in a process of its own. */
export interface ServerProcess {
  readonly child: ChildProcess;
  readonly pid: number;
  /** Where it says it is, e.g. `http://localhost:40123`. */
  readonly origin: string;
  /** Everything it has written to its output and its error output. */
  output: () => string;
  isAlive: () => boolean;
  /** Ends it, by default as an operator would, and waits until it is gone. Does nothing to one that is. */
  stop: (signal?: NodeJS.Signals) => Promise<void>;
}

/** Starts the server with this environment and waits until it says where it is. Throws, with what it wrote, if it ends before. */
export async function startProcess(options: {
  env: NodeJS.ProcessEnv;
  /** Of Node. */
  flags?: readonly string[];
  main?: string;
}): Promise<ServerProcess> {
  const { env, flags = [], main = at('apps', 'signal', 'src', 'main.ts') } = options;
  const child = spawn(node, [...flags, main], { cwd: at(), env, stdio: ['pipe', 'pipe', 'pipe'] });
  const ended = once(child, 'close');
  let output = '';
  child.stderr.on('data', (text: Buffer) => (output += text.toString()));
  // Read on afterwards too, so that a full pipe never stops the server.
  const origin = await new Promise<string>((found, fail) => {
    child.stdout.on('data', (text: Buffer) => {
      output += text.toString();
      const said = /(http:\/\/localhost:\d+)[^\d]/.exec(output)?.[1];
      if (said !== undefined) found(said);
    });
    ended.then(() => fail(new Error(`The server ended before it was ready: ${output}`)), fail);
  });
  const { pid } = child;
  if (pid === undefined) throw new Error('The server has no process.');

  const isAlive = (): boolean => child.exitCode === null && child.signalCode === null;
  return {
    child,
    pid,
    origin,
    output: () => output,
    isAlive,
    stop: async (signal = 'SIGTERM') => {
      if (isAlive()) child.kill(signal);
      await ended;
    },
  };
}
