import { describe, expect, it } from 'vitest';

import { moved, placeOf, withMovedCandidates } from './candidate.ts';

const UDP = 'candidate:842163049 1 udp 2113937151 192.0.2.7 51234 typ host generation 0 ufrag abcd network-cost 999';

describe('the delayed path', () => {
  it('finds where a UDP candidate lives, alone or as a line of SDP', () => {
    expect(placeOf(UDP)).toEqual({ address: '192.0.2.7', port: 51234 });
    expect(placeOf(`a=${UDP}`)).toEqual({ address: '192.0.2.7', port: 51234 });
  });

  it('carries neither TCP, IPv6, mDNS nor the end of candidates', () => {
    expect(placeOf('candidate:1 1 tcp 1518280447 192.0.2.7 9 typ host tcptype active')).toBeNull();
    expect(placeOf('candidate:1 1 udp 2113937151 fd00::2 51234 typ host')).toBeNull();
    expect(placeOf('candidate:1 1 udp 2113937151 0a1b.local 51234 typ host')).toBeNull();
    expect(placeOf('')).toBeNull();
  });

  it('moves a candidate to a door and changes nothing else', () => {
    expect(moved(UDP, 4000)).toBe(UDP.replace('192.0.2.7 51234', '127.0.0.1 4000'));
  });

  it('moves or drops candidates inside an SDP and leaves the other lines alone', () => {
    const sdp = ['v=0', `a=${UDP}`, 'a=candidate:1 1 tcp 1 192.0.2.7 9 typ host', 'a=mid:0', ''].join('\r\n');
    const out = withMovedCandidates(sdp, (line) => (placeOf(line) === null ? null : moved(line, 4000)));
    expect(out).toBe(['v=0', `a=${moved(UDP, 4000)}`, 'a=mid:0', ''].join('\r\n'));
  });
});
