import { readFileSync } from 'node:fs';

/** One packet that the server received or sent, as apps/signal/src/recorder.ts writes it down. */
interface Packet {
  readonly direction: 'in' | 'out';
  readonly name: string;
  /** A request or event, or what the server answered. */
  readonly payload: object;
}

/** Everything a server has recorded so far. Throws if it records nothing. */
function packetsIn(file: string): Packet[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Packet);
}

/** How many claims the server was asked for, and how many of them got the seat. */
export function claimsIn(file: string): { asked: number; given: number } {
  const claims = packetsIn(file).filter(({ name }) => name === 'invite:claim');
  return {
    asked: claims.filter(({ direction }) => direction === 'in').length,
    given: claims.filter(({ direction, payload }) => direction === 'out' && 'ok' in payload && payload.ok === true)
      .length,
  };
}
