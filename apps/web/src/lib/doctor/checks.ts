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

/** What a person reads of one check: its name, and one plain sentence for what was found. */
interface Words {
  label: string;
  sentences: Partial<Record<Finding, string>> & Record<'good' | 'bad', string>;
}

const relay = {
  good: 'The relay can be reached this way.',
  bad: 'The relay cannot be reached this way.',
  absent: 'This server has no such relay.',
};

const words: Record<Check, Words> = {
  secure: {
    label: 'Secure page',
    sentences: {
      good: 'This page came over a secure connection.',
      bad: 'This page did not come over https, so the browser holds back what a chat needs.',
    },
  },
  webrtc: {
    label: 'WebRTC',
    sentences: {
      good: 'This browser can talk to other browsers.',
      bad: 'This browser has no WebRTC, or it is switched off.',
    },
  },
  server: {
    label: 'Server',
    sentences: {
      good: 'The server answers.',
      bad: 'The server does not answer over a websocket.',
      untested: 'The server answers, but takes no more visitors right now.',
    },
  },
  self: {
    label: 'Connection inside this browser',
    sentences: {
      good: 'This page could connect to itself over UDP.',
      bad: 'This page could not even connect to itself over UDP.',
    },
  },
  stun: {
    label: 'Way to other networks (STUN)',
    sentences: {
      good: 'This browser learned how it is seen from outside.',
      bad: 'No STUN server answered.',
      absent: 'This server names no STUN server.',
    },
  },
  'turn-udp': { label: 'Relay over UDP', sentences: relay },
  'turn-tcp': { label: 'Relay over TCP', sentences: relay },
  'turn-tls': { label: 'Relay over TLS', sentences: relay },
  storage: {
    label: 'Storage',
    sentences: {
      good: 'This page can keep what a reload needs.',
      bad: 'This browser lets the page keep nothing, so a reload may lose a chat.',
    },
  },
};

/** The name of a check. */
export function labelOf(check: Check): string {
  return words[check].label;
}

/** What was found, in one sentence. */
export function sentenceOf(check: Check, finding: Finding): string {
  return words[check].sentences[finding] ?? 'Not tested.';
}
