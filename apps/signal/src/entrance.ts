import type { IncomingMessage } from 'node:http';

import type { Refused } from '@porchlight/protocol';
import type { Server, Socket } from 'socket.io';

import { createCounter, type Crowd, type Shortage } from './crowd.ts';

/** Where sockets come in: counts them by address, turns those away that are too many, and then forgets the address. */
export interface Entrance {
  /**
   * Whether this request may become a socket. Beyond the limits only a few may, to be told why: being told costs a
   * websocket, so a flood is refused without a word.
   */
  mayEnter: (request: IncomingMessage) => boolean;
  /** Looks after the sockets of this server, each from its first byte on. Call it once. */
  watch: (io: Server) => void;
  /** The key of a connected socket's address. */
  keyOf: (socket: Socket) => string;
}

/** An entrance for so many sockets. `keyOf` gives the key of the address behind a request. */
export function createEntrance(sockets: Crowd, keyOf: (request: IncomingMessage) => string): Entrance {
  const counter = createCounter(sockets);
  const keys = new WeakMap<IncomingMessage, string>();
  const entered = new WeakMap<object, { key: string; shortage: Shortage | undefined }>();

  return {
    mayEnter(request) {
      const key = keyOf(request);
      keys.set(request, key);
      if (counter.shortage(key, TOLD_AT_ONCE) !== undefined) return false;
      // The agreement to a websocket and the first packet on it leave in one write, for each is a call of the system.
      const { socket } = request;
      socket.cork();
      setImmediate(() => {
        socket.uncork();
      });
      return true;
    },

    watch(io) {
      io.engine.use((request: IncomingMessage, response: object, next: (error?: Error) => void) => {
        // Engine.IO keeps the response until the connection ends, and it the request: headers, and any address in them.
        setImmediate(() => Reflect.set(response, 'req', null));
        next(begins(request) ? undefined : new Error('not the beginning of a socket'));
      });

      io.engine.on('connection', (connection: Connection) => {
        const { request } = connection;
        const wire = request.socket;
        const key = keys.get(request) ?? keyOf(request);
        entered.set(connection, { key, shortage: counter.shortage(key) });
        counter.add(key);
        connection.once('close', () => {
          counter.remove(key);
          // A websocket waits half a minute for the other side to say goodbye.
          setTimeout(() => wire.destroy(), GOODBYE_MS).unref();
        });
        let joins = 0;
        connection.on('data', (packet) => {
          // Each join would be a socket of its own, with a meter of its own.
          if (isJoin(packet) && (joins += 1) > 1) connection.close(true);
        });
        connection.on('packetCreate', () => {
          if (connection.writeBuffer.length > MAX_UNREAD_PACKETS) connection.close(true);
        });
      });

      io.use((socket, next) => {
        // Whoever joined twice is gone by now, and perhaps forgotten.
        next(socket.conn.readyState === 'open' ? undefined : new Error('gone'));
      });

      io.use((socket, next) => {
        const shortage = entered.get(socket.conn)?.shortage;
        if (shortage === undefined) {
          next();
          return;
        }
        const data: Refused = { ok: false, refusal: shortage, retryAfterMs: RETRY_AFTER_MS };
        next(Object.assign(new Error(shortage), { data }));
        // Socket.IO has written the refusal by then, and would let the connection be.
        setImmediate(() => socket.conn.close());
      });

      io.use((socket, next) => {
        forgetAddress(socket);
        next();
      });
    },

    keyOf: (socket) => entered.get(socket.conn)?.key ?? '',
  };
}

/**
 * Whether this request begins a socket of this protocol. One with a session id goes on with another one's, for which
 * Engine.IO asks neither about the origin nor about the number; with websockets alone, nobody has to.
 */
function begins({ url = '' }: IncomingMessage): boolean {
  const at = url.indexOf('?');
  const query = new URLSearchParams(at < 0 ? '' : url.slice(at));
  return query.get('EIO') === '4' && !query.has('sid');
}

/** Whether this begins a socket in some namespace. As Socket.IO's parser reads it, to which nothing and a space are a 0 too. */
function isJoin(packet: unknown): boolean {
  return typeof packet === 'string' && Number(packet.charAt(0)) === 0;
}

/** The address, and the header it may have come in, are kept by every layer below for as long as the socket lives. */
function forgetAddress({ handshake, conn, request }: Socket): void {
  handshake.address = '';
  handshake.headers = {};
  Reflect.set(request.socket, '_peername', undefined);
  Reflect.set(conn, 'remoteAddress', '');
  Reflect.set(conn, 'request', null);
}

/** What is used here of an Engine.IO socket, whose types keep some of it to themselves. */
interface Connection {
  readonly request: IncomingMessage;
  readonly writeBuffer: readonly unknown[];
  on: ((event: 'packetCreate', listener: () => void) => unknown) &
    ((event: 'data', listener: (packet: unknown) => void) => unknown);
  once: (event: 'close', listener: () => void) => unknown;
  close: (discard: boolean) => void;
}

/** Sockets beyond a limit that are told so at the same time. Each is gone again within moments. */
const TOLD_AT_ONCE = 64;

/** When somebody may have left. The page adds up to a quarter at random, so that not all come back in the same second. */
const RETRY_AFTER_MS = 30_000;

/** Long enough for any browser to take what was sent last, and to close. */
const GOODBYE_MS = 2_000;

/** Packets waiting for a browser that does not read: a host's 64 invites with four boxes each, under 3 MiB. */
const MAX_UNREAD_PACKETS = 256;
