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
  const { complain, set, number, list, origins } = reading;

  const port = number('PORT', 3000, 0, 65_535);

  const host = set('HOST');
  if (host !== undefined && !/^[A-Za-z0-9.:_-]+$/.test(host)) {
    complain('HOST', `must be an address or a host name, not ${JSON.stringify(host)}.`);
  }

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

  const problem = reading.problem();
  if (problem !== undefined) return { ok: false, problem };
  return {
    ok: true,
    config: {
      port,
      host,
      publicOrigin,
      allowedOrigins,
      trustedProxies,
      sockets,
      invites,
      ice,
      recordTo: set('PORCHLIGHT_RECORD'),
    },
  };
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

  return { complain, problem: () => problem, set, number, list, origins };
}

const INSECURE =
  'browsers give WebRTC and cryptography only to secure pages: serve it over https:// and write that here (http:// works for localhost alone).';

const isStun = (text: string): boolean => is(stunUrl, text);
const isTurn = (text: string): boolean => is(turnUrl, text);

function isOrigin(text: string): boolean {
  return /^https?:\/\//.test(text) && URL.canParse(text) && new URL(text).origin === text;
}

/** Whether browsers call this origin's pages secure. W3C Secure Contexts §3.1, without the names under .localhost. */
function isSecure(origin: string): boolean {
  const { protocol, hostname } = new URL(origin);
  if (protocol === 'https:') return true;
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}
