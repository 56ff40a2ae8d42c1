import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

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

/** Starts coturn on the public side; its files go to the folder. */
export async function startTurnServer(folder: string, { certificate, key }: Certificate): Promise<Running> {
  const file = join(folder, 'turnserver.conf');
  const settings = [
    `listening-ip=${addresses.turn}`,
    `relay-ip=${addresses.turn}`,
    'listening-port=3478',
    'tls-listening-port=443',
    'min-port=50000',
    'max-port=50199',
    'fingerprint',
    'use-auth-secret',
    `static-auth-secret=${turnSecret}`,
    'realm=porchlight',
    `cert=${certificate}`,
    `pkey=${key}`,
    'no-dtls',
    'no-cli',
    'no-rfc5780',
    'log-file=stdout',
    `pidfile=${join(folder, 'turnserver.pid')}`,
    `userdb=${join(folder, 'turnserver.sqlite')}`,
  ];
  writeFileSync(file, `${settings.join('\n')}\n`);
  return start([...inside('pub'), 'turnserver', '-c', file], /Total General servers/);
}
