import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';

import { expect, it } from 'vitest';

import { at, node } from '../../scripts/places.js';
import { title } from '../table.ts';

const STARTED = 'Porchlight is at';

/** One sentence, naming the variable and the value, saying why and what to do instead. */
const explanation = (name: string, origin: string): RegExp =>
  new RegExp(`^${name} has "${literally(origin)}", but browsers [^\\n]*secure[^\\n]*https://[^\\n]*\\.\\n$`);

const literally = (text: string): string => text.replace(/[.[\]]/g, '\\$&');

it(title(24), async ({ task }) => {
  const plain = ['http://chat.example.org', 'http://192.168.1.20:3000', 'http://localhost.example.org'];
  for (const origin of plain) {
    await isRefused({ PUBLIC_ORIGIN: origin }, explanation('PUBLIC_ORIGIN', origin));
    const listed = `https://chat.example.org, ${origin}`;
    await isRefused({ ALLOWED_ORIGINS: listed }, explanation('ALLOWED_ORIGINS', origin));
  }
  await starts({ PUBLIC_ORIGIN: 'https://chat.example.org', ALLOWED_ORIGINS: 'http://localhost:5173,http://[::1]' });
  Object.assign(task.meta, { figure: `${String(2 * plain.length)} configurations refused` });
});

async function isRefused(environment: Record<string, string>, sentence: RegExp): Promise<void> {
  const what = JSON.stringify(environment);
  const port = await freePort();
  const child = run({ ...environment, PORT: String(port) });
  // Knocks for as long as the process lives: nothing may listen even for a moment.
  let heard = false;
  const knocking = setInterval(() => {
    const knock = connect(port, '127.0.0.1');
    knock.once('error', () => undefined);
    knock.once('connect', () => {
      heard = true;
      knock.destroy();
    });
  }, 20);
  const ended = once(child.process, 'close') as Promise<[number | null]>;
  await Promise.race([ended, child.says(STARTED)]);
  child.process.kill('SIGKILL'); // Only one that did not refuse is still there.
  const [code] = await ended;
  clearInterval(knocking);
  expect(code, `exit code with ${what}`).toBe(1);
  expect(child.errors(), `what it says to ${what}`).toMatch(sentence);
  expect(child.output(), `no word of a start with ${what}`).toBe('');
  expect(heard, `something listened with ${what}`).toBe(false);
}

async function starts(environment: Record<string, string>): Promise<void> {
  const child = run({ ...environment, PORT: '0' });
  const ended = once(child.process, 'close');
  await Promise.race([child.says(STARTED), ended]);
  expect(child.output(), `a start with ${JSON.stringify(environment)}, not: ${child.errors()}`).toContain(STARTED);
  child.process.kill('SIGTERM');
  await ended;
}

function run(environment: Record<string, string>) {
  const child = spawn(node, [at('apps', 'signal', 'src', 'main.ts')], {
    cwd: at(),
    env: { PATH: process.env['PATH'], HOST: '127.0.0.1', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [output, errors] = ['', ''];
  child.stdout.on('data', (text: Buffer) => (output += text.toString()));
  child.stderr.on('data', (text: Buffer) => (errors += text.toString()));
  const says = (text: string): Promise<void> =>
    new Promise((resolve) => {
      child.stdout.on('data', () => {
        if (output.includes(text)) resolve();
      });
    });
  return { process: child, output: () => output, errors: () => errors, says };
}

/** A port that nothing listens on at this moment. */
async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const bound = server.address();
  server.close();
  await once(server, 'close');
  return typeof bound === 'object' && bound !== null ? bound.port : 0;
}
