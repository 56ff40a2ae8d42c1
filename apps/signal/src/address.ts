import { createHmac, randomFillSync } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { isIPv4, isIPv6 } from 'node:net';

/** Turns addresses into keys to count by. The address itself is kept nowhere. */
export interface Addresses {
  /** The key of the browser behind this request: 32 bytes of HMAC-SHA-256 in base64url. */
  keyOf: (request: IncomingMessage) => string;
  /** Overwrites the key and makes no other. */
  close: () => void;
}

/**
 * Keys of addresses, under a random key that is overwritten every 24 hours: what was counted the day before cannot be
 * tied to an address any more, not even by trying them all. `trustedProxies` as in Config.
 */
export function createAddresses(trustedProxies: number): Addresses {
  const key = Buffer.alloc(KEY_BYTES);
  randomFillSync(key);
  const renewal = setInterval(() => randomFillSync(key), KEY_LIFETIME_MS);
  renewal.unref();
  return {
    keyOf: (request) =>
      createHmac('sha256', key)
        .update(networkOf(addressOf(request, trustedProxies)))
        .digest('base64url'),
    close: () => {
      clearInterval(renewal);
      key.fill(0);
    },
  };
}

/**
 * The browser's address: the socket's own, or what the outermost of `trustedProxies` proxies wrote into X-Forwarded-For,
 * to which each appends the address it was reached from. A header that is shorter or no address counts as none.
 */
export function addressOf({ headers, socket }: IncomingMessage, trustedProxies: number): string {
  const own = socket.remoteAddress ?? '';
  if (trustedProxies === 0) return own;
  const forwarded = String(headers['x-forwarded-for'] ?? '').split(',');
  const address = forwarded.at(-trustedProxies)?.trim() ?? '';
  return isIPv4(address) || isIPv6(address) ? address : own;
}

/**
 * What counts as one: an IPv4 address, also in its IPv6 form; of IPv6 the first 64 bits, because a single household is
 * given at least that many. Every spelling of an address gives the same. Text that is no address is given back.
 */
export function networkOf(address: string): string {
  if (!isIPv6(address)) return address;
  const groups = groupsOf(address);
  const mapped = groups.slice(0, 6).join(':') === '0:0:0:0:0:ffff';
  if (!mapped) return `${groups.slice(0, 4).join(':')}::/64`;
  return groups
    .slice(6)
    .flatMap((group) => [parseInt(group, 16) >> 8, parseInt(group, 16) & 0xff])
    .join('.');
}

/** The eight groups of an IPv6 address, in lower case and without leading zeros. */
function groupsOf(address: string): string[] {
  const [withoutZone = ''] = address.split('%');
  // The URL standard writes an IPv4 ending in hexadecimal and shortens the longest run of zeros.
  const [head = '', tail] = new URL(`http://[${withoutZone}]`).hostname.slice(1, -1).split('::');
  const before = head === '' ? [] : head.split(':');
  if (tail === undefined) return before;
  const after = tail === '' ? [] : tail.split(':');
  return [...before, ...Array<string>(8 - before.length - after.length).fill('0'), ...after];
}

const KEY_BYTES = 32;
const KEY_LIFETIME_MS = 24 * 3_600_000;
