/** What is examined, in this order: a closed list. */
export const checks = [
  'secure',
  'webrtc',
  'server',
  'self',
  'stun',
  'turn-udp',
  'turn-tcp',
  'turn-tls',
  'storage',
] as const;

export type Check = (typeof checks)[number];

/** `absent`: the server names nothing to examine here. `untested`: something else came in between. */
export type Finding = 'good' | 'bad' | 'absent' | 'untested';

/** What a whole examination found. */
export type Findings = Readonly<Record<Check, Finding>>;

/** The same for every check, to begin with. */
export function eachCheck<T>(value: T): Record<Check, T> {
  return {
    secure: value,
    webrtc: value,
    server: value,
    self: value,
    stun: value,
    'turn-udp': value,
    'turn-tcp': value,
    'turn-tls': value,
    storage: value,
  };
}
