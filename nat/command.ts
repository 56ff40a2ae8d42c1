import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** Runs a program to its end, without input, and gives what it printed. Throws, with what it said, if it fails. */
export function run(program: string, ...args: string[]): string {
  return execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 64 * 2 ** 20 });
}

/** The same for a program whose failure does not matter: null. */
export function attempt(program: string, ...args: string[]): string | null {
  try {
    return run(program, ...args);
  } catch {
    return null;
  }
}

/** A program that goes on until it is stopped. */
export interface Running {
  readonly output: () => string;
  /** Asks it to end and waits until it has. */
  stop: () => Promise<void>;
}

/** Starts a program and waits until it prints `ready`. Throws, with what it printed, if it ends before or takes too long. */
export async function start(command: readonly string[], ready: RegExp, env = process.env): Promise<Running> {
  const [program = '', ...args] = command;
  const child: ChildProcess = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = once(child, 'close');
  let output = '';
  const isReady = new Promise<void>((done, fail) => {
    const stopped = (): void => fail(new Error(`${command.join(' ')} was not ready:\n${output}`));
    const limit = setTimeout(stopped, READY_LIMIT_MS);
    const read = (chunk: Buffer): void => {
      output += chunk.toString();
      if (!ready.test(output)) return;
      clearTimeout(limit);
      done();
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    ended.then(stopped, fail);
  });

  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
    const hurry = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS);
    await ended.catch(() => undefined);
    clearTimeout(hurry);
  };
  try {
    await isReady;
  } catch (error) {
    await stop();
    throw error;
  }
  return { output: () => output, stop };
}

const READY_LIMIT_MS = 20_000;
const STOP_LIMIT_MS = 5_000;
