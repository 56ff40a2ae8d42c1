import { is } from 'valibot';
import { describe, expect, it } from 'vitest';

import { iceServer } from './ice.ts';

const credential = { username: '1700003600:abc', credential: 'Zm9v' };

describe('an ICE server', () => {
  it.each([
    'stun:stun.example.org',
    'stun:stun.example.org:3478',
    'stun:192.0.2.1',
    'stun:[2001:db8::1]:65535',
    'stun:[::ffff:192.0.2.1]',
    'stun:a--b.c',
  ])('may be %s without a credential', (urls) => {
    expect(is(iceServer, { urls })).toBe(true);
    expect(is(iceServer, { urls, ...credential })).toBe(false);
  });

  it.each([
    'turn:turn.example.org',
    'turn:turn.example.org:3478?transport=udp',
    'turns:192.0.2.1:443?transport=tcp',
    'turn:[2001:db8::1]:1?transport=udp',
  ])('may be %s with both parts of a credential', (urls) => {
    expect(is(iceServer, { urls, ...credential })).toBe(true);
    expect(is(iceServer, { urls })).toBe(false);
    expect(is(iceServer, { urls, username: 'only' })).toBe(false);
    expect(is(iceServer, { urls, credential: 'only' })).toBe(false);
    expect(is(iceServer, { urls, ...credential, username: '' })).toBe(false);
    expect(is(iceServer, { urls, ...credential, credential: 'A'.repeat(257) })).toBe(false);
  });

  it.each([
    '',
    'stun:',
    'stuns:stun.example.org',
    'http://stun.example.org',
    'stun://stun.example.org',
    'STUN:stun.example.org',
    'stun:stun.example.org:0',
    'stun:stun.example.org:65536',
    'stun:stun.example.org:',
    'stun:stun.example.org?transport=udp',
    'stun:user@stun.example.org',
    'stun:stun.example.org/path',
    'stun:stun.example.org\n',
    ' stun:stun.example.org',
    'stun:-.example.org',
    'stun:a..b',
    'stun:a.-b',
    'stun:a-.b',
    'stun:a.b.',
    'stun:.',
    'stun:[::::]',
    'stun:[.]',
    'stun:[1:2]',
    'stun:[192.0.2.1]',
    'stun:[::1',
    'stun:256.0.2.1',
    'turn:[::::]',
    'turn:a..b',
    `stun:${'a'.repeat(256)}`,
    'turn:turn.example.org?transport=sctp',
    'turn:turn.example.org?transport=udp&more',
    'turn:turn.example.org?transport=udp#x',
    'javascript:alert(1)',
  ])('is never %j', (urls) => {
    expect(is(iceServer, { urls })).toBe(false);
    expect(is(iceServer, { urls, ...credential })).toBe(false);
  });

  it('has one URL, and no other field', () => {
    expect(is(iceServer, { urls: ['stun:stun.example.org'] })).toBe(false);
    expect(is(iceServer, { urls: 'stun:stun.example.org', credentialType: 'password' })).toBe(false);
  });
});
