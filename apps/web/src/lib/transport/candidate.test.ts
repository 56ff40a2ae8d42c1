import { describe, expect, it } from 'vitest';

import { cleanCandidate, isRelayed } from './candidate.ts';

describe('a candidate', () => {
  it.each([
    [
      'candidate:1125299075 1 udp 2113937151 8f186ce6-ac22-4943-ab1a-8c767e962a0a.local 43788 typ host generation 0 ufrag NmKP network-cost 999',
      'candidate:1125299075 1 udp 2113937151 8f186ce6-ac22-4943-ab1a-8c767e962a0a.local 43788 typ host',
    ],
    ['candidate:0 1 UDP 2122252543 192.0.2.7 50000 typ host', 'candidate:0 1 udp 2122252543 192.0.2.7 50000 typ host'],
    [
      'candidate:2 1 udp 1686052607 203.0.113.9 61000 typ srflx raddr 192.0.2.7 rport 50000 generation 0',
      'candidate:2 1 udp 1686052607 203.0.113.9 61000 typ srflx raddr 0.0.0.0 rport 0',
    ],
    [
      'candidate:3 1 udp 41885439 2001:db8::1 3478 typ relay raddr :: rport 9',
      'candidate:3 1 udp 41885439 2001:db8::1 3478 typ relay raddr :: rport 0',
    ],
    ['candidate:1 1 udp 1 ::1 9 typ host', 'candidate:1 1 udp 1 ::1 9 typ host'],
    ['candidate:1 1 udp 1 fe80:1:2:3:4:5:6:7 9 typ host', 'candidate:1 1 udp 1 fe80:1:2:3:4:5:6:7 9 typ host'],
  ])('is rebuilt from its parts: %s', (text, clean) => {
    expect(cleanCandidate(text)).toBe(clean);
  });

  it.each([
    ['', 'empty'],
    ['candidate:1 1 tcp 1 192.0.2.7 9 typ host tcptype active', 'TCP'],
    ['candidate:1 2 udp 1 192.0.2.7 9 typ host', 'another component'],
    ['candidate:1 1 udp 4294967296 192.0.2.7 9 typ host', 'a priority over 32 bits'],
    ['candidate:1 1 udp 1 192.0.2.7 65536 typ host', 'a port over 65535'],
    ['candidate:1 1 udp 1 192.0.2.256 9 typ host', 'no address'],
    ['candidate:1 1 udp 1 ::::: 9 typ host', 'no address either'],
    ['candidate:1 1 udp 1 1:2:3:4:5:6:7:8:9 9 typ host', 'nine groups'],
    ['candidate:1 1 udp 1 1:2: 9 typ host', 'half an address'],
    ['candidate:1 1 udp 1 1::2::3 9 typ host', 'two gaps'],
    ['candidate:1 1 udp 1 example.com 9 typ host', 'a name to look up'],
    ['candidate:1 1 udp 1 evil.local 9 typ host', 'a guessable local name'],
    ['candidate:1 1 udp 1 192.0.2.7 9 typ srflx raddr example.com rport 9', 'a name as related address'],
    ['candidate:1 1 udp 1 192.0.2.7 9 typ weird', 'an unknown type'],
    ['a=candidate:1 1 udp 1 192.0.2.7 9 typ host', 'an attribute'],
    ['candidate:1 1 udp 1 192.0.2.7 9 typ host\r\na=fingerprint:sha-256 00', 'a second line'],
    [`candidate:1 1 udp 1 192.0.2.7 9 typ host ${'x'.repeat(512)}`, 'too long'],
  ])('is refused: %s (%s)', (text) => {
    expect(cleanCandidate(text)).toBeNull();
  });
});

describe('a place at a TURN server', () => {
  it.each([
    ['candidate:1 1 udp 1 192.0.2.7 9 typ relay raddr 0.0.0.0 rport 0', true],
    ['candidate:1 1 udp 1 192.0.2.7 9 typ host', false],
    ['candidate:1 1 udp 1 192.0.2.7 9 typ srflx raddr 192.0.2.8 rport 9', false],
  ])('is told from others: %s', (candidate, is) => {
    expect(isRelayed(cleanCandidate(candidate) ?? '')).toBe(is);
  });
});
