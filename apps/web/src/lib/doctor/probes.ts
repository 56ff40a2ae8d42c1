import type { IceServer } from '@porchlight/protocol';

import { openSocket } from '../signaling/socket.ts';

import type { Probes } from './examine.ts';

/** How long each may take, in milliseconds. A TLS relay far away needs six round trips. */
const SERVER_MS = 10_000;
const SELF_MS = 8_000;
const GATHER_MS = 8_000;
const STORAGE_MS = 3_000;

/** How often the line to the server is looked at meanwhile, in milliseconds. */
const LOOK_MS = 100;

/** The real world: this browser, and the server over the line that a chat would use. */
export function openProbes(): Probes {
  const signaling = openSocket(import.meta.env.SIGNAL_ORIGIN ?? location.origin);
  return {
    isSecure: () => window.isSecureContext,
    hasWebrtc: () => 'RTCPeerConnection' in window,
    async server() {
      const endsAt = performance.now() + SERVER_MS;
      while (!(signaling.up && signaling.welcome !== null)) {
        if (signaling.turnedAway !== null) return 'turned-away';
        if (performance.now() > endsAt) return 'silent';
        await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
      }
      const reply = await signaling.request('doctor', {});
      if (reply.ok) return reply.value.iceServers;
      return reply.refusal === 'unavailable' ? 'silent' : 'unknown';
    },
    self: connectsToItself,
    gathers,
    storage: async () => keepsForTheTab() && (await keepsInDatabase()),
  };
}

async function connectsToItself(): Promise<boolean> {
  const [one, other] = [new RTCPeerConnection(), new RTCPeerConnection()];
  const [mouth, ear] = [one, other].map((end) => end.createDataChannel('doctor', { negotiated: true, id: 0 }));
  const meeting = within(SELF_MS, (end) => {
    ear?.addEventListener('message', () => {
      end(true);
    });
    mouth?.addEventListener('open', () => {
      mouth.send('.');
    });
    const pass = (to: RTCPeerConnection, candidate: RTCIceCandidate | null): void => {
      // A candidate that one end does not take is one way less.
      if (candidate !== null) to.addIceCandidate(candidate).catch(() => undefined);
    };
    one.addEventListener('icecandidate', ({ candidate }) => {
      pass(other, candidate);
    });
    other.addEventListener('icecandidate', ({ candidate }) => {
      pass(one, candidate);
    });
  });
  try {
    const offer = await one.createOffer();
    // The other end first: a candidate may come as soon as one end has described itself.
    await other.setRemoteDescription(offer);
    await one.setLocalDescription(offer);
    const answer = await other.createAnswer();
    await one.setRemoteDescription(answer);
    await other.setLocalDescription(answer);
    return await meeting;
  } finally {
    one.close();
    other.close();
  }
}

async function gathers(type: 'srflx' | 'relay', servers: readonly IceServer[]): Promise<boolean> {
  const connection = new RTCPeerConnection({
    iceServers: [...servers],
    iceTransportPolicy: type === 'relay' ? 'relay' : 'all',
  });
  try {
    connection.createDataChannel('doctor');
    const found = within(GATHER_MS, (end) => {
      connection.addEventListener('icecandidate', ({ candidate }) => {
        if (candidate === null) end(false);
        else if (candidate.candidate.includes(` typ ${type}`)) end(true);
      });
    });
    await connection.setLocalDescription(await connection.createOffer());
    return await found;
  } finally {
    connection.close();
  }
}

const KEY = 'porchlight doctor';

function keepsForTheTab(): boolean {
  sessionStorage.setItem(KEY, KEY);
  const kept = sessionStorage.getItem(KEY) === KEY;
  sessionStorage.removeItem(KEY);
  return kept;
}

function keepsInDatabase(): Promise<boolean> {
  return within(STORAGE_MS, (end) => {
    const request = indexedDB.open(KEY);
    request.addEventListener('success', () => {
      request.result.close();
      indexedDB.deleteDatabase(KEY);
      end(true);
    });
    request.addEventListener('error', () => {
      end(false);
    });
  });
}

/** What `begin` says in the end, or false after this time. */
function within(ms: number, begin: (end: (yes: boolean) => void) => void): Promise<boolean> {
  return new Promise((resolve) => {
    setTimeout(() => {
      resolve(false);
    }, ms);
    begin(resolve);
  });
}
