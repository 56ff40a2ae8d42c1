import * as v from 'valibot';
import { describe, expect, it } from 'vitest';

import { descriptionSchema, fingerprintBytes, printSdp, readSdp, type Description } from './description.ts';

const hex = Array.from({ length: 32 }, (_, n) => n.toString(16).padStart(2, '0').toUpperCase()).join(':');
const sdp = (lines: string[] = []): string =>
  [
    'v=0',
    'o=- 4611731400430051336 2 IN IP4 127.0.0.1',
    's=-',
    't=0 0',
    'a=group:BUNDLE 0',
    'a=extmap-allow-mixed',
    'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
    'c=IN IP4 0.0.0.0',
    'a=ice-ufrag:Rv3p',
    'a=ice-pwd:zt8SXvCfAPHcIlrzpSKhBQtt',
    'a=ice-options:trickle',
    `a=fingerprint:sha-256 ${hex}`,
    'a=setup:actpass',
    'a=mid:0',
    'a=sctp-port:5000',
    'a=max-message-size:262144',
    ...lines,
    '',
  ].join('\r\n');

const offer = (): Description => {
  const read = readSdp('offer', sdp());
  if (read === null) throw new Error('not read');
  return read;
};

describe('a description', () => {
  it('is read from SDP and printed as SDP that reads the same', () => {
    expect(offer()).toEqual({
      type: 'description',
      kind: 'offer',
      ufrag: 'Rv3p',
      pwd: 'zt8SXvCfAPHcIlrzpSKhBQtt',
      fingerprint: 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8',
      setup: 'actpass',
    });
    expect(readSdp('offer', printSdp(offer(), 16_384))).toEqual(offer());
    expect(printSdp(offer(), 16_384)).toContain(`a=fingerprint:sha-256 ${hex}`);
    expect([...fingerprintBytes(offer())]).toEqual(Array.from({ length: 32 }, (_, n) => n));
  });

  it.each([
    ['a media section', ['m=audio 9 UDP/TLS/RTP/SAVPF 111']],
    ['a second data section', ['m=application 9 UDP/DTLS/SCTP webrtc-datachannel']],
    ['a second fingerprint', [`a=fingerprint:sha-256 ${hex.replace('00', 'FF')}`]],
    ['a fingerprint of another kind', [`a=fingerprint:sha-1 ${hex.slice(0, 59)}`]],
  ])('is not read from SDP with %s', (_name, lines) => {
    expect(readSdp('offer', sdp(lines))).toBeNull();
  });

  it('is not read as an answer when it leaves the role open', () => {
    expect(readSdp('answer', sdp())).toBeNull();
  });

  it.each<[string, object]>([
    ['a line break in the fragment', { ufrag: 'Rv3p\r\na=x:y' }],
    ['a short password', { pwd: 'short' }],
    ['a short fingerprint', { fingerprint: 'AAEC' }],
    ['a fingerprint with loose bits', { fingerprint: `${'A'.repeat(42)}B` }],
    ['an offer that already chose', { setup: 'active' }],
    ['an answer that did not', { kind: 'answer' }],
    ['SDP of its own', { sdp: 'v=0' }],
    ['a second fingerprint', { fingerprints: [] }],
  ])('from the peer is refused with %s', (_name, change) => {
    expect(v.safeParse(descriptionSchema, { ...offer(), ...change }).success).toBe(false);
  });
});
