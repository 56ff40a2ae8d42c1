import { describe, expect, it } from 'vitest';

import { pathIn } from './path.ts';

const host = { id: 'host', type: 'local-candidate', candidateType: 'host' };
const remote = { id: 'remote', type: 'remote-candidate', candidateType: 'srflx' };
const turn = (relayProtocol?: string) => ({
  id: 'turn',
  type: 'local-candidate',
  candidateType: 'relay',
  relayProtocol,
});
const pair = (id: string, localCandidateId: string, more: object = {}, remoteCandidateId = 'remote') => ({
  id,
  type: 'candidate-pair',
  localCandidateId,
  remoteCandidateId,
  ...more,
});
const selected = { selected: true };

describe('the path', () => {
  it('is direct where neither end is at a TURN server', () => {
    expect(pathIn([host, remote, pair('p', 'host', selected)])).toBe('direct');
  });

  it.each([
    ['udp', 'relay'],
    ['tcp', 'relay-tcp'],
    ['tls', 'relay-tls'],
    [undefined, 'relay'],
  ] as const)('through our own TURN server over %s is %s', (protocol, path) => {
    expect(pathIn([turn(protocol), remote, pair('p', 'turn', selected)])).toBe(path);
  });

  it('through the other side’s TURN server is a relay, by whatever protocol they reach it', () => {
    const theirs = { id: 'theirs', type: 'remote-candidate', candidateType: 'relay' };
    expect(pathIn([host, theirs, pair('p', 'host', selected, 'theirs')])).toBe('relay');
  });

  it('is that of the pair in use, of several that were nominated', () => {
    const nominated = { nominated: true, state: 'succeeded' };
    const before = pair('before', 'turn', nominated);
    const all = [host, turn('udp'), remote, before];
    const transport = { id: 't', type: 'transport', selectedCandidatePairId: 'now' };
    expect(pathIn([...all, pair('now', 'host', nominated), transport]), 'as Chromium says it').toBe('direct');
    expect(pathIn([...all, pair('now', 'host', { ...nominated, ...selected })]), 'as Firefox says it').toBe('direct');
    expect(pathIn([...all, { ...transport, selectedCandidatePairId: 'gone' }]), 'otherwise').toBe('relay');
  });

  it('is not claimed before a pair was chosen, or when its ends are not known', () => {
    expect(pathIn([])).toBeNull();
    expect(pathIn([host, remote, pair('p', 'host', { nominated: true, state: 'in-progress' })])).toBeNull();
    expect(pathIn([remote, pair('p', 'host', selected)])).toBeNull();
    expect(pathIn([host, remote, { id: 't', type: 'transport' }, pair('p', 'host')])).toBeNull();
  });

  it('is not read from what is no statistic', () => {
    expect(pathIn([null, 'transport', { type: 'transport' }, { id: 3, type: 'candidate-pair' }])).toBeNull();
  });
});
