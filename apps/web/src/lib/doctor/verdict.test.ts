import { describe, expect, it } from 'vitest';

import { eachCheck, type Findings } from './checks.ts';
import { tones, verdict, type VerdictName } from './verdict.ts';

const found = (differently: Partial<Findings>): Findings => ({ ...eachCheck('good'), ...differently });
const noRelay = { 'turn-udp': 'absent', 'turn-tcp': 'absent', 'turn-tls': 'absent' } as const;
const deadRelay = { 'turn-udp': 'bad', 'turn-tcp': 'bad', 'turn-tls': 'bad' } as const;
const unasked = { stun: 'untested', 'turn-udp': 'untested', 'turn-tcp': 'untested', 'turn-tls': 'untested' } as const;

const cases: readonly (readonly [what: string, Partial<Findings>, VerdictName])[] = [
  ['all is good', {}, 'well'],
  ['the page is not secure, whatever else', { secure: 'bad', webrtc: 'bad', server: 'bad' }, 'insecure'],
  ['there is no WebRTC', { webrtc: 'bad', self: 'untested', ...unasked }, 'noWebrtc'],
  ['the server is silent', { server: 'bad', ...unasked }, 'noServer'],
  ['the server takes no socket', { server: 'untested', ...unasked }, 'busy'],
  ['the browser forbids connections', { self: 'bad', stun: 'bad', ...deadRelay }, 'noUdp'],
  ['the browser forbids connections and there is no relay', { self: 'bad', ...noRelay }, 'noUdp'],
  ['the browser allows a relay only', { self: 'bad', stun: 'bad', 'turn-udp': 'bad' }, 'relayOnly'],
  ['the servers were asked for too often', unasked, 'halfTested'],
  ['one transport to the relay is enough', { ...deadRelay, 'turn-tls': 'good' }, 'well'],
  ['the network lets nothing but TLS out', { ...deadRelay, stun: 'bad', 'turn-tls': 'good' }, 'relayOnly'],
  ['a relay without STUN is enough', { stun: 'absent' }, 'well'],
  ['nothing can be stored', { storage: 'bad' }, 'noStorage'],
  ['there is STUN and no relay', noRelay, 'noRelay'],
  ['there is STUN and the relay is dead', deadRelay, 'relayUnreachable'],
  ['STUN is blocked and there is no relay', { stun: 'bad', ...noRelay }, 'blockedWithoutRelay'],
  ['STUN and relay are blocked', { stun: 'bad', ...deadRelay }, 'blocked'],
  ['the relay is dead and there is no STUN to try', { stun: 'absent', ...deadRelay }, 'relayAloneUnreachable'],
  ['the server names nothing', { stun: 'absent', ...noRelay }, 'oneNetwork'],
];

describe('the verdict', () => {
  it.each(cases)('when %s', (_, differently, expected) => {
    expect(verdict(found(differently))).toEqual({ name: expected, tone: tones[expected] });
  });

  it('has no name that is never given', () => {
    const given = cases.map(([, , expected]) => expected);
    expect(new Set(given)).toEqual(new Set(Object.keys(tones)));
  });
});
