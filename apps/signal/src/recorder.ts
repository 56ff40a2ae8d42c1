import { appendFileSync } from 'node:fs';

import type { OnTraffic } from './relay.ts';

/** Appends every packet received or sent to `file`, a line of JSON each. For tests only; throws if it cannot write. */
export function recorder(file: string): OnTraffic {
  appendFileSync(file, ''); // A file that cannot be written should stop the start, not the first packet.
  return (direction, socketId, name, payload) => {
    appendFileSync(file, `${JSON.stringify({ direction, socketId, name, payload })}\n`);
  };
}
