import assert from 'node:assert/strict';

import { requests } from '@porchlight/protocol';
import fc from 'fast-check';
import { is } from 'valibot';

import { parseConfig } from '../../apps/signal/src/config.ts';
import { iceServersAt } from '../../apps/signal/src/ice.ts';
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
    PUBLIC_ORIGIN: text('', 'https://a.example'),
    ALLOWED_ORIGINS: text('', origins),
    TRUST_PROXY: text('', '1'),
    MAX_SOCKETS: text('', '20000'),
    MAX_SOCKETS_PER_ADDRESS: text('', '500'),
    MAX_INVITES: text('', '50000'),
    MAX_INVITES_PER_ADDRESS: text('', '1000'),
    STUN_URLS: text('', 'stun:stun.example.org, stun:[::1]:3478'),
    TURN_URLS: text('', 'turn:turn.example.org?transport=udp'),
    TURN_SECRET: text('', 'north'),
    HIDE_ADDRESS: text('', 'default'),
    PORCHLIGHT_RECORD: text('', '/tmp/record'),
  }),
  prepare: (environment) => () => parseConfig(environment),
  judge(parsed, environment) {
    if (!parsed.ok) {
      assert.match(parsed.problem, /^[A-Z_]+ [^\r\n]+\.$/);
      assert.ok(Object.hasOwn(environment, parsed.problem.split(' ', 1)[0] ?? ''), 'the problem names a variable');
      return;
    }
    const { port, host, publicOrigin, allowedOrigins, trustedProxies, sockets, invites, ice, recordTo } = parsed.config;
    assert.ok(Number.isInteger(port) && port >= 0 && port < 2 ** 16);
    assert.ok(port === Number((environment.PORT ?? '').trim() || 3000));
    assert.match(host ?? '-', /^[\w.:-]+$/);
    for (const origin of publicOrigin === undefined ? allowedOrigins : [publicOrigin, ...allowedOrigins]) {
      assert.equal(new URL(origin).origin, origin);
      assert.match(origin, /^(?:https:|http:\/\/(?:localhost|127\.[\d.]+|\[::1\])(?::|$))/);
    }
    assert.ok(Number.isInteger(trustedProxies) && trustedProxies >= 0);
    for (const most of [sockets.inAll, sockets.perAddress, invites.inAll, invites.perAddress]) {
      assert.ok(Number.isInteger(most) && most > 0);
    }
    const named = iceServersAt(ice, 0);
    assert.ok(is(requests.ice.output, named), 'what browsers are sent, they accept');
    assert.ok(!ice.hideAddress || ice.turn !== undefined);
    assert.notEqual(recordTo, '');
  },
  // A problem quotes the value, and a quote may write one character as six.
  maxResult: (environment) => 256 + 6 * Object.values(environment).reduce((sum, part) => sum + (part ?? '').length, 0),
});
