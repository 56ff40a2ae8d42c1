import { MAX_PACKET_BYTES } from '@porchlight/protocol';
import type { Server, ServerOptions } from 'socket.io';

import type { Addresses, Asking } from './address.ts';
import type { Config } from './config.ts';
import type { Readiness } from './health.ts';

/** What the sockets of a server come over: it has the port, agrees to websockets, and answers all other requests. */
export interface Engine {
  /** Starts listening, and gives the port. Rejects, with the error of the system, if it may not. */
  listen: () => Promise<number>;
  /** Takes nobody new; whoever is there stays. */
  shut: () => void;
  /** Closes every socket, cuts whatever else there is, and resolves when the port is free. */
  close: () => Promise<void>;
}

/** What an engine needs of the server it is for. */
export interface Reception {
  config: Pick<Config, 'port' | 'host' | 'publicOrigin' | 'trustedProxies' | 'sockets' | 'serveWeb'>;
  /** Whether whoever asks may have a socket. Called once for each, before it is agreed to. */
  mayEnter: (asking: Asking) => boolean;
  keyOfPeer: Addresses['keyOfPeer'];
  readiness: () => Promise<Readiness>;
  /** Folder of the built web client. */
  webFolder: string;
}

/** Puts an engine under a Socket.IO server that was created with SOCKET_OPTIONS. */
export type CreateEngine = (io: Server, reception: Reception) => Engine;

/** Of every Socket.IO server, whatever is under it. */
export const SOCKET_OPTIONS = {
  transports: ['websocket'],
  allowUpgrades: false,
  serveClient: false,
  cookie: false,
  perMessageDeflate: false,
  httpCompression: false,
  maxHttpBufferSize: MAX_PACKET_BYTES,
  connectTimeout: 5_000,
  // A browser that fell asleep is noticed within 22 seconds.
  pingInterval: 12_000,
  pingTimeout: 10_000,
  cleanupEmptyChildNamespaces: true,
} satisfies Partial<ServerOptions>;

/**
 * Whether a request with this query begins a socket of this protocol. One with a session id goes on with another one's,
 * for which Engine.IO asks neither about the origin nor about the number; with websockets alone, nobody has to.
 */
export function begins(query: URLSearchParams): boolean {
  return query.get('EIO') === '4' && !query.has('sid');
}

/** TCP connections that there may be at the same time: besides the sockets, pages being fetched, and sockets being refused. */
export function maxConnections({ sockets }: Pick<Config, 'sockets'>): number {
  return 2 * sockets.inAll + SPARE_CONNECTIONS;
}

/** Beyond them the kernel's files end. */
const SPARE_CONNECTIONS = 1_000;
