import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { node } from '../scripts/places.js';
import { run, start } from './command.ts';
import { addresses, inside, runIn } from './namespaces.ts';

/** What passed on the public side. A packet that is passed on is seen twice, coming in and going out. */
export interface Traffic {
  /** Packets from one side to the other without anything in between, both directions. */
  readonly between: number;
  /** Packets between either side and the TURN server, which answers STUN as well. */
  readonly turn: number;
}

/** Records every packet on the public side; `end` gives the counts, and throws if one may be missing. */
export async function capture(folder: string): Promise<{ end: () => Promise<Traffic> }> {
  const file = join(folder, 'packets.pcap');
  const command = ['tcpdump', '--immediate-mode', '-i', 'any', '-n', '-s', '128', '-U', '-Z', 'root', '-w', file, 'ip'];
  const tcpdump = await start([...inside('pub'), ...command], /listening on/);
  return {
    end: async () => {
      // tcpdump drops what it has not read yet when it is stopped. Packets come in order: after a last one of ours, all
      // earlier ones are in the file.
      runIn('natA', node, '-e', LAST_PACKET);
      for (const limit = Date.now() + LAST_PACKET_LIMIT_MS; count(file, `udp dst port ${LAST_PORT}`) === 0;) {
        if (Date.now() > limit) throw new Error('The capture does not come to its end.');
        await pause(50);
      }
      await tcpdump.stop();
      if (!/^0 packets dropped by kernel$/m.test(tcpdump.output())) {
        throw new Error(`The capture has gaps:\n${tcpdump.output()}`);
      }
      return { between: count(file, BETWEEN), turn: count(file, `host ${addresses.turn} and (${A} or ${B})`) };
    },
  };
}

const A = `(host ${addresses.wan.A} or host ${addresses.host.A})`;
const B = `(host ${addresses.wan.B} or host ${addresses.host.B})`;
const BETWEEN = `${A} and ${B}`;

/** discard (RFC 863), at the server's address, which is none of those counted. */
const LAST_PORT = 9;
const LAST_PACKET = `require('node:dgram').createSocket('udp4').send('', ${LAST_PORT}, '${addresses.server}', process.exit)`;
const LAST_PACKET_LIMIT_MS = 10_000;

function count(file: string, filter: string): number {
  return run('tcpdump', '-n', '-r', file, filter)
    .split('\n')
    .filter((line) => line !== '').length;
}
