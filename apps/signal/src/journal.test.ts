import { expect, it, vi } from 'vitest';

import { inBatches, inJson, inSentences, type Entry } from './journal.ts';

const INVITE = 'AbCdEfGhIjKlMnOpQrStUv';

const entries: readonly Entry[] = [
  { about: 'ready', address: 'http://localhost:3000' },
  { about: 'metrics', address: 'http://127.0.0.1:9464/metrics' },
  { about: 'invite', inviteId: INVITE, was: 'open', is: 'reserved' },
  { about: 'stopping', sockets: 0 },
  { about: 'stopping', sockets: 3 },
  { about: 'warning', sentence: 'something is odd.' },
  { about: 'failure', error: 'thrown by somebody' },
];

it('is a sentence for each entry', () => {
  const lines: string[] = [];
  entries.forEach(inSentences((line) => lines.push(line)));
  expect(lines).toEqual([
    'Porchlight is at http://localhost:3000\n',
    'Its figures are at http://127.0.0.1:9464/metrics\n',
    'invite AbCdEf: open → reserved\n',
    'Stopping.\n',
    'Stopping; 3 sockets move on.\n',
    'WARNING: something is odd.\n',
    'failure: not an error\n',
  ]);
});

it('is a line of JSON for each entry', () => {
  const lines: string[] = [];
  entries.forEach(inJson((line) => lines.push(line)));
  expect(lines.map((line): unknown => JSON.parse(line))).toMatchObject([
    { level: 'info', about: 'ready', address: 'http://localhost:3000' },
    { level: 'info', about: 'metrics' },
    {
      level: 'info',
      about: 'invite',
      invite: 'AbCdEf',
      was: 'open',
      is: 'reserved',
      msg: 'invite AbCdEf: open → reserved',
    },
    { level: 'info', about: 'stopping', sockets: 0 },
    { level: 'info', about: 'stopping', sockets: 3 },
    { level: 'warn', about: 'warning', msg: 'WARNING: something is odd.' },
    { level: 'error', about: 'failure' },
  ]);
});

it('is one line of JSON even of what threw, with its stack', () => {
  const lines: string[] = [];
  inJson((line) => lines.push(line))({ about: 'failure', error: new Error('a surprise') });
  expect(lines.join('').match(/\n/g)).toHaveLength(1);
  expect(lines[0]).toContain('journal.test.ts');
});

it.each([
  ['sentences', inSentences],
  ['JSON', inJson],
])('shortens the id of an invite in %s', (_, write) => {
  let text = '';
  entries.forEach(write((line) => (text += line)));
  expect(text).toContain(INVITE.slice(0, 6));
  expect(text).not.toContain(INVITE.slice(0, 7));
});

it('is written many lines at a time, in order, soon, and at once when the process ends', () => {
  vi.useFakeTimers();
  const written: string[] = [];
  const log = inBatches((text) => written.push(text));
  log.write('one\n');
  log.write('two\n');
  expect(written).toEqual([]);
  vi.advanceTimersByTime(50);
  expect(written).toEqual(['one\ntwo\n']);
  log.write('three\n');
  log.flush();
  log.flush();
  vi.advanceTimersByTime(50);
  expect(written).toEqual(['one\ntwo\n', 'three\n']);
  vi.useRealTimers();
});
