import type { Description } from './description.ts';
import { fingerprintBytes } from './description.ts';
import type { Transport, TransportEvent, Ways } from './transport.ts';

interface End {
  own: Description;
  peer: Description | null;
  on: (event: TransportEvent) => void;
  other: End | null;
  closed: boolean;
}

/** Transports in memory, for tests: two ends meet when each was told the other's description. */
export function createMemoryNetwork(random: (length: number) => Uint8Array) {
  const ends: End[] = [];
  const network = {
    /** How many transports were ever opened. */
    opened: 0,
    /** What each of them was given. */
    ways: [] as Ways[],
    /** A man in the middle: what each end takes for the other's certificate. */
    certificateOf: (description: Description): Uint8Array => fingerprintBytes(description),
    /** What becomes of a frame on its way. */
    carry: (frame: Uint8Array): Uint8Array[] => [frame],
    open: open,
    /** Every way is gone; new ones can be found. */
    cut: () => {
      for (const end of ends.splice(0)) lose(end);
    },
  };

  function open(role: 'host' | 'guest', ways: Ways, on: (event: TransportEvent) => void): Transport {
    network.opened += 1;
    network.ways.push(ways);
    const own: Description = {
      type: 'description',
      kind: role === 'host' ? 'offer' : 'answer',
      ufrag: letters(8),
      pwd: letters(24),
      fingerprint: `${letters(42)}A`,
      setup: role === 'host' ? 'actpass' : 'active',
    };
    const end: End = { own, peer: null, on, other: null, closed: false };
    ends.push(end);
    const describe = (): void => {
      queueMicrotask(() => {
        if (end.closed) return;
        on({ type: 'signal', signal: own });
        on({ type: 'signal', signal: { type: 'candidate', candidate: 'candidate:1 1 udp 1 192.0.2.1 9 typ host' } });
      });
    };
    if (role === 'host') describe();
    return {
      apply(signal) {
        if (signal.type !== 'description') return;
        end.peer = signal;
        if (role === 'guest') describe();
        else meet(end);
      },
      send(frame) {
        const { other } = end;
        if (end.closed || other === null || other.closed) return false;
        for (const carried of network.carry(frame))
          queueMicrotask(() => {
            if (!other.closed) other.on({ type: 'received', frame: carried });
          });
        return true;
      },
      close() {
        const { other } = end;
        end.closed = true;
        // What was sent before arrives before.
        if (other !== null)
          queueMicrotask(() => {
            lose(other);
          });
      },
    };
  }

  function meet(host: End): void {
    const guest = ends.find((end) => end.own.ufrag === host.peer?.ufrag && end.peer?.ufrag === host.own.ufrag);
    if (guest === undefined || host.peer === null || guest.peer === null) return;
    host.other = guest;
    guest.other = host;
    for (const [end, offer, answer] of [
      [host, host.own, host.peer],
      [guest, guest.peer, guest.own],
    ] as const) {
      const fingerprints = { host: fingerprintBytes(offer), guest: fingerprintBytes(answer) };
      if (end === host) fingerprints.guest = network.certificateOf(answer);
      queueMicrotask(() => {
        if (!end.closed) end.on({ type: 'opened', fingerprints });
      });
    }
  }

  function lose(end: End): void {
    if (end.closed) return;
    end.closed = true;
    end.on({ type: 'lost' });
  }

  function letters(length: number): string {
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdef';
    return Array.from(random(length), (byte) => alphabet[byte % 32]).join('');
  }

  return network;
}
