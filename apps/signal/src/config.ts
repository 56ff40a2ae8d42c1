import { MAX_ICE_SERVERS, stunUrl, turnUrl } from '@porchlight/protocol';
import { is } from 'valibot';

import type { Crowd } from './crowd.ts';
import type { Ice } from './ice.ts';

/** What the process is told by its environment. */
export interface Config {
  /** TCP port; 0 picks a free one. */
  port: number;
  /** Address to listen on; undefined listens on all, IPv4 and IPv6. */
  host: string | undefined;
  /** Where people reach this server from outside, e.g. `https://chat.example.org`. Its pages may connect. */
  publicOrigin: string | undefined;
  /** Origins of pages that may connect besides those served from this host, e.g. `https://chat.example.org`. */
  allowedOrigins: readonly string[];
  /** Proxies between this server and the browsers, each of which appends to X-Forwarded-For. 0: none. */
  trustedProxies: number;
  /** Sockets at the same time, in all and from one address. */
  sockets: Crowd;
  /** Invites held at the same time, in all and from one address. */
  invites: Crowd;
  /** STUN and TURN servers for the browsers. */
  ice: Ice;
  /** Redis (or Valkey) that several processes share, e.g. `redis://127.0.0.1:6379`; undefined keeps all in this process. */
  redisUrl: string | undefined;
  /** Where figures are given to Prometheus; undefined gives none. */
  metrics: { host: string; port: number } | undefined;
  /** How long a process that is asked to stop may take, in ms. */
  drainMs: number;
  /** Whether the web client is served as well; without it, only signaling. */
  serveWeb: boolean;
  /** What the sockets come over: Node's own server, or uWebSockets.js, which serves no web client. */
  engine: 'node' | 'uws';
  /** How it tells of itself: in sentences for people, or in lines of JSON for programs. */
  logFormat: 'plain' | 'json';
  /** A file to which everything received and sent is appended. For tests only. */
  recordTo: string | undefined;
}

/**
 * Reads the environment, all of it: see README.md for the names. Empty counts as unset. A wrong value is one sentence
 * that begins with the name of the variable; the value of a secret is never in it.
 */
export function parseConfig(
  environment: Readonly<Record<string, string | undefined>>,
): { ok: true; config: Config } | { ok: false; problem: string } {
  const reading = read(environment);
  const { complain, set, number, host, list, origins } = reading;

  const port = number('PORT', 3000, 0, 65_535);
  const listenOn = host('HOST');

  const publicOrigin = set('PUBLIC_ORIGIN');
  origins(
    'PUBLIC_ORIGIN',
    publicOrigin === undefined ? [] : [publicOrigin],
    'be an origin like https://chat.example.org',
  );
  const allowedOrigins = origins(
    'ALLOWED_ORIGINS',
    list('ALLOWED_ORIGINS'),
    'list origins like https://chat.example.org, separated by commas',
  );

  const trustedProxies = number('TRUST_PROXY', 0, 0, 16);

  const sockets = {
    inAll: number('MAX_SOCKETS', 10_000, 1, 1_000_000),
    perAddress: number('MAX_SOCKETS_PER_ADDRESS', 500, 1, 1_000_000),
  };
  const invites = {
    inAll: number('MAX_INVITES', 50_000, 1, 1_000_000),
    perAddress: number('MAX_INVITES_PER_ADDRESS', 1_000, 1, 1_000_000),
  };

  const ice = readIce(reading);

  const redisUrl = set('REDIS_URL');
  if (redisUrl !== undefined && !isRedis(redisUrl)) {
    complain(
      'REDIS_URL',
      'must be an address like redis://127.0.0.1:6379 or rediss://user:password@redis.example.org.',
    );
  }

  const metrics = readMetrics(reading);
  const drainMs = number('DRAIN_MS', 5_000, 0, 600_000);

  const serveWeb = set('SERVE_WEB');
  if (serveWeb !== undefined && serveWeb !== 'false') {
    complain('SERVE_WEB', `must be "false" or unset, not ${JSON.stringify(serveWeb)}.`);
  }

  const engine = set('SIGNAL_ENGINE');
  if (engine !== undefined && engine !== 'uws') {
    complain('SIGNAL_ENGINE', `must be "uws" or unset, not ${JSON.stringify(engine)}.`);
  } else if (engine !== undefined && serveWeb === undefined) {
    complain('SIGNAL_ENGINE', 'needs SERVE_WEB=false, because uWebSockets.js serves no page here.');
  }

  const logFormat = set('LOG_FORMAT') ?? 'plain';
  if (logFormat !== 'plain' && logFormat !== 'json') {
    complain('LOG_FORMAT', `must be "plain" or "json", not ${JSON.stringify(logFormat)}.`);
  }

  const problem = reading.problem();
  if (problem !== undefined) return { ok: false, problem };
  return {
    ok: true,
    config: {
      port,
      host: listenOn,
      publicOrigin,
      allowedOrigins,
      trustedProxies,
      sockets,
      invites,
      ice,
      redisUrl,
      metrics,
      drainMs,
      serveWeb: serveWeb === undefined,
      engine: engine === 'uws' ? 'uws' : 'node',
      logFormat: logFormat === 'json' ? 'json' : 'plain',
      recordTo: set('PORCHLIGHT_RECORD'),
    },
  };
}

