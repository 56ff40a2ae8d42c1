import * as v from 'valibot';

/*
 * SDP never travels. A description's validated parts do, and each side prints its own SDP from one template,
 * so that a second fingerprint, a media section or an unknown attribute has no place on the wire. docs/protocol.md §3
 */

// RFC 8839 5.4: ice-char, 4–256 for the fragment, 22–256 for the password.
const ICE_CHARS = /^[A-Za-z0-9+/]+$/;

export const descriptionSchema = v.pipe(
  v.strictObject({
    type: v.literal('description'),
    kind: v.picklist(['offer', 'answer']),
    ufrag: v.pipe(v.string(), v.minLength(4), v.maxLength(256), v.regex(ICE_CHARS)),
    pwd: v.pipe(v.string(), v.minLength(22), v.maxLength(256), v.regex(ICE_CHARS)),
    /** The raw SHA-256 of the DTLS certificate, base64url. */
    fingerprint: v.pipe(v.string(), v.length(43), v.regex(/^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/)),
    setup: v.picklist(['actpass', 'active', 'passive']),
  }),
  // RFC 8842 5.3: an offer leaves the choice open, an answer makes it.
  v.check((description) => (description.kind === 'offer') === (description.setup === 'actpass')),
);

export type Description = v.InferOutput<typeof descriptionSchema>;

/** The parts of what this browser's own RTCPeerConnection described; null if it is not one data-channel section. */
export function readSdp(kind: 'offer' | 'answer', sdp: string): Description | null {
  const lines = sdp.split(/\r?\n/);
  const values = (name: string): string[] => [
    ...new Set(lines.filter((line) => line.startsWith(`a=${name}:`)).map((line) => line.slice(name.length + 3))),
  ];
  if (lines.filter((line) => line.startsWith('m=')).join() !== lines.find((line) => line.startsWith('m=application')))
    return null;
  const [ufrag, pwd, setup, mid] = ['ice-ufrag', 'ice-pwd', 'setup', 'mid'].map((name) => values(name));
  const fingerprints = values('fingerprint');
  if (mid?.[0] !== '0' || fingerprints.length !== 1) return null;
  const [algorithm, hex] = (fingerprints[0] ?? '').split(' ');
  if (algorithm?.toLowerCase() !== 'sha-256' || hex === undefined) return null;
  const parsed = v.safeParse(descriptionSchema, {
    type: 'description',
    kind,
    ufrag: ufrag?.[0],
    pwd: pwd?.[0],
    fingerprint: fingerprintFromHex(hex),
    setup: setup?.[0],
  });
  return parsed.success ? parsed.output : null;
}

/** SDP for one reliable data channel, from validated parts alone. RFC 8841, RFC 8866. */
export function printSdp(description: Description, maxMessageBytes: number): string {
  return [
    'v=0',
    'o=- 1 1 IN IP4 127.0.0.1',
    's=-',
    't=0 0',
    'a=group:BUNDLE 0',
    'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
    'c=IN IP4 0.0.0.0',
    `a=ice-ufrag:${description.ufrag}`,
    `a=ice-pwd:${description.pwd}`,
    'a=ice-options:trickle',
    `a=fingerprint:sha-256 ${fingerprintToHex(description.fingerprint)}`,
    `a=setup:${description.setup}`,
    'a=mid:0',
    'a=sctp-port:5000',
    `a=max-message-size:${String(maxMessageBytes)}`,
    '',
  ].join('\r\n');
}

/** The raw 32 bytes of a description's fingerprint. */
export function fingerprintBytes(description: Description): Uint8Array {
  const text = atob(description.fingerprint.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

function fingerprintFromHex(hex: string): string {
  const bytes = hex.split(':').map((pair) => (/^[0-9A-Fa-f]{2}$/.test(pair) ? Number.parseInt(pair, 16) : -1));
  if (bytes.length !== 32 || bytes.includes(-1)) return '';
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace('=', '');
}

const fingerprintToHex = (fingerprint: string): string =>
  [...fingerprintBytes({ fingerprint } as Description)]
    .map((byte) => byte.toString(16).padStart(2, '0').toUpperCase())
    .join(':');
