import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

import type { YardstickPorts } from './contenders/yardsticks.ts';

/** A server in a process of its own. */
export interface Running<Ports> {
  readonly ports: Ports;
  stop(): Promise<void>;
}

/** Starts the product's server on a free port of 127.0.0.1. Throws with what it said when it does not start. */
export async function startPorchlight(): Promise<Running<number>> {
  const child = fork(fileURLToPath(new URL('../../apps/signal/src/main.ts', import.meta.url)), {
    silent: true,
    env: { ...process.env, PORT: '0', HOST: '127.0.0.1' },
  });
  let said = '';
  const port = await new Promise<number>((resolve, reject) => {
    const hear = (bytes: Buffer): void => {
      said += bytes.toString();
      const found = /Porchlight is at \S+:(\d+)/.exec(said);
      if (found !== null) resolve(Number(found[1]));
    };
    child.stdout?.on('data', hear);
    child.stderr?.on('data', hear);
    child.once('exit', () => {
      reject(new Error(`the server did not start: ${said.trim()}`));
    });
  });
  return { ports: port, stop: () => stop(child) };
}

/** Starts the servers of the named peers. */
export async function startYardsticks(): Promise<Running<YardstickPorts>> {
  const child = fork(fileURLToPath(new URL('contenders/yardsticks.ts', import.meta.url)));
  const ports = await new Promise<YardstickPorts>((resolve, reject) => {
    child.once('message', (told) => {
      if (isPorts(told)) resolve(told);
      else reject(new Error('the servers of the named peers told no ports'));
    });
    child.once('exit', () => {
      reject(new Error('the servers of the named peers did not start'));
    });
  });
  return { ports, stop: () => stop(child) };
}

function isPorts(told: unknown): told is YardstickPorts {
  return typeof told === 'object' && told !== null && 'pages' in told && 'bare' in told && 'peerjs' in told;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  await gone;
}