/** What a configuration allows and hardly anybody wants, a sentence each. */
export function warningsOf({ trustedProxies, host, engine, recordTo }: Config): readonly string[] {
  const warnings: string[] = [];
  if (trustedProxies > 0 && host === undefined) {
    warnings.push(
      'TRUST_PROXY is set and HOST is not. Whoever reaches this port past the proxy chooses its own address.',
    );
  }
  if (engine === 'uws' && trustedProxies === 0) {
    warnings.push(
      'SIGNAL_ENGINE is uws and TRUST_PROXY is not set. Nothing but a proxy limits the TCP connections of one address.',
    );
  }
  if (recordTo !== undefined) {
    warnings.push('everything received and sent is being recorded (PORCHLIGHT_RECORD). For tests only.');
  }
  return warnings;
}

function readMetrics({ complain, set, number, host }: Reading): Config['metrics'] {
  const listenOn = host('METRICS_HOST');
  if (set('METRICS_PORT') === undefined) {
    if (listenOn !== undefined) complain('METRICS_HOST', 'needs METRICS_PORT, the port to give figures on.');
    return undefined;
  }
  // Figures are for whoever runs the server, so nobody else reaches them unless asked to.
  return { host: listenOn ?? '127.0.0.1', port: number('METRICS_PORT', 0, 0, 65_535) };
}

function readIce({ complain, set, list }: Reading): Ice {
  const stunUrls = list('STUN_URLS');
  const turnUrls = list('TURN_URLS');
  const turnSecret = set('TURN_SECRET');
  const wrongStun = stunUrls.find((url) => !isStun(url));
  const wrongTurn = turnUrls.find((url) => !isTurn(url));
  if (wrongStun !== undefined) {
    complain('STUN_URLS', `must list addresses like stun:stun.example.org:3478; ${JSON.stringify(wrongStun)} is none.`);
  }
  if (wrongTurn !== undefined) {
    complain(
      'TURN_URLS',
      `must list addresses like turn:turn.example.org:3478?transport=udp; ${JSON.stringify(wrongTurn)} is none.`,
    );
  }
  if (stunUrls.length + turnUrls.length > MAX_ICE_SERVERS) {
    complain('TURN_URLS', `and STUN_URLS may list ${String(MAX_ICE_SERVERS)} addresses together, not more.`);
  }
  if (turnUrls.length > 0 && turnSecret === undefined) {
    complain('TURN_URLS', "needs TURN_SECRET, the TURN server's static-auth-secret, to make credentials with.");
  }
  if (turnUrls.length === 0 && turnSecret !== undefined) {
    complain('TURN_SECRET', 'needs TURN_URLS, the TURN servers that it is for.');
  }

  const hide = set('HIDE_ADDRESS');
  if (hide !== undefined && hide !== 'default') {
    complain('HIDE_ADDRESS', `must be "default" or unset, not ${JSON.stringify(hide)}.`);
  } else if (hide !== undefined && turnUrls.length === 0) {
    complain('HIDE_ADDRESS', 'needs TURN_URLS, because only a TURN server can stand between two browsers.');
  }

  return {
    stunUrls,
    turn: turnSecret === undefined ? undefined : { urls: turnUrls, secret: turnSecret },
    hideAddress: hide === 'default',
  };
}

