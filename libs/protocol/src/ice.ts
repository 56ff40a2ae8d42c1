import * as v from 'valibot';

import { MAX_ICE_FIELD } from './limits.ts';

// RFC 7064 and 7065: a name, an IPv4 address or an IPv6 address in brackets, and a port from 1 to 65535.
const LABEL = '[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?';
const HOST = String.raw`(${LABEL}(?:\.${LABEL})*|\[[0-9A-Fa-f:.]+\])`;
const PORT = String.raw`(?::(?:[1-9]\d{0,3}|[1-5]\d{4}|6[0-4]\d{3}|65[0-4]\d{2}|655[0-2]\d|6553[0-5]))?`;
const STUN = new RegExp(`^stun:${HOST}${PORT}$`);
const TURN = new RegExp(String.raw`^turns?:${HOST}${PORT}(?:\?transport=(?:udp|tcp))?$`);

/** Whether the host in this URL is one: in brackets an IPv6 address, and what ends in digits an IPv4 address. */
const hasHost = (pattern: RegExp) =>
  v.check((url: string) => {
    const host = pattern.exec(url)?.[1] ?? '';
    if (host.startsWith('[')) return v.IPV6_REGEX.test(host.slice(1, -1));
    return !/(?:^|\.)\d+$/.test(host) || v.IPV4_REGEX.test(host);
  });

const short = v.pipe(v.string(), v.nonEmpty(), v.maxLength(MAX_ICE_FIELD));

/** `stun:host[:port]`. Browsers take no `?transport=` here. */
export const stunUrl = v.pipe(short, v.regex(STUN), hasHost(STUN));

/** `turn:` or `turns:`, `host[:port][?transport=udp|tcp]`. */
export const turnUrl = v.pipe(short, v.regex(TURN), hasHost(TURN));

/**
 * One entry of RTCConfiguration.iceServers, with one URL. A TURN server comes with both parts of its credential, a STUN
 * server with neither.
 */
export const iceServer = v.union([
  v.strictObject({ urls: stunUrl }),
  v.strictObject({ urls: turnUrl, username: short, credential: short }),
]);

export type IceServer = v.InferOutput<typeof iceServer>;
