import { once } from 'node:events';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';

import {
  DOCTOR_VALID_MS,
  ICE_VALID_MS,
  MAX_PACKET_BYTES,
  type Input,
  type InviteRequestName,
  type Output,
  type Refusal,
  type Reply,
  type RequestName,
} from '@porchlight/protocol';
import { Server, type Socket } from 'socket.io';

import { createAddresses } from './address.ts';
import type { Config } from './config.ts';
import { shareConnections } from './connections.ts';
import { isAcknowledge, openDoor, type Answer, type Handle } from './door.ts';
import { createEntrance } from './entrance.ts';
import { failureLine } from './failure.ts';
import { announce, iceServersAt } from './ice.ts';
import { decide, leave, settle, type Change, type Circumstances } from './invites.ts';
import { allowancesFor, createLimits } from './limits.ts';
import { createMeter } from './meter.ts';
import { isOriginAllowed } from './origin.ts';
import { createRelay, type OnTraffic } from './relay.ts';
import { serveFolder } from './static.ts';
import { createMemoryStore } from './store/memory.ts';
import type { Updated } from './store/store.ts';

/** A running server: where it is, e.g. `http://localhost:3000`, and how to stop it. */
export interface Porchlight {
  address: string;
  /** Takes no one in any more, closes every socket, and resolves when the port is free. Browsers reconnect by themselves. */
  close: () => Promise<void>;
}

/** What a caller may put in the place of the real world. */
export interface Surroundings {
  /** Clock, in ms since epoch. */
  now?: () => number;
  /** Sees everything received and sent. For tests. */
  onTraffic?: OnTraffic;
  /** Takes one line per life-cycle step: never an address, a link, a name or a token. */
  log?: (line: string) => void;
  /** Folder of the built web client. */
  webFolder?: string;
}

