import { once } from 'node:events';
import { createServer } from 'node:net';

import { uServer } from 'engine.io';

import type { Asking } from './address.ts';
import { begins, maxConnections, SOCKET_OPTIONS, type CreateEngine } from './engine.ts';
import { SECURITY_HEADERS } from './static.ts';
import { loadUws, type App, type Behaviour, type Request, type Response } from './uws.ts';

/**
 * uWebSockets.js. It has no pages, and unlike Node's engine cannot count the TCP connections of one address, for which
 * docs/deploy.md has a proxy. Throws if it cannot be loaded.
 */
export const uwsEngine: CreateEngine = (io, { config, mayEnter, readiness }) => {
  const uws = loadUws();
  const app = uws.App();
  let listening: object | undefined;
  let connections = 0;

  const sockets = new uServer(SOCKET_OPTIONS);
  const ws = (path: string, behaviour: Behaviour): App =>
    app.ws(path, {
      ...behaviour,
      upgrade: (response, request, context) => {
        const query = new URLSearchParams(request.getQuery());
        const question = new Question(request, response);
        // What Engine.IO refuses itself it leaves open. One may come over a connection that is older than the end of listening.
        const isOpen = listening !== undefined;
        if (isOpen && query.get('transport') === 'websocket' && begins(query) && mayEnter(question)) {
          behaviour.upgrade(response, question, context);
        } else response.writeStatus('400 Bad Request').end('', true);
      },
      close: (...all) => {
        connections -= 1;
        behaviour.close(...all);
      },
      sendPingsAutomatically: false,
      // What does not fit would be left out without a word.
      closeOnBackpressureLimit: true,
    });
  // Nothing for polling.
  const routes = { any: () => ({ ws }) };
  sockets.attach(routes, { path: io.path(), idleTimeout: SILENCE_S, maxBackpressure: MAX_UNREAD_BYTES });
  // Not attachApp, which changes the adapter of every Socket.IO server in the process, so that each room is kept twice.
  io.bind(sockets);

  app.filter((response, change) => {
    connections += change;
    if (change > 0 && connections > maxConnections(config)) response.close();
  });
  app.any('/*', (response, request) => {
    const method = request.getMethod();
    const path = request.getUrl();
    const answer = (status: string, text: string): void => {
      end(response, method, status, text, config.publicOrigin?.startsWith('https:') ?? false);
    };
    if (request.getHeader('upgrade') !== '') response.close();
    else if (method !== 'get' && method !== 'head') answer('405 Method Not Allowed', 'Method not allowed');
    else if (path === '/healthz') answer('200 OK', 'ok');
    else if (path !== '/readyz') answer('404 Not Found', 'This server has no pages: it connects browsers.');
    else {
      let isGone = false;
      response.onAborted(() => {
        isGone = true;
      });
      void readiness().then((word) => {
        if (isGone) return;
        response.cork(() => {
          answer(word === 'ready' ? '200 OK' : '503 Service Unavailable', word);
        });
      });
    }
  });

  function shut(): void {
    if (listening !== undefined) uws.us_listen_socket_close(listening);
    listening = undefined;
  }

  return {
    listen: async () => {
      const { host, port } = config;
      const heard = await new Promise<object | false>((resolve) => {
        // Otherwise two servers could have one port, and each would get some of the connections.
        if (host === undefined) app.listen(port, uws.LIBUS_LISTEN_EXCLUSIVE_PORT, resolve);
        else app.listen(host, port, uws.LIBUS_LISTEN_EXCLUSIVE_PORT, resolve);
      });
      if (heard === false) throw await whyNotAt(config);
      listening = heard;
      return uws.us_socket_local_port(heard);
    },
    shut,
    async close() {
      shut();
      await io.close();
      app.close();
    },
  };
};

/** A request for a socket, as far as it is looked at, while and after uWebSockets.js has it. Engine.IO keeps it. */
class Question implements Asking, Request {
  readonly headers: Record<string, string> = {};
  readonly socket: { readonly remoteAddress: string };
  readonly #path: string;
  readonly #key: string;

  constructor(request: Request, response: Response) {
    this.socket = { remoteAddress: Buffer.from(response.getRemoteAddressAsText()).toString() };
    this.#path = request.getUrl();
    this.#key = request.getHeader(KEY);
    request.forEach((name, value) => {
      if (!LOOKED_AT.has(name)) return;
      const former = this.headers[name];
      this.headers[name] = former === undefined ? value : `${former}, ${value}`;
    });
  }

  getMethod(): string {
    return 'get';
  }

  getUrl(): string {
    return this.#path;
  }

  /** What was asked for, said once: of a name that came twice Engine.IO would read the other value. */
  getQuery(): string {
    return 'EIO=4&transport=websocket';
  }

  /** No extension, so nothing is ever compressed. */
  getHeader(name: string): string {
    return name === KEY ? this.#key : '';
  }

  /** Engine.IO copies what it is told here into `headers`, and has no use for any. */
  forEach(): void {
    return undefined;
  }
}

const KEY = 'sec-websocket-key';
const LOOKED_AT: ReadonlySet<string> = new Set(['origin', 'host', 'x-forwarded-for']);

function end(response: Response, method: string, status: string, text: string, https: boolean): void {
  response.writeStatus(status);
  for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.writeHeader(name, value);
  if (https) response.writeHeader('Strict-Transport-Security', 'max-age=31536000');
  if (status.startsWith('405')) response.writeHeader('Allow', 'GET, HEAD');
  response.writeHeader('Content-Type', 'text/plain; charset=utf-8').writeHeader('Cache-Control', 'no-store');
  if (method === 'head') response.endWithoutBody();
  else response.end(text);
}

/** uWebSockets.js does not say why it may not listen; Node does. */
async function whyNotAt({ port, host }: { port: number; host: string | undefined }): Promise<unknown> {
  const trial = createServer();
  trial.listen({ port, host });
  const error: unknown = await once(trial, 'listening').then(
    () => new Error(`uWebSockets.js may not listen on port ${String(port)}`),
    (problem: unknown) => problem,
  );
  trial.close();
  return error;
}

/** Longer than Engine.IO waits for an answer to its ping. */
const SILENCE_S = 28;

/** What may wait for a browser that does not read: a host's 64 invites with four boxes each. */
const MAX_UNREAD_BYTES = 3 * 1_048_576;
