/** One browser's end of the way that is in use, as its own statistics have it. */
export interface Rung {
  /** Of its own candidate. */
  readonly type: string;
  /** How it reaches its TURN server; null where its candidate is not at one. */
  readonly relayProtocol: string | null;
  /** Of the other side's candidate. */
  readonly towards: string;
}

/** What one side of a chat stands on, and what its page says of that. */
export interface Standing {
  readonly rung: Rung;
  readonly words: string;
}

/** E.g. `srflx`; `relay/tcp` for its own relay, reached over TCP; `their relay` where it sends to the other side's. */
export function printed({ type, relayProtocol, towards }: Rung): string {
  if (type === 'relay') return `relay/${relayProtocol ?? '?'}`;
  return towards === 'relay' ? 'their relay' : type;
}

/** What a page that tells the truth says of its way. */
export function wordsFor(rung: Rung): string {
  if (pathOf(rung) === 'direct') return 'Connected directly';
  const { relayProtocol } = rung;
  // UDP is what everybody expects of a relay; what the other side's is reached over, this side does not know.
  if (relayProtocol === null || relayProtocol === 'udp') return 'Connected through a relay';
  return `Connected through a relay (${relayProtocol.toUpperCase()})`;
}

/** Whether there is a relay in between, at either end. */
export const pathOf = ({ type, towards }: Rung): 'direct' | 'relay' =>
  type === 'relay' || towards === 'relay' ? 'relay' : 'direct';
