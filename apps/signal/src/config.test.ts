import { describe, expect, it } from 'vitest';

import { parseConfig } from './config.ts';

const nothingSet = {
  port: 3000,
  host: undefined,
  publicOrigin: undefined,
  allowedOrigins: [],
  trustedProxies: 0,
  sockets: { inAll: 10_000, perAddress: 500 },
  invites: { inAll: 50_000, perAddress: 1_000 },
  ice: { stunUrls: [], turn: undefined, hideAddress: false },
  redisUrl: undefined,
  metrics: undefined,
  drainMs: 5_000,
  serveWeb: true,
  engine: 'node',
  logFormat: 'plain',
  recordTo: undefined,
};

const turn = { TURN_URLS: 'turn:turn.example.org', TURN_SECRET: 'north' };

const problemOf = (environment: Record<string, string>): string => {
  const parsed = parseConfig(environment);
  return parsed.ok ? '' : parsed.problem;
};

describe('the environment', () => {
  it('may be empty', () => {
    expect(parseConfig({})).toEqual({ ok: true, config: nothingSet });
    expect(
      parseConfig({
        PORT: '',
        HOST: ' ',
        ALLOWED_ORIGINS: '',
        PORCHLIGHT_RECORD: '',
        TURN_SECRET: '',
        TRUST_PROXY: '',
      }),
    ).toEqual({ ok: true, config: nothingSet });
  });

  it('sets everything', () => {
    expect(
      parseConfig({
        PORT: '0',
        HOST: '::1',
        PUBLIC_ORIGIN: 'https://chat.example.org',
        ALLOWED_ORIGINS: 'https://a.example, http://localhost:5173',
        TRUST_PROXY: '2',
        MAX_SOCKETS: '12000',
        MAX_SOCKETS_PER_ADDRESS: '11000',
        MAX_INVITES: '20000',
        MAX_INVITES_PER_ADDRESS: '10000',
        STUN_URLS: 'stun:stun.example.org:3478',
        TURN_URLS: 'turn:turn.example.org?transport=udp, turns:turn.example.org:443?transport=tcp',
        TURN_SECRET: 'north',
        HIDE_ADDRESS: 'default',
        REDIS_URL: 'rediss://porchlight:north@redis.example.org:6380/2',
        METRICS_PORT: '9464',
        METRICS_HOST: '10.0.0.7',
        DRAIN_MS: '0',
        SERVE_WEB: 'false',
        SIGNAL_ENGINE: 'uws',
        LOG_FORMAT: 'json',
        PORCHLIGHT_RECORD: '/tmp/record',
      }),
    ).toEqual({
      ok: true,
      config: {
        port: 0,
        host: '::1',
        publicOrigin: 'https://chat.example.org',
        allowedOrigins: ['https://a.example', 'http://localhost:5173'],
        trustedProxies: 2,
        sockets: { inAll: 12_000, perAddress: 11_000 },
        invites: { inAll: 20_000, perAddress: 10_000 },
        ice: {
          stunUrls: ['stun:stun.example.org:3478'],
          turn: {
            urls: ['turn:turn.example.org?transport=udp', 'turns:turn.example.org:443?transport=tcp'],
            secret: 'north',
          },
          hideAddress: true,
        },
        redisUrl: 'rediss://porchlight:north@redis.example.org:6380/2',
        metrics: { host: '10.0.0.7', port: 9464 },
        drainMs: 0,
        serveWeb: false,
        engine: 'uws',
        logFormat: 'json',
        recordTo: '/tmp/record',
      },
    });
  });

  it.each([
    ['PORT', 'http'],
    ['PORT', '-1'],
    ['PORT', '65536'],
    ['PORT', '3000.5'],
    ['PORT', '0x10'],
    ['HOST', 'two words'],
    ['HOST', 'http://localhost'],
    ['PUBLIC_ORIGIN', 'chat.example.org'],
    ['PUBLIC_ORIGIN', 'https://chat.example.org/'],
    ['PUBLIC_ORIGIN', 'https://a.example,https://b.example'],
    ['ALLOWED_ORIGINS', '*'],
    ['ALLOWED_ORIGINS', 'chat.example.org'],
    ['ALLOWED_ORIGINS', 'https://chat.example.org/'],
    ['ALLOWED_ORIGINS', 'https://a.example,ftp://b.example'],
    ['TRUST_PROXY', 'true'],
    ['TRUST_PROXY', '-1'],
    ['TRUST_PROXY', '17'],
    ['MAX_SOCKETS', '0'],
    ['MAX_SOCKETS_PER_ADDRESS', 'many'],
    ['MAX_INVITES', '1e3'],
    ['MAX_INVITES_PER_ADDRESS', '1000001'],
    ['STUN_URLS', 'stun.example.org'],
    ['STUN_URLS', 'turn:turn.example.org'],
    ['TURN_URLS', 'stun:stun.example.org'],
    ['TURN_URLS', 'turn:turn.example.org?transport=sctp'],
    ['TURN_URLS', 'turn:turn.example.org'],
    ['TURN_SECRET', 'north'],
    ['HIDE_ADDRESS', 'always'],
    ['HIDE_ADDRESS', 'default'],
    ['REDIS_URL', '127.0.0.1:6379'],
    ['REDIS_URL', 'http://127.0.0.1:6379'],
    ['REDIS_URL', 'redis://'],
    ['REDIS_URL', 'redis://127.0.0.1:99999'],
    ['REDIS_URL', 'redis://127.0.0.1/porchlight'],
    ['METRICS_PORT', 'on'],
    ['METRICS_HOST', '127.0.0.1'],
    ['DRAIN_MS', '5s'],
    ['DRAIN_MS', '600001'],
    ['SERVE_WEB', 'no'],
    ['SIGNAL_ENGINE', 'node'],
    ['SIGNAL_ENGINE', 'uws'],
    ['LOG_FORMAT', 'pretty'],
  ])('with %s=%s is refused in one sentence that names the variable', (name, value) => {
    expect(problemOf({ [name]: value })).toMatch(new RegExp(`^${name} [^\\n]+\\.$`));
  });

  it.each(['http://chat.example.org', 'http://192.168.1.2:3000', 'http://localhost.example.org', 'http://127.example'])(
    'with a page from %s is refused, because no browser would let it work',
    (origin) => {
      expect(problemOf({ PUBLIC_ORIGIN: origin })).toMatch(/^PUBLIC_ORIGIN .*secure pages.*\.$/);
      expect(problemOf({ ALLOWED_ORIGINS: `https://a.example,${origin}` })).toMatch(
        /^ALLOWED_ORIGINS .*secure pages.*\.$/,
      );
    },
  );

  it.each([
    'https://chat.example.org',
    'http://localhost:5173',
    'http://127.0.0.1:3000',
    'http://127.9.9.9',
    'http://[::1]:3000',
  ])('may name a page from %s', (origin) => {
    expect(problemOf({ PUBLIC_ORIGIN: origin, ALLOWED_ORIGINS: origin })).toBe('');
  });

  it('names at most eight STUN and TURN servers', () => {
    const urls = (count: number): string => Array<string>(count).fill('stun:stun.example.org').join();
    expect(problemOf({ ...turn, STUN_URLS: urls(7) })).toBe('');
    expect(problemOf({ ...turn, STUN_URLS: urls(8) })).toMatch(/^TURN_URLS and STUN_URLS /);
  });

  it('never repeats a secret in a problem', () => {
    expect(problemOf({ TURN_SECRET: 'north by northwest' })).not.toContain('north');
    expect(problemOf({ REDIS_URL: 'http://porchlight:north@redis.example.org' })).toMatch(/^REDIS_URL (?!.*north)/);
  });
});