/** Starts listening. Rejects if the port is taken or may not be used. */
export async function startServer(
  config: Omit<Config, 'recordTo'>,
  { now = Date.now, onTraffic = () => undefined, log = () => undefined, webFolder = WEB_BUILD }: Surroundings = {},
): Promise<Porchlight> {
  const { publicOrigin, trustedProxies, sockets, invites, ice } = config;
  const origins = publicOrigin === undefined ? config.allowedOrigins : [publicOrigin, ...config.allowedOrigins];
  const addresses = createAddresses(trustedProxies);
  const entrance = createEntrance(sockets, addresses.keyOf);
  const limits = createLimits(allowancesFor(sockets, invites));
  let hinted = false;

  const http = createServer({
    headersTimeout: HALF_A_REQUEST_MS,
    requestTimeout: HALF_A_REQUEST_MS,
    connectionsCheckingInterval: 1_000,
  });
  http.setTimeout(IDLE_HTTP_MS);
  http.maxConnections = 2 * sockets.inAll + SPARE_CONNECTIONS;
  if (trustedProxies === 0) {
    shareConnections(http, 2 * sockets.perAddress + SPARE_CONNECTIONS_PER_ADDRESS, addresses.keyOfPeer);
  }
  const io = new Server(http, {
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
    allowRequest: (request, decided) => {
      if (!hinted && trustedProxies === 0 && request.headers['x-forwarded-for'] !== undefined) {
        hinted = true;
        log(PROXY_HINT);
      }
      decided(null, isOriginAllowed(request.headers, origins) && entrance.mayEnter(request));
    },
  });
  // With websockets alone, Engine.IO has nothing to say to an ordinary request; of what is elsewhere it closes only half.
  http.removeAllListeners('request');
  http.on('request', serveFolder(webFolder, { https: publicOrigin?.startsWith('https:') ?? false }));
  http.on('upgrade', ({ url = '' }, connection) => {
    if (url.split('?', 1)[0] !== `${io.path()}/`) connection.destroy();
  });
  const store = createMemoryStore({ live: invites, maxTombstones: MAX_TOMBSTONES });
  const relay = createRelay(io, onTraffic);
  const report = (error: unknown): void => {
    log(failureLine(error));
  };

  function welcome(socket: Socket): void {
    onTraffic('in', socket.id, 'connect', [socket.handshake.auth, socket.handshake.query]);
    const door = openDoor({
      handle: answering(socket),
      waitMs: createMeter(REQUESTS_PER_SOCKET, now),
      onFailure: report,
    });
    // A middleware that never calls on: no packet reaches Socket.IO's own listeners.
    socket.use((packet) => {
      door.receive(observed(socket.id, packet));
    });
    const welcomed = announce(ice);
    onTraffic('out', socket.id, 'welcome', welcomed);
    socket.emit('welcome', welcomed);
    socket.on('disconnect', () => {
      door.close(async () => {
        for (const inviteId of relay.forget(socket.id)) {
          const updated = await store.update(inviteId, (invite) => leave(invite, socket.id, now()));
          follow(inviteId, updated);
          relay.deliver(inviteId, updated.step.notices);
        }
      });
    });
  }

  function answering(socket: Socket): Handle {
    const inInvite = answeringInInvite(socket);
    const answers: { [R in RequestName]: (input: Input<R>) => Promise<Answer<Output<R>>> } = {
      'invite:open': (input) => inInvite('invite:open', input),
      'invite:claim': (input) => inInvite('invite:claim', input),
      'invite:attach': (input) => inInvite('invite:attach', input),
      'invite:commit': (input) => inInvite('invite:commit', input),
      'invite:decline': (input) => inInvite('invite:decline', input),
      'invite:end': (input) => inInvite('invite:end', input),
      relay: (input) => inInvite('relay', input),
      ice: (input) => inInvite('ice', input),
      doctor: async () => {
        const waitMs = await limits.spend('doctor', entrance.keyOf(socket));
        if (waitMs > 0) return refuse('slow-down', waitMs);
        const value = iceServersAt(ice, now(), DOCTOR_VALID_MS);
        return { reply: { ok: true, value }, afterwards: () => undefined };
      },
    };
    return <R extends RequestName>(request: R, input: Input<R>): Promise<Answer<Output<R>>> => {
      const answer: (input: Input<R>) => Promise<Answer<Output<R>>> = answers[request];
      return answer(input);
    };
  }

  function answeringInInvite(socket: Socket) {
    return async <R extends InviteRequestName>(request: R, input: Input<R>): Promise<Answer<Output<R>>> => {
      const { inviteId } = input;
      const opener = entrance.keyOf(socket);
      const waitMs = await waitFor(request, socket, inviteId);
      if (waitMs > 0) return refuse('slow-down', waitMs);
      if (SEATING.has(request) && relay.othersHeldBy(socket, inviteId) >= MAX_INVITES_PER_SOCKET) {
        return refuse('full', FULL_RETRY_MS);
      }
      const creationWaitMs = request === 'invite:open' ? await limits.wait('create', opener) : 0;
      const circumstances = {
        from: socket.id,
        opener,
        now: now(),
        ice: request === 'ice' ? iceServersAt(ice, now()) : NO_ICE,
      };
      const updated = await store.update(
        inviteId,
        (invite, shortage) => {
          const noneNew: Circumstances['noneNew'] =
            creationWaitMs > 0
              ? { ok: false, refusal: 'slow-down', retryAfterMs: creationWaitMs }
              : shortage && { ok: false, refusal: shortage, retryAfterMs: FULL_RETRY_MS };
          return decide(request, invite, input, { ...circumstances, noneNew });
        },
        request === 'invite:open' ? opener : undefined,
      );
      const { reply, notices } = updated.step;
      follow(inviteId, updated);
      // A refused one counts as well: looking for room costs the most.
      if (request === 'invite:open' && updated.before === undefined) await limits.spend('create', opener);
      const guessingMs = isWrongToken(request, reply) ? await limits.spend('wrong-token', opener) : 0;
      if (SEATING.has(request) && !reply.ok && HOST_MAY_COME.has(reply.refusal)) relay.wait(socket, inviteId);
      return {
        reply: guessingMs > 0 ? { ok: false, refusal: 'slow-down', retryAfterMs: guessingMs } : reply,
        afterwards: () => {
          relay.deliver(inviteId, notices);
        },
      };
    };
  }

  /**
   * Counts what can be counted before anything is looked up, and says how long too early it came, in ms. Whoever shows a
   * token is looked at in any case: a right one is never refused for what others at that address did.
   */
  async function waitFor(request: InviteRequestName, socket: Socket, inviteId: string): Promise<number> {
    if (SEATING.has(request)) return 0;
    if (!relay.holds(socket.id, inviteId)) return limits.spend('astray', entrance.keyOf(socket));
    return request === 'ice' ? limits.spend('ice', inviteId) : 0;
  }

  function follow(inviteId: string, { before, step }: Updated<Change>): void {
    relay.follow(inviteId, before, step.invite);
    const [was, is] = [before?.state ?? 'unknown', step.invite?.state ?? 'forgotten'];
    if (was !== is && step.invite !== before) log(`invite ${inviteId.slice(0, 6)}: ${was} → ${is}`);
  }

  /** Lets a test see a packet and its answer. */
  function observed(socketId: string, packet: readonly unknown[]): readonly unknown[] {
    const name = String(packet[0]);
    const acknowledge = packet.at(-1);
    onTraffic(
      'in',
      socketId,
      name,
      packet.slice(1).filter((part) => typeof part !== 'function'),
    );
    if (!isAcknowledge(acknowledge)) return packet;
    return packet.with(-1, (reply: Reply<unknown>) => {
      onTraffic('out', socketId, name, reply);
      acknowledge(reply);
    });
  }

  async function letTimePass(): Promise<void> {
    for (const inviteId of await store.due(now())) {
      const updated = await store.update(inviteId, (invite) => settle(invite, now()));
      follow(inviteId, updated);
      relay.deliver(inviteId, updated.step.notices);
    }
  }

  entrance.watch(io);
  io.on('connection', welcome);
  await new Promise<void>((resolve, reject) => {
    http.once('error', reject);
    http.listen({ port: config.port, host: config.host }, resolve);
  });
  const clock = setInterval(() => void letTimePass().catch(report), CLOCK_MS);
  const bound = http.address();
  const port = typeof bound === 'object' && bound !== null ? bound.port : config.port;

  return {
    address: `http://localhost:${String(port)}`,
    close: async () => {
      clearInterval(clock);
      const freed = once(http, 'close');
      http.close();
      http.closeAllConnections();
      // No one is told that the other side left: everyone is about to come back.
      io.sockets.sockets.forEach((socket) => socket.removeAllListeners('disconnect'));
      await io.close();
      await freed;
      addresses.close();
    },
  };
}

