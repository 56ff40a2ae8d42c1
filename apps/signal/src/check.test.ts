import { createServer, type AddressInfo, type Socket } from 'node:net';

import { expect, it, onTestFinished } from 'vitest';

import { check } from './check.ts';
import { parseConfig, type Config } from './config.ts';

function configured(environment: Record<string, string>): Config {
  const parsed = parseConfig(environment);
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.config;
}

/** The port of something that answers every command in this way; undefined: never. */
async function answering(answer: string | undefined): Promise<number> {
  const wires = new Set<Socket>();
  const server = createServer((wire) => {
    wires.add(wire);
    wire.on('error', () => undefined);
    wire.on('data', (commands) => {
      // Each command is a list, and each list begins with an asterisk.
      const count = commands.toString().match(/^\*/gm)?.length ?? 0;
      if (answer !== undefined) wire.write(`${answer}\r\n`.repeat(count));
    });
  });
  onTestFinished(() => {
    server.close();
    for (const wire of wires) wire.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

const asked = (port: number) => check(configured({ REDIS_URL: `redis://porchlight:north@127.0.0.1:${String(port)}` }));

it('asks for nothing where there is to be no Redis', async () => {
  expect(await check(configured({}))).toEqual({ ok: true, sentences: ['The environment is fine.'] });
});

it('warns of what hardly anybody wants', async () => {
  expect(await check(configured({ TRUST_PROXY: '1' }))).toEqual({
    ok: true,
    sentences: [
      'WARNING: TRUST_PROXY is set and HOST is not. Whoever reaches this port past the proxy chooses its own address.',
      'The environment is fine.',
    ],
  });
});

it('says what an engine lacks that is not installed', async () => {
  expect(await check(configured({ SIGNAL_ENGINE: 'uws', SERVE_WEB: 'false' }))).toEqual({
    ok: false,
    sentences: [
      'WARNING: SIGNAL_ENGINE is uws and TRUST_PROXY is not set. Nothing but a proxy limits the TCP connections of one address.',
      'SIGNAL_ENGINE=uws needs the package @uwsjs/core, which is not installed.',
    ],
  });
});

it('is content with a Redis that answers', async () => {
  expect(await asked(await answering('+OK'))).toEqual({
    ok: true,
    sentences: ['The environment is fine, and Redis answers.'],
  });
});

it.each([
  [
    'is not there',
    () => Promise.resolve(1),
    'REDIS_URL names a Redis that does not answer; a server would start, and be ready once it does.',
  ],
  [
    'never answers',
    () => answering(undefined),
    'REDIS_URL names a Redis that does not answer; a server would start, and be ready once it does.',
  ],
  [
    'refuses the password',
    () => answering('-WRONGPASS invalid username-password pair or user is disabled.'),
    'REDIS_URL names a Redis that refuses its user or password.',
  ],
  [
    'wants one',
    () => answering('-NOAUTH Authentication required.'),
    'REDIS_URL names a Redis that refuses its user or password.',
  ],
])('says of a Redis that %s what is wrong, in time, and no secret', async (_, port, sentence) => {
  const from = performance.now();
  expect(await asked(await port())).toEqual({ ok: false, sentences: [sentence] });
  expect(performance.now() - from).toBeLessThan(3_000);
});