/** An environment being read. What is wrong takes its default, and is complained about. */
interface Reading {
  /** Keeps the first complaint. */
  complain: (name: string, sentence: string) => void;
  problem: () => string | undefined;
  set: (name: string) => string | undefined;
  number: (name: string, otherwise: number, least: number, most: number) => number;
  /** An address or a name to listen on. */
  host: (name: string) => string | undefined;
  list: (name: string) => readonly string[];
  /** Complains about each value that is no origin of secure pages. */
  origins: (name: string, values: readonly string[], must: string) => readonly string[];
}

function read(environment: Readonly<Record<string, string | undefined>>): Reading {
  let problem: string | undefined;
  const complain = (name: string, sentence: string): void => {
    problem ??= `${name} ${sentence}`;
  };

  const set = (name: string): string | undefined => {
    const value = environment[name]?.trim();
    return value === '' ? undefined : value;
  };

  const number = (name: string, otherwise: number, least: number, most: number): number => {
    const value = set(name) ?? String(otherwise);
    if (/^\d{1,7}$/.test(value) && Number(value) >= least && Number(value) <= most) return Number(value);
    complain(name, `must be a number from ${String(least)} to ${String(most)}, not ${JSON.stringify(value)}.`);
    return otherwise;
  };

  const host = (name: string): string | undefined => {
    const value = set(name);
    if (value !== undefined && !/^[A-Za-z0-9.:_-]+$/.test(value)) {
      complain(name, `must be an address or a host name, not ${JSON.stringify(value)}.`);
    }
    return value;
  };

  const list = (name: string): readonly string[] =>
    (set(name) ?? '')
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== '');

  const origins = (name: string, values: readonly string[], must: string): readonly string[] => {
    for (const value of values) {
      if (!isOrigin(value)) complain(name, `must ${must}; ${JSON.stringify(value)} is none.`);
      else if (!isSecure(value)) complain(name, `has ${JSON.stringify(value)}, but ${INSECURE}`);
    }
    return values;
  };

  return { complain, problem: () => problem, set, number, host, list, origins };
}

const INSECURE =
  'browsers give WebRTC and cryptography only to secure pages: serve it over https:// and write that here (http:// works for localhost alone).';

const isStun = (text: string): boolean => is(stunUrl, text);
const isTurn = (text: string): boolean => is(turnUrl, text);

/** Whether this names a Redis: a host, perhaps a user, a password, a port and the number of a database. */
function isRedis(text: string): boolean {
  if (!/^rediss?:\/\//.test(text) || !URL.canParse(text)) return false;
  const { hostname, pathname, search, hash } = new URL(text);
  return hostname !== '' && /^(?:\/\d*)?$/.test(pathname) && search === '' && hash === '';
}

function isOrigin(text: string): boolean {
  return /^https?:\/\//.test(text) && URL.canParse(text) && new URL(text).origin === text;
}

/** Whether browsers call this origin's pages secure. W3C Secure Contexts §3.1, without the names under .localhost. */
function isSecure(origin: string): boolean {
  const { protocol, hostname } = new URL(origin);
  if (protocol === 'https:') return true;
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}
