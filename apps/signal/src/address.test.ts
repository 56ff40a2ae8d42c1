import { createHmac, randomBytes } from 'node:crypto';
import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';

import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';

import { addressOf, createAddresses, hmac, networksOf } from './address.ts';

afterEach(() => {
  vi.useRealTimers();
});

/** A request that came from `own`, with this X-Forwarded-For. */
function request(own: string | undefined, forwarded?: string): IncomingMessage {
  const socket = new Socket();
  Object.defineProperty(socket, 'remoteAddress', { value: own });
  const message = new IncomingMessage(socket);
  if (forwarded !== undefined) message.headers['x-forwarded-for'] = forwarded;
  return message;
}

function keys(trustedProxies = 0) {
  const addresses = createAddresses(trustedProxies);
  onTestFinished(addresses.close);
  return (own: string, forwarded?: string) => addresses.keyOf(request(own, forwarded));
}

describe('the address of a browser', () => {
  it.each([
    ['the socket’s own without proxies', 0, '198.51.100.1', '203.0.113.1', '198.51.100.1'],
    ['what one proxy appended', 1, '198.51.100.1', '203.0.113.1', '203.0.113.1'],
    ['not what a browser made up before it', 1, '198.51.100.1', '192.0.2.66, 203.0.113.1', '203.0.113.1'],
    ['what the first of two proxies appended', 2, '198.51.100.1', '192.0.2.66,203.0.113.1 , 10.0.0.1', '203.0.113.1'],
    ['IPv6', 1, '198.51.100.1', '2001:db8::1', '2001:db8::1'],
    ['the socket’s own when the header is missing', 1, '198.51.100.1', undefined, '198.51.100.1'],
    ['the socket’s own when the header is too short', 2, '198.51.100.1', '203.0.113.1', '198.51.100.1'],
    ['the socket’s own when it is no address', 1, '198.51.100.1', '203.0.113.1, unknown', '198.51.100.1'],
    ['the socket’s own when it is empty', 1, '198.51.100.1', '203.0.113.1,', '198.51.100.1'],
    ['the socket’s own when it has a port', 1, '198.51.100.1', '203.0.113.1:80', '198.51.100.1'],
    ['nothing when the socket is gone', 0, undefined, undefined, ''],
  ])('is %s', (_, trustedProxies, own, forwarded, address) => {
    expect(addressOf(request(own, forwarded), trustedProxies)).toBe(address);
  });
});

describe('what counts as one', () => {
  it.each([
    ['203.0.113.9', ['203.0.113.9']],
    ['::ffff:203.0.113.9', ['203.0.113.9']],
    ['::FFFF:cb00:7109', ['203.0.113.9']],
    ['0:0:0:0:0:ffff:203.0.113.9', ['203.0.113.9']],
    ['64:ff9b::203.0.113.9', ['203.0.113.9']],
    ['64:FF9B:0::cb00:7109', ['203.0.113.9']],
    ['64:ff9b:1::203.0.113.9', ['64:ff9b:1::/48', '64:ff9b:1:0::/64']],
    ['2001:db8:1:2:3:4:5:6', ['2001:db8:1::/48', '2001:db8:1:2::/64']],
    ['2001:0DB8:0001:0002::', ['2001:db8:1::/48', '2001:db8:1:2::/64']],
    ['2001:db8::6', ['2001:db8:0::/48', '2001:db8:0:0::/64']],
    ['::1', ['0:0:0::/48', '0:0:0:0::/64']],
    ['fe80::1%eth0', ['fe80:0:0::/48', 'fe80:0:0:0::/64']],
    ['', ['']],
  ])('of %s is %j', (address, networks) => {
    expect(networksOf(address)).toEqual(networks);
  });
});

describe('a key', () => {
  it('is the same for one address in every spelling, and another for another', () => {
    const key = keys();
    expect(key('::ffff:203.0.113.9')).toBe(key('203.0.113.9'));
    expect(key('2001:db8::1')).toBe(key('2001:db8::ffff:1'));
    expect(key('203.0.113.8')).not.toBe(key('203.0.113.9'));
    expect(key('203.0.113.8')).toMatch(/^[\w-]{43}$/);
  });

  it('of IPv6 begins with one of the wider network', () => {
    const key = keys();
    const [wider, own] = key('2001:db8:1:2::1').split('/');
    expect(key('2001:db8:1:3::1').split('/')[0]).toBe(wider);
    expect(key('2001:db8:1:3::1').split('/')[1]).not.toBe(own);
    expect(key('2001:db8:2:2::1').split('/')[0]).not.toBe(wider);
    expect(key('2001:db8:1:2::1')).toMatch(/^[\w-]{43}\/[\w-]{43}$/);
  });

  it('of a connection is that of its requests without proxies', () => {
    const addresses = createAddresses(0);
    onTestFinished(addresses.close);
    const one = request('2001:db8:1:2::1');
    expect(addresses.keyOfPeer(one.socket)).toBe(addresses.keyOf(one));
  });

  it('is another in every process, and after 24 hours', () => {
    vi.useFakeTimers();
    const key = keys();
    const today = key('203.0.113.9');
    expect(keys()('203.0.113.9')).not.toBe(today);
    vi.advanceTimersByTime(24 * 3_600_000 - 1);
    expect(key('203.0.113.9')).toBe(today);
    vi.advanceTimersByTime(1);
    expect(key('203.0.113.9')).not.toBe(today);
  });
});

describe('the HMAC made by hand', () => {
  it('is the one that Node makes', () => {
    for (const text of ['', '198.51.100.1', '2001:db8:0::/48', 'ä'.repeat(100)]) {
      const key = randomBytes(32);
      expect(hmac(key, text)).toBe(createHmac('sha256', key).update(text).digest('base64url'));
    }
  });
});
