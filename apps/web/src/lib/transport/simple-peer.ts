import SimplePeer from 'simple-peer';
import * as v from 'valibot';

import { cleanCandidate, isRelayed, MAX_CANDIDATES } from './candidate.ts';
import { fingerprintBytes, printSdp, readSdp, type Description } from './description.ts';
import { pathIn } from './path.ts';
import { MAX_FRAME_BYTES, type OpenTransport, type Path, type Signal, type TransportEvent } from './transport.ts';

/** A closed transport that lingers is gone after this long, in milliseconds. */
const LINGER_MS = 1000;

/** A connection that reports `disconnected` may recover by itself; after this long, in milliseconds, it has not. */
const DISCONNECTED_MS = 4000;

/** Statistics name the chosen pair a moment after the channel opened; asked again after this long, then ever more slowly (ms). */
const PATH_TRY_MS = 200;
const SLOWEST_PATH_TRY_MS = 3000;

/** The browser may move to another pair while the connection lives; asked so often, in milliseconds. */
const PATH_AGAIN_MS = 5000;

/** Frames wait here while this many bytes are on their way; far above what a chat needs, far below what hurts. */
const MAX_BUFFERED_BYTES = 4 * 1024 * 1024;

/** One WebRTC data channel through simple-peer, which sees only signals rebuilt from validated parts. */
export const openSimplePeer: OpenTransport = (role, { iceServers, relayOnly }, on) => {
  let closed = false;
  let candidates = 0;
  const descriptions: { local: Description | null; remote: Description | null } = { local: null, remote: null };
  const raw: { connection: RTCPeerConnection | null } = { connection: null };
  let disconnected: ReturnType<typeof setTimeout> | undefined;

  const tell = (event: TransportEvent): void => {
    if (!closed) on(event);
  };
  const close = (): void => {
    closed = true;
    peer.destroy();
  };
  const stop = (type: 'lost' | 'violated'): void => {
    if (closed) return;
    close();
    on({ type });
  };

  // simple-peer hides its connection; its `wrtc` option lets us hand in the constructors and so hold on to it.
  class Connection extends RTCPeerConnection {
    constructor(configuration?: RTCConfiguration) {
      super(configuration);
      raw.connection = this;
      // Ours is negotiated with id 0 on both sides; whatever the peer opens by itself is not honest.
      this.addEventListener('datachannel', () => {
        stop('violated');
      });
      this.addEventListener('track', () => {
        stop('violated');
      });
      this.addEventListener('connectionstatechange', () => {
        clearTimeout(disconnected);
        if (this.connectionState === 'failed') stop('lost');
        if (this.connectionState === 'disconnected')
          disconnected = setTimeout(() => {
            stop('lost');
          }, DISCONNECTED_MS);
      });
    }
    override createDataChannel(label: string, options?: RTCDataChannelInit): RTCDataChannel {
      const channel = super.createDataChannel(label, options);
      // Earlier than simple-peer's own 'connect', which first asks for statistics.
      channel.addEventListener('open', opened);
      return channel;
    }
  }

  function opened(): void {
    const { local, remote } = descriptions;
    if (local === null || remote === null) return;
    const [host, guest] = role === 'host' ? [local, remote] : [remote, local];
    tell({ type: 'opened', fingerprints: { host: fingerprintBytes(host), guest: fingerprintBytes(guest) } });
    watchPath(null, PATH_TRY_MS);
  }

  /** Tells the path when it is known, and again whenever it is another than the one told before. */
  function watchPath(told: Path | null, waitMs: number): void {
    if (closed) return;
    void pathOf(raw.connection)
      // No statistics now: perhaps later.
      .catch(() => null)
      .then((found) => {
        if (found !== null && found !== told) tell({ type: 'path', path: found });
        const path = found ?? told;
        setTimeout(
          () => {
            watchPath(path, Math.min(waitMs * 2, SLOWEST_PATH_TRY_MS));
          },
          path === null ? waitMs : PATH_AGAIN_MS,
        );
      });
  }

  const peer = new SimplePeer({
    initiator: role === 'host',
    objectMode: true,
    trickle: true,
    channelName: 'porchlight',
    channelConfig: { negotiated: true, id: 0, ordered: true },
    config: { iceServers: [...iceServers], iceTransportPolicy: relayOnly ? 'relay' : 'all' },
    wrtc: { RTCPeerConnection: Connection, RTCSessionDescription, RTCIceCandidate },
  });

  peer.on('signal', (signal: unknown) => {
    const own = readOwnSignal(signal);
    if (own === null) return;
    if (own.type === 'description') {
      // One description per transport: a fingerprint never changes while it lives.
      if (descriptions.local !== null) return;
      descriptions.local = own;
    }
    // The policy should have kept it back; an address that has left cannot be taken back.
    if (own.type === 'candidate' && relayOnly && !isRelayed(own.candidate)) return;
    tell({ type: 'signal', signal: own });
  });
  peer.on('data', (data: unknown) => {
    if (data instanceof Uint8Array && data.length <= MAX_FRAME_BYTES) tell({ type: 'received', frame: data });
    else stop('violated');
  });
  peer.on('track', () => {
    stop('violated');
  });
  peer.on('stream', () => {
    stop('violated');
  });
  peer.on('error', () => {
    stop('lost');
  });
  peer.on('close', () => {
    stop('lost');
  });

  return {
    apply(signal) {
      if (closed) return;
      if (signal.type === 'candidate') {
        candidates += 1;
        const candidate = cleanCandidate(signal.candidate);
        if (candidate === null || candidates > MAX_CANDIDATES) stop('violated');
        else if (!relayOnly || isRelayed(candidate))
          peer.signal({
            type: 'candidate',
            candidate: { candidate, sdpMid: '0', sdpMLineIndex: 0 } as RTCIceCandidate,
          });
        return;
      }
      const expected = role === 'host' ? 'answer' : 'offer';
      if (signal.kind !== expected || descriptions.remote !== null) {
        stop('violated');
        return;
      }
      descriptions.remote = signal;
      peer.signal({ type: signal.kind, sdp: printSdp(signal, MAX_FRAME_BYTES) });
    },
    send(frame) {
      if (closed || peer.bufferSize > MAX_BUFFERED_BYTES) return false;
      try {
        peer.send(frame);
        return true;
      } catch {
        return false;
      }
    },
    close(linger = false) {
      if (closed) return;
      closed = true;
      if (!linger) peer.destroy();
      else
        setTimeout(() => {
          peer.destroy();
        }, LINGER_MS);
    },
  };
};

const ownSdp = v.object({ type: v.picklist(['offer', 'answer']), sdp: v.string() });
const ownCandidate = v.object({ candidate: v.object({ candidate: v.string() }) });

/** What our own browser wants to tell the peer: its description's parts or one UDP candidate; anything else stays here. */
function readOwnSignal(signal: unknown): Signal | null {
  if (v.is(ownSdp, signal)) return readSdp(signal.type, signal.sdp);
  const candidate = v.is(ownCandidate, signal) ? cleanCandidate(signal.candidate.candidate) : null;
  return candidate === null ? null : { type: 'candidate', candidate };
}

async function pathOf(connection: RTCPeerConnection | null): Promise<Path | null> {
  const report: unknown[] = [];
  (await connection?.getStats())?.forEach((entry: unknown) => report.push(entry));
  return pathIn(report);
}
