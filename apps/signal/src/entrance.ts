import type { Refused } from '@porchlight/protocol';
import type { Server, Socket } from 'socket.io';

import type { Asking } from './address.ts';
import { createCounter, type Crowd, type Shortage } from './crowd.ts';
import { createHeartbeat, type Batch, type Beating } from './heartbeat.ts';

/** Where sockets come in: counts them by address, turns those away that are too many, and then forgets the address. */
export interface Entrance {
  /**
   * Whether this request may become a socket. Beyond the limits only a few may, to be told why: being told costs a
   * websocket, so a flood is refused without a word.
   */
  mayEnter: (asking: Asking) => boolean;
  /** Looks after the sockets of this server, each from its first byte on. Call it once. */
  watch: (io: Server) => void;
  /** The key of a connected socket's address. */
  keyOf: (socket: Socket) => string;
}

/**
 * An entrance for so many sockets. `keyOf` gives the key of the address behind a request. In ms: how often they are asked
 * whether they are there, and how long they have to answer.
 */
export function createEntrance(
  sockets: Crowd,
  keyOf: (asking: Asking) => string,
  { pingInterval, pingTimeout }: { pingInterval: number; pingTimeout: number },
): Entrance {
  const counter = createCounter(sockets);
  const keys = new WeakMap<Asking, string>();
  const heartbeat = createHeartbeat(pingInterval, pingTimeout);
  const entered = new WeakMap<object, Visitor>();

  // One function for all connections, because one for each is memory.
  function hear(this: Connection, { type, data }: Packet): void {
    const visitor = entered.get(this);
    if (visitor === undefined) return;
    visitor.batch.heard(this);
    if (type !== 'message' || !isJoin(data)) return;
    visitor.joins += 1;
    // Each join would be a socket of its own, with a meter of its own.
    if (visitor.joins > 1) this.close(true);
  }

  function leave(this: Connection): void {
    const visitor = entered.get(this);
    if (visitor === undefined) return;
    counter.remove(visitor.key);
    visitor.batch.remove(this);
  }

  return {
    mayEnter(asking) {
      const key = keyOf(asking);
      keys.set(asking, key);
      return counter.shortage(key, TOLD_AT_ONCE) === undefined;
    },

    watch(io) {
      io.engine.on('connection', (connection: Connection) => {
        const { request } = connection;
        const key = keys.get(request) ?? keyOf(request);
        entered.set(connection, { key, shortage: counter.shortage(key), batch: heartbeat.add(connection), joins: 0 });
        counter.add(key);
        connection.on('close', leave);
        connection.on('packet', hear);
        connection.on('packetCreate', limitUnread);
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

/** A connection, and what is known of it. */
interface Visitor {
  readonly key: string;
  /** Why it should not be here, if so. */
  readonly shortage: Shortage | undefined;
  readonly batch: Batch;
  joins: number;
}

function limitUnread(this: Connection): void {
  if (this.writeBuffer.length > MAX_UNREAD_PACKETS) this.close(true);
}

/** Whether this begins a socket in some namespace. As Socket.IO's parser reads it, to which nothing and a space are a 0 too. */
function isJoin(packet: unknown): boolean {
  return typeof packet === 'string' && Number(packet.charAt(0)) === 0;
}

/** The address, and the header it may have come in, are kept by Socket.IO and Engine.IO for as long as the socket lives. */
function forgetAddress(socket: Socket): void {
  const { conn, handshake } = socket;
  const { auth, query } = handshake;
  Reflect.set(socket, 'handshake', { auth, query });
  Reflect.set(conn, 'remoteAddress', '');
  Reflect.set(conn, 'request', null);
}

/** What is used here of an Engine.IO socket, whose types keep some of it to themselves. */
interface Connection extends Beating {
  readonly request: Asking;
  readonly writeBuffer: readonly unknown[];
  on: ((event: 'packetCreate' | 'close', listener: (this: Connection) => void) => unknown) &
    ((event: 'packet', listener: (this: Connection, packet: Packet) => void) => unknown);
}

/** A packet as it came. */
interface Packet {
  readonly type: string;
  readonly data?: unknown;
}

/** Sockets beyond a limit that are told so at the same time. Each is gone again within moments. */
const TOLD_AT_ONCE = 64;

/** When somebody may have left. The page adds up to a quarter at random, so that not all come back in the same second. */
const RETRY_AFTER_MS = 30_000;

/** Packets waiting for a browser that does not read: a host's 64 invites with four boxes each, under 3 MiB. */
const MAX_UNREAD_PACKETS = 256;
