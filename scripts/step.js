import { spawn } from 'node:child_process';

import { root } from './places.js';

/** A step that did not work, with all that the command printed. */
export class StepFailed extends Error {
  /** @param {string} title @param {string} why @param {string} output */
  constructor(title, why, output) {
    super(`${title}: ${why}`);
    this.output = output;
  }
}

/**
 * Runs one command without a terminal and without input, and gives what it printed.
 * Never throws: a command that cannot start or takes longer than `limitMs` is one that failed.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ limitMs?: number, env?: Record<string, string>, cwd?: string }} [options]
 * @returns {Promise<{ ok: boolean, why: string, output: string }>}
 */
export function quietly(command, args, { limitMs, env, cwd = root } = {}) {
  return new Promise((done) => {
    // A process group of its own, so that a limit ends what the command has started as well.
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    let output = '';
    let why = '';
    child.stdout.on('data', (/** @type {Buffer} */ chunk) => (output += chunk.toString()));
    child.stderr.on('data', (/** @type {Buffer} */ chunk) => (output += chunk.toString()));

    const stop = () => {
      if (child.pid === undefined) return;
      try {
        process.kill(-child.pid, 'SIGKILL');
      } catch {
        // It has ended in the meantime.
      }
    };
    const limit = limitMs === undefined ? undefined : setTimeout(outOfTime, limitMs, limitMs);
    /** @param {number} ms */
    function outOfTime(ms) {
      why = `took longer than ${String(Math.round(ms / 1000))} s`;
      stop();
    }
    const interrupted = () => {
      stop();
      process.exit(130);
    };
    process.once('SIGINT', interrupted).once('SIGTERM', interrupted);

    /** @param {boolean} ok @param {string} reason */
    const finish = (ok, reason) => {
      clearTimeout(limit);
      process.off('SIGINT', interrupted).off('SIGTERM', interrupted);
      done({ ok, why: why || reason, output });
    };
    child.on('error', (error) => {
      finish(false, error.message);
    });
    child.on('close', (code, signal) => {
      finish(code === 0, signal === null ? `ended with code ${code}` : `was stopped by ${signal}`);
    });
  });
}

/**
 * Runs one command as a step a person can follow: one line while it works, its output only if it fails.
 * Throws StepFailed.
 *
 * @param {string} title what is being done, as in "Installing packages"
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ limitMs?: number, env?: Record<string, string> }} [options]
 */
export async function step(title, command, args, options) {
  const begun = performance.now();
  process.stdout.write(`${title} … `);
  const result = await quietly(command, args, options);
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  console.log(result.ok ? `done in ${seconds} s` : `failed after ${seconds} s`);
  if (!result.ok) throw new StepFailed(title, result.why, result.output);
}

/**
 * Runs a whole command of ours; a failed step prints its output and ends the process with code 1.
 *
 * @param {() => Promise<number>} command gives the exit code
 */
export async function main(command) {
  try {
    process.exitCode = await command();
  } catch (error) {
    if (!(error instanceof StepFailed)) throw error;
    console.error(`\n${error.output.trim()}\n\n${error.message}`);
    process.exitCode = 1;
  }
}

/**
 * Runs a program in the foreground: it has the terminal, gets our signals, and its exit code is ours.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {Record<string, string>} [env]
 * @returns {Promise<number>} the exit code (128 + n after signal n, as shells say it)
 */
export function inForeground(command, args, env = {}) {
  return new Promise((done, fail) => {
    const child = spawn(command, args, { cwd: root, env: { ...process.env, ...env }, stdio: 'inherit' });
    /** @param {NodeJS.Signals} signal */
    const pass = (signal) => {
      // A terminal has already sent Ctrl+C to the whole group, the child included.
      if (signal === 'SIGINT' && process.stdin.isTTY) return;
      child.kill(signal);
    };
    const signals = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);
    for (const signal of signals) process.on(signal, pass);
    child.on('error', fail);
    child.on('close', (code, signal) => {
      for (const name of signals) process.off(name, pass);
      done(code ?? (signal === 'SIGINT' ? 130 : signal === 'SIGTERM' ? 143 : 129));
    });
  });
}
