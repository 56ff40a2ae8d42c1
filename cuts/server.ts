import { spawn } from 'node:child_process';
import { once } from 'node:events';

import { at, node } from '../scripts/places.js';

/** The real server, which can be killed and comes back at the same place. */
export interface Server {
  /** Kills it with SIGKILL and waits until it is gone. */
  kill: () => Promise<void>;
  /** Starts it again; resolves when it listens. */
  start: () => Promise<void>;
}

/**
 * Starts the server by a command that begins with `prefix`. `host`, `port`: what it listens on. Throws, with what it wrote,
 * if it ends before it listens.
 */
export async function startServer(prefix: readonly string[], host: string, port: number): Promise<Server> {
  const [program, ...args] = [...prefix, node, at('apps', 'signal', 'src', 'main.ts')];
  const start = async (): Promise<() => Promise<void>> => {
    const env = { ...process.env, HOST: host, PORT: String(port) };
    const child = spawn(program, args, { cwd: at(), env, stdio: ['ignore', 'pipe', 'pipe'] });
    const ended = once(child, 'close');
    let output = '';
    const listens = new Promise<void>((done) => {
      const read = (chunk: Buffer): void => {
        output += chunk.toString();
        if (output.includes('Porchlight is at')) done();
      };
      // Read on afterwards too, so that a full pipe never stops the server.
      child.stdout.on('data', read);
      child.stderr.on('data', read);
    });
    await Promise.race([
      listens,
      ended.then(() => Promise.reject(new Error(`The server ended before it listened:\n${output}`))),
    ]);
    return async () => {
      child.kill('SIGKILL');
      await ended;
    };
  };

  let kill = await start();
  return {
    kill: () => kill(),
    start: async () => {
      kill = await start();
    },
  };
}
