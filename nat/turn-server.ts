import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { at } from '../scripts/places.js';
import type { Certificate } from './certificate.ts';
import { start, type Running } from './command.ts';
import { addresses, inside } from './namespaces.ts';

export const STUN_URL = `stun:${addresses.turn}:3478`;

/** UDP, and TCP for who has no UDP. */
export const TURN_URLS = [`turn:${addresses.turn}:3478?transport=udp`, `turn:${addresses.turn}:3478?transport=tcp`];

/** For who has nothing but the web. */
export const TURN_TLS_URL = `turns:${addresses.turn}:443?transport=tcp`;

/** What coturn and the server share: how credentials are made. Of this run alone. */
export const turnSecret = randomBytes(24).toString('hex');

/** Starts coturn on the public side with deploy/coturn.conf, certificate and secret of this run; its files go to the folder. */
export async function startTurnServer(folder: string, { certificate, key }: Certificate): Promise<Running> {
  const file = join(folder, 'turnserver.conf');
  const own = new Map([
    ['static-auth-secret', turnSecret],
    ['cert', certificate],
    ['pkey', key],
    ['log-file', 'stdout'],
    ['pidfile', join(folder, 'turnserver.pid')],
    ['userdb', join(folder, 'turnserver.sqlite')],
  ]);
  const given = givenSettings().filter((line) => !own.has(line.split('=')[0] ?? ''));
  writeFileSync(file, [...given, ...[...own].map(([name, value]) => `${name}=${value}`), ''].join('\n'));
  return start([...inside('pub'), 'turnserver', '-c', file], /Total General servers/);
}

/** The settings an operator is given. The lab has the same address for it. */
function givenSettings(): string[] {
  const lines = readFileSync(at('deploy', 'coturn.conf'), 'utf8').split('\n');
  if (!lines.includes(`listening-ip=${addresses.turn}`)) {
    throw new Error(`deploy/coturn.conf is not for a TURN server at ${addresses.turn}.`);
  }
  return lines;
}
