import type { IceServer } from '@porchlight/protocol';

import { checks, eachCheck, type Check, type Finding, type Findings } from './checks.ts';

/** How the world is asked. What throws or rejects has not worked. */
export interface Probes {
  isSecure: () => boolean;
  hasWebrtc: () => boolean;
  /** The servers it names; `unknown` when it answers and will not say; `turned-away` when it takes no socket; `silent`. */
  server: () => Promise<readonly IceServer[] | 'unknown' | 'turned-away' | 'silent'>;
  /** Whether two connections of this page find each other. */
  self: () => Promise<boolean>;
  /** Whether these servers give a candidate of this type. */
  gathers: (type: 'srflx' | 'relay', servers: readonly IceServer[]) => Promise<boolean>;
  storage: () => Promise<boolean>;
}

/**
 * Examines one thing after the other. `tell` hears of each as it begins (null) and of what was found. Never rejects.
 */
export async function examine(
  probes: Probes,
  tell: (check: Check, finding: Finding | null) => void,
): Promise<Findings> {
  const found = eachCheck<Finding>('untested');
  let servers: readonly IceServer[] | null = null;

  async function asked(): Promise<Finding> {
    const answer = await probes.server();
    if (answer === 'silent') return 'bad';
    if (answer === 'turned-away') return 'untested';
    servers = answer === 'unknown' ? null : answer;
    return 'good';
  }

  async function reached(type: 'srflx' | 'relay', kind: Kind): Promise<Finding> {
    if (servers === null || found.webrtc === 'bad') return 'untested';
    const those = servers.filter(({ urls }) => kindOf(urls) === kind);
    return those.length === 0 ? 'absent' : worked(await probes.gathers(type, those));
  }

  const look: Record<Check, () => Finding | Promise<Finding>> = {
    secure: () => worked(probes.isSecure()),
    webrtc: () => worked(probes.hasWebrtc()),
    server: asked,
    self: async () => (found.webrtc === 'bad' ? 'untested' : worked(await probes.self())),
    stun: () => reached('srflx', 'stun'),
    'turn-udp': () => reached('relay', 'turn-udp'),
    'turn-tcp': () => reached('relay', 'turn-tcp'),
    'turn-tls': () => reached('relay', 'turn-tls'),
    storage: async () => worked(await probes.storage()),
  };

  for (const check of checks) {
    tell(check, null);
    try {
      found[check] = await look[check]();
    } catch {
      found[check] = 'bad';
    }
    tell(check, found[check]);
  }
  return found;
}

type Kind = 'stun' | 'turn-udp' | 'turn-tcp' | 'turn-tls';

/** Which check a server belongs to. A TURN URL that names no transport means UDP, one of `turns:` TCP (RFC 7065 3.1). */
export function kindOf(url: string): Kind {
  if (url.startsWith('stun:')) return 'stun';
  if (url.startsWith('turns:')) return 'turn-tls';
  return url.endsWith('?transport=tcp') ? 'turn-tcp' : 'turn-udp';
}

const worked = (yes: boolean): Finding => (yes ? 'good' : 'bad');
