import { createServer, type IncomingMessage } from 'node:http';
import type { Socket as Wire } from 'node:net';

import { WebSocketServer, type ServerOptions } from 'ws';

import { shareConnections } from './connections.ts';
import { begins, maxConnections, type CreateEngine } from './engine.ts';
import { serveFolder } from './static.ts';

/** Node's own http server, with `ws`. */
export const nodeEngine: CreateEngine = (io, { config, mayEnter, keyOfPeer, readiness, webFolder }) => {
  const heardOf = new WeakMap<Wire, ReadonlySet<unknown>>();
  const http = createServer({
    headersTimeout: HALF_A_REQUEST_MS,
    requestTimeout: HALF_A_REQUEST_MS,
    connectionsCheckingInterval: 1_000,
  });
  http.setTimeout(IDLE_HTTP_MS);
  http.maxConnections = maxConnections(config);
  if (config.trustedProxies === 0) {
    shareConnections(http, 2 * config.sockets.perAddress + SPARE_CONNECTIONS_PER_ADDRESS, keyOfPeer);
  }
  // Before Engine.IO hears of it.
  http.on('upgrade', ({ url = '' }, wire: Wire) => {
    if (url.split('?', 1)[0] !== `${io.path()}/`) wire.destroy();
    else heardOf.set(wire, new Set(wire.rawListeners('close')));
  });
  io.attach(http, {
    wsEngine: Websockets,
    allowRequest: (request, decided) => {
      const isWelcome = mayEnter(request);
      if (isWelcome) writeAtOnce(request.socket);
      decided(null, isWelcome);
    },
  });
  // With websockets alone, Engine.IO has nothing to say to an ordinary request; of what is elsewhere it closes only half.
  http.removeAllListeners('request');
  http.on(
    'request',
    serveFolder(config.serveWeb ? webFolder : undefined, {
      https: config.publicOrigin?.startsWith('https:') ?? false,
      readiness,
    }),
  );
  io.engine.use((request: IncomingMessage, _: object, next: (error?: Error) => void) => {
    forgetResponse(request.socket, heardOf);
    next(begins(queryOf(request)) ? undefined : new Error('not the beginning of a socket'));
  });
  io.engine.on('connection', ({ request }: Connection) => {
    // Node keeps the address of the other end, and asks the system again where it has none.
    Reflect.set(request.socket, '_peername', undefined);
  });
  const freed = new Promise((resolve) => http.once('close', resolve));

  return {
    async listen() {
      await new Promise<void>((resolve, reject) => {
        http.once('error', reject);
        http.listen({ port: config.port, host: config.host }, resolve);
      });
      const bound = http.address();
      return typeof bound === 'object' && bound !== null ? bound.port : config.port;
    },
    shut() {
      http.close();
    },
    async close() {
      http.close();
      http.closeAllConnections();
      await io.close();
      await freed;
    },
  };
};

/** The agreement to a websocket and the first packet on it leave in one write, for each is a call of the system. */
function writeAtOnce(wire: Wire): void {
  wire.cork();
  setImmediate(() => {
    wire.uncork();
  });
}

/**
 * Engine.IO listens on the connection on behalf of a response that nobody has, and so keeps it, and the request: headers, and
 * any address in them. `heardOf` has the listeners from before.
 */
function forgetResponse(wire: Wire, heardOf: WeakMap<Wire, ReadonlySet<unknown>>): void {
  const before = heardOf.get(wire);
  heardOf.delete(wire);
  for (const listener of wire.rawListeners('close')) {
    if (before?.has(listener) === false) wire.off('close', listener as () => void);
  }
}

/** As the library makes them, but for how long the other side may take to close, which its types do not know yet. */
class Websockets extends WebSocketServer {
  constructor(options: ServerOptions) {
    const impatient = { ...options, closeTimeout: GOODBYE_MS };
    super(impatient);
  }
}

function queryOf({ url = '' }: IncomingMessage): URLSearchParams {
  const at = url.indexOf('?');
  return new URLSearchParams(at < 0 ? '' : url.slice(at));
}

/** What is used here of an Engine.IO socket. */
interface Connection {
  readonly request: IncomingMessage;
}

/** A request that is not complete by then is cut off; it may be noticed a second later. */
const HALF_A_REQUEST_MS = 10_000;

/** A connection on which nothing moves, and which is no websocket. */
const IDLE_HTTP_MS = 30_000;

/** TCP connections of one address besides its sockets. */
const SPARE_CONNECTIONS_PER_ADDRESS = 64;

/** Long enough for any browser to take what was sent last, and to close. */
const GOODBYE_MS = 2_000;
