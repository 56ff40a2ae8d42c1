import { readFileSync } from 'node:fs';

import { fromBase64url } from '@porchlight/invite';

/** One packet that the server received or sent, as apps/signal/src/recorder.ts writes it down. */
interface Packet {
  readonly direction: 'in' | 'out';
  readonly name: string;
  /** The arguments of a request, as a list; an event; or what the server answered. */
  readonly payload: object;
}

/** Everything a server has recorded so far. Throws if it records nothing. */
function packetsIn(file: string): Packet[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Packet);
}

/** The box in a payload, or null. */
export function boxIn(payload: unknown): Uint8Array | null {
  const box = typeof payload === 'object' && payload !== null && 'box' in payload ? payload.box : null;
  return typeof box === 'string' ? fromBase64url(box) : null;
}

/** Every box that a page has sent, in order. */
export function boxesSent(file: string): Uint8Array[] {
  return packetsIn(file)
    .filter(({ direction }) => direction === 'in')
    .flatMap(({ payload }) => [payload].flat())
    .flatMap((argument) => boxIn(argument) ?? []);
}

/** How many seats the server was asked for, each however often (an answer may be lost), and how many it gave. */
export function claimsIn(file: string): { asked: number; given: number } {
  const packets = packetsIn(file);
  const seats = (direction: Packet['direction'], name: string): number =>
    new Set(
      packets
        .filter((packet) => packet.direction === direction && packet.name === name)
        .flatMap(({ payload }) => [payload].flat())
        .flatMap((part) => (typeof part === 'object' && 'seat' in part ? [part.seat] : [])),
    ).size;
  // The host is told of each seat that is given.
  return { asked: seats('in', 'invite:claim'), given: seats('out', 'invite:claimed') };
}
