import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { run } from './command.ts';
import { addresses } from './namespaces.ts';

/** Files for TURN over TLS. */
export interface Certificate {
  /** PEM: the TURN server's certificate, signed by an authority of this run, and its key. */
  readonly certificate: string;
  readonly key: string;
  /** A home folder whose browser trusts that authority, and no other folder does. */
  readonly home: string;
}

/** Makes an authority for this run, has it certify the TURN server's address, and forgets its key with the folder. */
export function makeCertificate(folder: string): Certificate {
  const file = (name: string): string => join(folder, name);
  const authority = file('authority.pem');
  const days = ['-days', '2'];
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const authorityKey = file('authority.key');
  const ofAuthority = ['-subj', '/CN=Porchlight NAT lab', '-addext', 'keyUsage=critical,keyCertSign'];
  run('openssl', 'req', '-x509', ...days, ...newKey, '-keyout', authorityKey, '-out', authority, ...ofAuthority);

  const [key, request, certificate] = [file('turn.key'), file('turn.csr'), file('turn.pem')];
  run('openssl', 'req', ...newKey, '-keyout', key, '-out', request, '-subj', '/CN=turn');
  writeFileSync(file('turn.ext'), `subjectAltName=IP:${addresses.turn}\nextendedKeyUsage=serverAuth\n`);
  const signer = ['-CA', authority, '-CAkey', authorityKey, '-CAcreateserial'];
  run('openssl', 'x509', '-req', '-in', request, ...signer, ...days, '-extfile', file('turn.ext'), '-out', certificate);

  const home = file('home');
  const database = join(home, '.pki', 'nssdb');
  mkdirSync(database, { recursive: true });
  run('certutil', '-N', '-d', `sql:${database}`, '--empty-password');
  run('certutil', '-A', '-d', `sql:${database}`, '-n', 'Porchlight NAT lab', '-t', 'C,,', '-i', authority);
  return { certificate, key, home };
}
