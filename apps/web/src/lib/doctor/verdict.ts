import type { Finding, Findings } from './checks.ts';

/** What it comes to: all is well, some chats will not connect, or none will. One sentence says what is wrong and what to do. */
export interface Verdict {
  tone: 'good' | 'limited' | 'bad';
  sentence: string;
}

/** What an examination comes to. The worst comes first: what is behind it could not be seen. */
export function verdict(found: Findings): Verdict {
  if (found.secure === 'bad') return verdicts.insecure;
  if (found.webrtc === 'bad') return verdicts.noWebrtc;
  if (found.server === 'bad') return verdicts.noServer;
  if (found.server === 'untested') return verdicts.busy;

  const relay = relayOf(found);
  if (found.self === 'bad') return relay === 'good' ? verdicts.relayOnly : verdicts.noUdp;
  if (relay === 'untested' || found.stun === 'untested') return verdicts.halfTested;
  if (relay === 'good') {
    if (found.stun === 'bad') return verdicts.relayOnly;
    return found.storage === 'bad' ? verdicts.noStorage : verdicts.well;
  }
  if (found.stun === 'good') return relay === 'absent' ? verdicts.noRelay : verdicts.relayUnreachable;
  if (found.stun === 'bad') return relay === 'absent' ? verdicts.blockedWithoutRelay : verdicts.blocked;
  return relay === 'absent' ? verdicts.oneNetwork : verdicts.relayAloneUnreachable;
}

/** One transport is enough. */
function relayOf(found: Findings): Finding {
  const transports = [found['turn-udp'], found['turn-tcp'], found['turn-tls']];
  const order = ['good', 'bad', 'untested', 'absent'] as const;
  return order.find((finding) => transports.includes(finding)) ?? 'absent';
}

/** Every verdict there is. */
export const verdicts = {
  insecure: {
    tone: 'bad',
    sentence: 'This page was not opened securely: open it with https:// in front, and chats can work.',
  },
  noWebrtc: {
    tone: 'bad',
    sentence:
      'This browser cannot chat: switch WebRTC on in its settings or extensions, or use a current Chrome, Edge, Firefox or Safari.',
  },
  noServer: {
    tone: 'bad',
    sentence:
      'Your browser cannot reach the server: check your connection. If other pages load, something blocks websockets: try another network.',
  },
  busy: { tone: 'bad', sentence: 'The server takes no more visitors right now: try again in a few minutes.' },
  noUdp: {
    tone: 'bad',
    sentence:
      'This browser allows no connections to other browsers: an extension, a privacy setting or your company may forbid them. Allow WebRTC, or use another browser.',
  },
  halfTested: {
    tone: 'limited',
    sentence:
      'Not everything could be tested, because it was tested too often in a short time: run it again in a few minutes.',
  },
  relayOnly: {
    tone: 'good',
    sentence: 'Direct connections are blocked here, but the relay works: chats will connect through it.',
  },
  well: {
    tone: 'good',
    sentence: 'All is well here. If a chat still does not connect, ask the other person to open this page too.',
  },
  noStorage: {
    tone: 'limited',
    sentence:
      'Chats will connect, but a reload may lose them: leave the private window, or allow this site to store data.',
  },
  noRelay: {
    tone: 'limited',
    sentence:
      'Your side is fine, but this server has no relay for strict networks: if a chat does not connect, try another network on the other side, or ask whoever runs the server to set up TURN.',
  },
  relayUnreachable: {
    tone: 'limited',
    sentence:
      'Direct connections work, but the relay cannot be reached: if a chat does not connect, try another network, or ask whoever runs the server to check TURN.',
  },
  blockedWithoutRelay: {
    tone: 'bad',
    sentence:
      'Your network blocks direct connections, and this server has no relay: try another network, or ask whoever runs the server to set up TURN.',
  },
  blocked: {
    tone: 'bad',
    sentence:
      'Your network blocks direct connections, and the relay cannot be reached: try another network, or ask whoever runs the server to check TURN.',
  },
  relayAloneUnreachable: {
    tone: 'limited',
    sentence:
      'Chats connect inside one network only, because the relay cannot be reached: for others, try another network, or ask whoever runs the server to check TURN.',
  },
  oneNetwork: {
    tone: 'limited',
    sentence: 'Chats connect inside one network only: for others, ask whoever runs the server to set up STUN and TURN.',
  },
} as const satisfies Record<string, Verdict>;
