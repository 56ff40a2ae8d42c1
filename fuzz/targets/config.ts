import assert from 'node:assert/strict';

import fc from 'fast-check';

import { parseConfig } from '../../apps/signal/src/config.ts';
import { textNear } from '../hostile.ts';
import { target } from '../target.ts';

const origins = 'https://a.example, http://localhost:5173';
const text = (...genuine: string[]) =>
  fc.oneof(
    { weight: 20, arbitrary: fc.constant(undefined) },
    { weight: 100, arbitrary: textNear(...genuine) },
    // The longest value that Linux hands to a process.
    {
      weight: 1,
      arbitrary: fc.constantFrom(',', '0', 'https://a.example,').map((part) => part.repeat(131_072 / part.length)),
    },
  );

export const config = target({
  name: 'the environment',
  runs: 300,
  inputs: fc.record({
    PORT: fc.oneof(
      { weight: 2, arbitrary: fc.constantFrom('0', '3000', '65535') },
      { weight: 1, arbitrary: text('3000') },
    ),
    HOST: fc.oneof(
      { weight: 2, arbitrary: fc.constantFrom('::1', '') },
      { weight: 1, arbitrary: text('::1', 'a.example') },
    ),
    ALLOWED_ORIGINS: text('', origins),
    PORCHLIGHT_RECORD: text('', '/tmp/record'),
  }),
  prepare: (environment) => () => parseConfig(environment),
  judge(parsed, environment) {
    if (!parsed.ok) {
      assert.match(parsed.problem, /^(?:PORT|HOST|ALLOWED_ORIGINS) [^\r\n]+\.$/);
      return;
    }
    const { port, host, allowedOrigins, recordTo } = parsed.config;
    assert.ok(Number.isInteger(port) && port >= 0 && port < 2 ** 16);
    assert.ok(port === Number((environment.PORT ?? '').trim() || 3000));
    assert.match(host ?? '-', /^[\w.:-]+$/);
    for (const origin of allowedOrigins) assert.equal(new URL(origin).origin, origin);
    assert.ok(allowedOrigins.every((origin) => /^https?:/.test(origin)));
    assert.notEqual(recordTo, '');
  },
  // A problem quotes the value, and a quote may write one character as six.
  maxResult: (environment) => 256 + 6 * Object.values(environment).reduce((sum, part) => sum + (part ?? '').length, 0),
});
