import { once } from 'node:events';
import { createServer } from 'node:http';

import { Server, type Socket } from 'socket.io';
import { io } from 'socket.io-client';

import { serveFolder } from '../apps/signal/src/static.ts';
import { at } from '../scripts/places.js';
import { startReal } from './real-server.ts';

/** What a request or an event carries. Names and shapes are not checked here: a liar is not bound to a table. */
export type Payload = Readonly<Record<string, unknown>>;

/** One event, as it is said to a browser. */
export interface Said {
  readonly name: string;
  readonly payload: unknown;
}

/** Something honest that passed: a request of a browser, or an event of the real server to it. */
export interface Passed {
  readonly type: 'request' | 'event';
  readonly caller: Caller;
  readonly name: string;
  readonly payload: Payload;
}

/** One browser's socket at the lying server. */
export interface Caller {
  /** The id of its socket. */
  readonly id: string;
  /** What it turned out to be: a host opens, a guest claims or attaches. */
  readonly role: 'host' | 'guest' | null;
  readonly inviteId: string | null;
  /** Guest: the seat that it named last. */
  readonly seat: string | null;
  /** Says something to this browser, out of nowhere. */
  tell: (name: string, payload: unknown) => void;
  /** Asks the real server in this browser's name. */
  ask: (name: string, payload: unknown) => Promise<unknown>;
  /** Closes the socket of this browser. It comes back by itself, as another caller. */
  hangUp: () => void;
}

/** No answer at all. */
export const SILENCE = Symbol('silence');

/** What the server does other than it should. Each begins honest and may be replaced at any moment. */
export interface Lies {
  /** Answers a request without the real server ever seeing it; undefined passes it on. */
  answer: (from: Caller, name: string, payload: Payload) => unknown;
  /** What becomes of the real server's answer. */
  reply: (to: Caller, name: string, answer: unknown) => unknown;
  /** What becomes of an event on its way: nothing, itself, something else, or more. */
  deliver: (to: Caller, said: Said & { readonly payload: Payload }) => readonly Said[];
}

export interface LyingServer {
  /** Where it is, for browsers and for Node alike, e.g. `http://localhost:40123`. */
  readonly origin: string;
  /** Where the real one behind it is. */
  readonly realOrigin: string;
  readonly lies: Lies;
  /** Everyone who is connected, in the order they came. */
  readonly callers: readonly Caller[];
  /** Everything that passed, before any lie. */
  readonly record: readonly Passed[];
  /** The latest host of an invite who is connected. */
  hostOf: (inviteId: unknown) => Caller | undefined;
  /** Moves the real server's clock forward. */
  letPass: (ms: number) => void;
  close: () => Promise<void>;
}

/** An invite that nobody has: asking for it shows that all before has arrived, and is not recorded. */
export const PROBE = 'AAAAAAAAAAAAAAAAAAAAAA';

/**
 * Starts a dishonest signaling server on a free port of the loopback: the real one, and this one in front of it, which
 * hears and says everything. It serves the web client built in `webFolder` and takes browsers, or Node, which sends no Origin.
 * As long as nobody gives it a lie it changes nothing.
 */
export async function startLyingServer(webFolder = at('apps', 'web', 'build')): Promise<LyingServer> {
  let ahead = 0;
  const real = await startReal({}, { now: () => Date.now() + ahead, webFolder: '' });
  const realOrigin = real.origin;

  const http = createServer(serveFolder(webFolder));
  const front = new Server(http, { transports: ['websocket'], serveClient: false });
  const callers: Caller[] = [];
  const record: Passed[] = [];
  const lies: Lies = {
    answer: () => undefined,
    reply: (_to, _name, answer) => answer,
    deliver: (_to, said) => [said],
  };

  front.on('connection', (socket) => {
    const behind = io(realOrigin, {
      transports: ['websocket'],
      forceNew: true,
      reconnection: false,
      extraHeaders: { origin: realOrigin },
    });
    const caller = createCaller(socket, (name, payload) => behind.timeout(10_000).emitWithAck(name, payload));
    callers.push(caller);

    // A middleware that never calls on: no packet reaches Socket.IO's own listeners.
    socket.use((packet) => {
      const [name, payload, acknowledge] = packet as [string, Payload, ((reply: unknown) => void)?];
      const answer = (reply: unknown): void => {
        if (acknowledge !== undefined && reply !== SILENCE) acknowledge(reply);
      };
      caller.understand(name, payload);
      if (payload['inviteId'] !== PROBE) {
        record.push({ type: 'request', caller, name, payload });
        const own = lies.answer(caller, name, payload);
        if (own !== undefined) {
          answer(own);
          return;
        }
      }
      behind.emit(name, payload, (reply: unknown) => {
        answer(lies.reply(caller, name, reply));
      });
    });
    behind.onAny((name: string, payload: Payload) => {
      record.push({ type: 'event', caller, name, payload });
      for (const said of lies.deliver(caller, { name, payload })) caller.tell(said.name, said.payload);
    });
    socket.on('disconnect', () => {
      callers.splice(callers.indexOf(caller), 1);
      behind.close();
    });
    behind.on('disconnect', () => {
      socket.disconnect(true);
    });
  });

  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const bound = http.address();
  if (typeof bound !== 'object' || bound === null) throw new Error('The lying server has no port.');

  return {
    origin: `http://localhost:${bound.port}`,
    realOrigin,
    lies,
    callers,
    record,
    hostOf: (inviteId) => callers.findLast((one) => one.role === 'host' && one.inviteId === inviteId),
    letPass(ms) {
      ahead += ms;
    },
    async close() {
      await front.close();
      await real.close();
    },
  };
}

function createCaller(socket: Socket, ask: Caller['ask']) {
  const caller = {
    id: socket.id,
    role: null as Caller['role'],
    inviteId: null as string | null,
    seat: null as string | null,
    tell(name: string, payload: unknown) {
      socket.emit(name, payload);
    },
    ask,
    hangUp() {
      socket.disconnect(true);
    },
    /** Learns from a request who this is. */
    understand(name: string, { inviteId, seat, nextSeat }: Payload) {
      if (name === 'invite:open') caller.role = 'host';
      else if (name === 'invite:claim' || name === 'invite:attach') {
        caller.role = 'guest';
        caller.seat = String(nextSeat ?? seat);
      } else return;
      caller.inviteId = String(inviteId);
    },
  };
  return caller;
}
