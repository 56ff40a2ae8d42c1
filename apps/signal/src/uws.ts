import { createRequire } from 'node:module';

/** What is used here of uWebSockets.js, which none of our packages depends on: its own types are not there to be had. */
export interface Uws {
  App: () => App;
  LIBUS_LISTEN_EXCLUSIVE_PORT: number;
  us_listen_socket_close: (listening: object) => void;
  us_socket_local_port: (listening: object) => number;
}

/** One server. A pattern that ends in a star takes what no other one did. */
export interface App {
  any: (pattern: string, answer: (response: Response, request: Request) => void) => App;
  ws: (pattern: string, behaviour: Behaviour) => App;
  /** Calls for each TCP connection with 1 when it is there, and with -1 when it is gone and did not become a websocket. */
  filter: (watch: (response: Response, change: number) => void) => App;
  /** `host` may be left out. Hands over what is listened on, or false. */
  listen: (
    ...where: [...([string, number] | [number]), options: number, done: (listening: object | false) => void]
  ) => App;
  /** Cuts every connection. */
  close: () => App;
}

/** How websockets are treated. https://unetworking.github.io/uWebSockets.js/generated/interfaces/WebSocketBehavior.html */
export interface Behaviour {
  upgrade: (response: Response, request: Request, context: object) => void;
  close: (socket: object, code: number, message: ArrayBuffer) => void;
  sendPingsAutomatically?: boolean;
  closeOnBackpressureLimit?: boolean;
}

/** A request. Gone when whoever was called with it returns. */
export interface Request {
  /** In lower case. */
  getMethod: () => string;
  /** The path alone. */
  getUrl: () => string;
  /** What is behind the `?`. */
  getQuery: () => string;
  /** By its name in lower case; empty where there is none. */
  getHeader: (name: string) => string;
  /** Each line of the head, the name in lower case. */
  forEach: (each: (name: string, value: string) => void) => void;
}

/** What is answered. Not to be touched once it has ended or `onAborted` was called. */
export interface Response {
  writeStatus: (status: string) => Response;
  writeHeader: (name: string, value: string) => Response;
  end: (body: string, closeConnection?: boolean) => Response;
  endWithoutBody: () => Response;
  close: () => Response;
  cork: (write: () => void) => Response;
  onAborted: (aborted: () => void) => Response;
  getRemoteAddressAsText: () => ArrayBuffer;
}

/** Loads it. Throws, with one sentence for whoever runs the server, where that cannot be. */
export function loadUws(): Uws {
  let loaded: unknown;
  try {
    // Not an import: that would look beside this file alone, and not where NODE_PATH says.
    loaded = createRequire(import.meta.url)(PACKAGE);
  } catch (error) {
    throw new Error(`SIGNAL_ENGINE=uws needs the package ${PACKAGE}, which ${whyNot(error)}`, { cause: error });
  }
  if (isUws(loaded)) return loaded;
  throw new Error(`SIGNAL_ENGINE=uws needs the package ${PACKAGE}, and what is installed by that name is another`);
}

/** The binaries of uWebSockets.js, which its author does not publish there. */
const PACKAGE = '@uwsjs/core';

function whyNot(error: unknown): string {
  const [line = ''] = (error instanceof Error ? error.message : '').split('\n', 1);
  return line.includes(`'${PACKAGE}'`) ? 'is not installed' : `does not load here: ${line.replace(/\.$/, '')}`;
}

function isUws(loaded: unknown): loaded is Uws {
  const is = (name: keyof Uws, type: string): boolean => typeof Reflect.get(Object(loaded), name) === type;
  return (
    is('App', 'function') &&
    is('LIBUS_LISTEN_EXCLUSIVE_PORT', 'number') &&
    is('us_listen_socket_close', 'function') &&
    is('us_socket_local_port', 'function')
  );
}