const WEB_BUILD = fileURLToPath(new URL('../../web/build', import.meta.url));

/** For requests that never show it. */
const NO_ICE: Output<'ice'> = { iceServers: [], validMs: ICE_VALID_MS };

function refuse(refusal: Refusal, retryAfterMs: number): Answer<never> {
  return { reply: { ok: false, refusal, retryAfterMs }, afterwards: () => undefined };
}

/** Whether a token was shown that is not, or no longer, the right one. */
function isWrongToken(request: RequestName, reply: Reply<unknown>): boolean {
  if (reply.ok) return false;
  return reply.refusal === 'wrong-token' || (request === 'invite:attach' && reply.refusal === 'stale-seat');
}

const PROXY_HINT =
  'X-Forwarded-For arrived, and TRUST_PROXY is 0. If proxies of yours are in front, set it to how many; if not, leave it: anybody can send that header, and would then choose the address they count as.';

/** A request that is not complete by then is cut off; it may be noticed a second later. */
const HALF_A_REQUEST_MS = 10_000;

/** A connection on which nothing moves, and which is no websocket. */
const IDLE_HTTP_MS = 30_000;

/** TCP connections besides the sockets: pages being fetched, sockets being refused. Beyond them the kernel's files end. */
const SPARE_CONNECTIONS = 1_000;

/** The same for one address. */
const SPARE_CONNECTIONS_PER_ADDRESS = 64;

/** About a hundred bytes each. */
const MAX_TOMBSTONES = 50_000;

/** When something may have ended meanwhile. */
const FULL_RETRY_MS = 30_000;

/** A host may hold many invites on one socket, but not a whole server. */
const MAX_INVITES_PER_SOCKET = 64;

/** Room for a host whose network changed: 64 chats come back at once, each with about fifteen requests. */
const REQUESTS_PER_SOCKET = { burst: 1_000, perSecond: 20 };

/** How late a lapse or an expiry may be told. Requests never see one late. */
const CLOCK_MS = 1_000;

/** Requests that give a socket a place in an invite. */
const SEATING: ReadonlySet<RequestName> = new Set<RequestName>(['invite:open', 'invite:claim', 'invite:attach']);

/** Refusals after which a guest is called when the host opens the invite. */
const HOST_MAY_COME: ReadonlySet<Refusal> = new Set<Refusal>(['unknown-invite', 'host-away']);
