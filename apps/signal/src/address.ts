import { hash, randomFillSync } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { isIPv4, isIPv6, type Socket } from 'node:net';

/** A request, and the other end of the connection that it came over: Node's IncomingMessage is one. */
export interface Asking {
  readonly headers: IncomingHttpHeaders;
  readonly socket: { readonly remoteAddress?: string | undefined };
}

/** Turns addresses into keys to count by, each part HMAC-SHA-256 in base64url. The address itself is kept nowhere. */
export interface Addresses {
  /** The key of the browser behind this request: of IPv4 one part, of IPv6 `wider/own`. */
  keyOf: (asking: Asking) => string;
  /** The key of the other end of a TCP connection. */
  keyOfPeer: (connection: Socket) => string;
  /** Counts under this key from now on, which somebody else renews. */
  use: (shared: Buffer) => void;
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
  /** Of connections on which nobody has asked anything yet. */
  const ofPeers = new WeakMap<object, string>();
  const keyOfAddress = (address: string): string =>
    networksOf(address)
      .map((network) => hmac(key, network))
      .join('/');
  return {
    keyOf: (asking) => {
      const known = trustedProxies === 0 ? ofPeers.get(asking.socket) : undefined;
      ofPeers.delete(asking.socket);
      return known ?? keyOfAddress(addressOf(asking, trustedProxies));
    },
    keyOfPeer: (connection) => {
      const key = keyOfAddress(connection.remoteAddress ?? '');
      ofPeers.set(connection, key);
      return key;
    },
    use: (shared) => {
      clearInterval(renewal);
      shared.copy(key);
    },
    close: () => {
      clearInterval(renewal);
      key.fill(0);
    },
  };
}

/**
 * HMAC-SHA-256 (RFC 2104) in base64url; `key` is 32 bytes. By hand, because createHmac makes a key object of the bytes each
 * time, which costs ten times as much as all the rest, and a key object that were kept could not be overwritten.
 */
export function hmac(key: Buffer, text: string): string {
  const inner = hash('sha256', Buffer.concat([block(key, 0x36), Buffer.from(text)]), 'buffer');
  return hash('sha256', Buffer.concat([block(key, 0x5c), inner]), 'base64url');
}

/** One block of SHA-256: the key, filled up with zeros, each byte changed by `pad`. */
function block(key: Buffer, pad: number): Buffer {
  const bytes = Buffer.alloc(64, pad);
  key.forEach((byte, n) => (bytes[n] = byte ^ pad));
  return bytes;
}

/**
 * The browser's address: the socket's own, or what the outermost of `trustedProxies` proxies wrote into X-Forwarded-For,
 * to which each appends the address it was reached from. A header that is shorter or no address counts as none.
 */
export function addressOf({ headers, socket }: Asking, trustedProxies: number): string {
  const own = socket.remoteAddress ?? '';
  if (trustedProxies === 0) return own;
  const forwarded = String(headers['x-forwarded-for'] ?? '').split(',');
  const address = forwarded.at(-trustedProxies)?.trim() ?? '';
  return isIPv4(address) || isIPv6(address) ? address : own;
}

/**
 * What counts as one, the widest first: an IPv4 address, also in its IPv6 forms; of IPv6 the first 48 bits, as much as a
 * single customer is ever given, and the first 64, the least. Every spelling of an address gives the same. Text that is
 * no address is given back.
 */
export function networksOf(address: string): string[] {
  if (!isIPv6(address)) return [address];
  const groups = groupsOf(address);
  if (!WITH_IPV4.has(groups.slice(0, 6).join(':'))) {
    return [`${groups.slice(0, 3).join(':')}::/48`, `${groups.slice(0, 4).join(':')}::/64`];
  }
  const bytes = groups.slice(6).flatMap((group) => [parseInt(group, 16) >> 8, parseInt(group, 16) & 0xff]);
  return [bytes.join('.')];
}

/** Prefixes of 96 bits before an IPv4 address: mapped (RFC 4291 §2.5.5.2), and translated by a carrier (RFC 6052 §2.1). */
const WITH_IPV4: ReadonlySet<string> = new Set(['0:0:0:0:0:ffff', '64:ff9b:0:0:0:0']);

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
