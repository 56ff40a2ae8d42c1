/** The network end of an ICE candidate. */
export interface Place {
  readonly address: string;
  readonly port: number;
}

// RFC 8839 5.1: candidate:foundation component transport priority address port typ …
const UDP_CANDIDATE = /^(?:a=)?candidate:\S+ \d+ udp \d+ (\d+\.\d+\.\d+\.\d+) (\d+) typ /i;

/** Where a UDP candidate over IPv4 lives; null for anything else (TCP, IPv6, mDNS), which the delayed path does not carry. */
export function placeOf(candidate: string): Place | null {
  const found = UDP_CANDIDATE.exec(candidate);
  const [, address, port] = found ?? [];
  return address === undefined || port === undefined ? null : { address, port: Number(port) };
}

/** The same candidate, said to live at 127.0.0.1:`port`. Expects a candidate that has a place. */
export function moved(candidate: string, port: number): string {
  const words = candidate.split(' ');
  words[4] = '127.0.0.1';
  words[5] = String(port);
  return words.join(' ');
}

/**
 * Moves every candidate inside an SDP with `move` and drops those for which it answers null. Lines that are no
 * candidates stay as they are.
 */
export function withMovedCandidates(sdp: string, move: (candidate: string) => string | null): string {
  return sdp
    .split('\r\n')
    .map((line) => (line.startsWith('a=candidate:') ? move(line) : line))
    .filter((line) => line !== null)
    .join('\r\n');
}
