import type { Finding, Findings } from './checks.ts';

/** What it comes to: all is well, some chats will not connect, or none will. The words are in ui/doctor-words.ts. */
export interface Verdict {
  name: VerdictName;
  tone: 'good' | 'limited' | 'bad';
}

/** What an examination comes to. The worst comes first: what is behind it could not be seen. */
export function verdict(found: Findings): Verdict {
  const name = nameOf(found);
  return { name, tone: tones[name] };
}

function nameOf(found: Findings): VerdictName {
  if (found.secure === 'bad') return 'insecure';
  if (found.webrtc === 'bad') return 'noWebrtc';
  if (found.server === 'bad') return 'noServer';
  if (found.server === 'untested') return 'busy';

  const relay = relayOf(found);
  if (found.self === 'bad') return relay === 'good' ? 'relayOnly' : 'noUdp';
  if (relay === 'untested' || found.stun === 'untested') return 'halfTested';
  if (relay === 'good') {
    if (found.stun === 'bad') return 'relayOnly';
    return found.storage === 'bad' ? 'noStorage' : 'well';
  }
  if (found.stun === 'good') return relay === 'absent' ? 'noRelay' : 'relayUnreachable';
  if (found.stun === 'bad') return relay === 'absent' ? 'blockedWithoutRelay' : 'blocked';
  return relay === 'absent' ? 'oneNetwork' : 'relayAloneUnreachable';
}

/** One transport is enough. */
function relayOf(found: Findings): Finding {
  const transports = [found['turn-udp'], found['turn-tcp'], found['turn-tls']];
  const order = ['good', 'bad', 'untested', 'absent'] as const;
  return order.find((finding) => transports.includes(finding)) ?? 'absent';
}

/** Every verdict there is. */
export const tones = {
  insecure: 'bad',
  noWebrtc: 'bad',
  noServer: 'bad',
  busy: 'bad',
  noUdp: 'bad',
  halfTested: 'limited',
  relayOnly: 'good',
  well: 'good',
  noStorage: 'limited',
  noRelay: 'limited',
  relayUnreachable: 'limited',
  blockedWithoutRelay: 'bad',
  blocked: 'bad',
  relayAloneUnreachable: 'limited',
  oneNetwork: 'limited',
} as const;

export type VerdictName = keyof typeof tones;
