import { fileURLToPath } from 'node:url';

import {
  DOCTOR_VALID_MS,
  ICE_VALID_MS,
  type Input,
  type InviteRequestName,
  type Output,
  type Refusal,
  type Reply,
  type RequestName,
} from '@porchlight/protocol';
import { Server, type Socket } from 'socket.io';

import { createAddresses } from './address.ts';
import { inThisProcess, type Backing } from './backing.ts';
import type { Config } from './config.ts';
import { Door, isAcknowledge, type Answer } from './door.ts';
import { sendAway } from './drain.ts';
import { SOCKET_OPTIONS } from './engine.ts';
import { createEntrance } from './entrance.ts';
import { measured, noFigures, type Figures } from './figures.ts';
import { createHealth } from './health.ts';
import { announce, iceServersAt } from './ice.ts';
import { decide, leave, settle, socketsIn, type Change, type Circumstances, type Invite } from './invites.ts';
import type { Journal } from './journal.ts';
import { createLooseEnds } from './loose-ends.ts';
import { createMeter } from './meter.ts';
import { isOriginAllowed } from './origin.ts';
import { inRedis } from './redis/backing.ts';
import { nodeEngine } from './node-engine.ts';
import { alone } from './nodes.ts';
import { createRelay, type InTurn, type OnTraffic } from './relay.ts';
import { SharedRooms } from './rooms.ts';
import type { Updated } from './store/store.ts';

/** A running server: where it is, e.g. `http://localhost:3000`, and how to stop it. */
export interface Porchlight {
  address: string;
  /** Takes no one in any more, closes every socket, and resolves when the port is free. Browsers reconnect by themselves. */
  close: () => Promise<void>;
  /**
   * The same in good order: says that it is not ready, and if there are many sends them away little by little, within the
   * first part of `withinMs`. With a store that others share, the other sides are told. Does not watch the clock itself.
   */
  drain: (withinMs: number) => Promise<void>;
}

/** What a caller may put in the place of the real world. */
export interface Surroundings {
  /** Clock, in ms since epoch. */
  now?: () => number;
  /** Sees everything received and sent. For tests. */
  onTraffic?: OnTraffic;
  /** Takes one entry per life-cycle step. */
  journal?: Journal;
  /** Counts what happens. */
  figures?: Figures;
  /** Folder of the built web client. */
  webFolder?: string;
}

/** Starts listening. Rejects if the port is taken or may not be used. */
export async function startServer(
  config: Omit<Config, 'recordTo'>,
  {
    now: clock,
    onTraffic = () => undefined,
    journal = () => undefined,
    figures = noFigures,
    webFolder = WEB_BUILD,
  }: Surroundings = {},
): Promise<Porchlight> {
  const { publicOrigin, trustedProxies, sockets, ice } = config;
  const origins = publicOrigin === undefined ? config.allowedOrigins : [publicOrigin, ...config.allowedOrigins];
  const addresses = createAddresses(trustedProxies);
  const entrance = createEntrance(sockets, addresses.keyOf, SOCKET_OPTIONS);
  let hinted = false;
  let hasDied = false;
  let isPassing = false;
  let lookedAtWaitersAt = 0;

  const io = new Server({ ...SOCKET_OPTIONS, adapter: SharedRooms });
  const createEngine = config.engine === 'uws' ? (await import('./uws-engine.ts')).uwsEngine : nodeEngine;
  const engine = createEngine(io, {
    config,
    webFolder,
    keyOfPeer: addresses.keyOfPeer,
    readiness: () => health.readiness(),
    mayEnter: (asking) => {
      if (!hinted && trustedProxies === 0 && asking.headers['x-forwarded-for'] !== undefined) {
        hinted = true;
        journal({ about: 'warning', sentence: PROXY_HINT });
      }
      const isWelcome = isOriginAllowed(asking.headers, origins);
      const mayEnter = isWelcome && entrance.mayEnter(asking);
      if (!mayEnter) figures.turnedAway(isWelcome ? 'crowd' : 'origin');
      return mayEnter;
    },
  });
  const report = (error: unknown): void => {
    if (!backing.isAway()) journal({ about: 'failure', error });
  };
  const backing: Backing =
    config.redisUrl === undefined
      ? inThisProcess(config)
      : inRedis(config.redisUrl, config, {
          onDeath: () => {
            hasDied = true;
          },
          onForgotten: () => {
            relay.sendAllAway(SEND_AWAY_MS);
          },
          onSecret: addresses.use,
          onError: report,
          onAway: (error) => {
            journal({ about: 'warning', sentence: awaySentence(error) });
          },
          onBack: () => {
            journal({ about: 'warning', sentence: 'Redis is back.' });
          },
        });
  const { limits, nodes } = backing;
  const store = measured(backing.store, figures);
  const health = createHealth({ ping: () => store.ping(), now: () => performance.now() });
  figures.watch({ sockets: () => io.sockets.sockets.size, invites: () => store.count() });
  const now = clock ?? backing.now;
  // Redis answers and tells over two connections, so news may be read before the answer that came first.
  const inTurn: InTurn = (socket, what) => doorOf(socket)?.whenAnswered(what);
  const relay = createRelay(io, nodes, inTurn, onTraffic);
  const looseEnds = createLooseEnds({
    vacate: (inviteId, place) => change(inviteId, (invite) => leave(invite, place, now(), nodes.isGone)),
    sendAway: async (inviteId) => {
      const { before } = await store.update(inviteId, (invite) => ({ invite }));
      for (const close of socketsIn(before)) {
        if (nodes.here(close) === undefined) await backing.send({ close });
        else relay.hear({ close });
      }
    },
  });
  // Redis may come and go while this waits, and what is told of it needs all of the above.
  await backing.connect(relay.hear);
  /** One for each socket that is gone and whose places are not vacant yet. */
  const goodbyes = new Set<Promise<void>>();

  function welcome(socket: Socket): void {
    onTraffic('in', socket.id, 'connect', [socket.handshake.auth, socket.handshake.query]);
    // Of no use here, as large as a packet may be, and kept for as long as the socket lives.
    Reflect.set(socket, 'handshake', NOTHING);
    const door = new Door({
      handle: (request, input) => answer(socket, request, input),
      waitMs: createMeter(REQUESTS_PER_SOCKET, now),
      onFailure: report,
    });
    socket.data = { door };
    // A middleware that never calls on: no packet reaches Socket.IO's own listeners.
    socket.use((packet) => {
      door.receive(observed(socket.id, packet));
    });
    const welcomed = announce(ice);
    onTraffic('out', socket.id, 'welcome', welcomed);
    socket.emit('welcome', welcomed);
    socket.on('disconnect', () => {
      const goodbye = new Promise<void>((said) => {
        door.whenAnswered(() => leaveAll(socket).finally(said));
      }).finally(() => goodbyes.delete(goodbye));
      goodbyes.add(goodbye);
    });
  }

  async function leaveAll(socket: Socket): Promise<void> {
    const place = nodes.placeOf(socket.id);
    for (const inviteId of relay.forget(socket.id)) looseEnds.vacate(inviteId, place);
    await looseEnds.tie();
  }

  const answers: { [R in RequestName]: (socket: Socket, input: Input<R>) => Promise<Answer<Output<R>>> } = {
    'invite:open': (socket, input) => answerInInvite(socket, 'invite:open', input),
    'invite:claim': (socket, input) => answerInInvite(socket, 'invite:claim', input),
    'invite:attach': (socket, input) => answerInInvite(socket, 'invite:attach', input),
    'invite:commit': (socket, input) => answerInInvite(socket, 'invite:commit', input),
    'invite:decline': (socket, input) => answerInInvite(socket, 'invite:decline', input),
    'invite:end': (socket, input) => answerInInvite(socket, 'invite:end', input),
    relay: (socket, input) => answerInInvite(socket, 'relay', input),
    ice: (socket, input) => answerInInvite(socket, 'ice', input),
    doctor: async (socket) => {
      const waitMs = await limits.spend('doctor', entrance.keyOf(socket));
      if (waitMs > 0) return refuse('slow-down', waitMs);
      const value = iceServersAt(ice, now(), DOCTOR_VALID_MS);
      return { reply: { ok: true, value }, afterwards: () => undefined };
    },
  };

  function answer<R extends RequestName>(socket: Socket, request: R, input: Input<R>): Promise<Answer<Output<R>>> {
    const one: (socket: Socket, input: Input<R>) => Promise<Answer<Output<R>>> = answers[request];
    return one(socket, input);
  }

  async function answerInInvite<R extends InviteRequestName>(
    socket: Socket,
    request: R,
    input: Input<R>,
  ): Promise<Answer<Output<R>>> {
    const { inviteId } = input;
    const opener = entrance.keyOf(socket);
    const waitMs = await waitFor(request, socket, inviteId);
    if (waitMs > 0) return refuse('slow-down', waitMs);
    if (SEATING.has(request)) await backing.reachable();
    if (SEATING.has(request) && relay.othersHeldBy(socket, inviteId) >= MAX_INVITES_PER_SOCKET) {
      return refuse('full', FULL_RETRY_MS);
    }
    const creationWaitMs = request === 'invite:open' ? await limits.wait('create', opener) : 0;
    const circumstances = {
      from: nodes.placeOf(socket.id),
      opener,
      now: now(),
      ice: request === 'ice' ? iceServersAt(ice, now()) : NO_ICE,
      isGone: nodes.isGone,
    };
    const updated = await store
      .update(
        inviteId,
        (invite, shortage) => {
          const noneNew: Circumstances['noneNew'] =
            creationWaitMs > 0
              ? { ok: false, refusal: 'slow-down', retryAfterMs: creationWaitMs }
              : shortage && { ok: false, refusal: shortage, retryAfterMs: FULL_RETRY_MS };
          return decide(request, invite, input, { ...circumstances, noneNew });
        },
        request === 'invite:open' ? opener : undefined,
      )
      .catch((error: unknown) => {
        // It may have been done and not answered: a commit whose box was passed to nobody, say.
        const hasPart = SEATING.has(request) || relay.holds(socket.id, inviteId);
        if (hasPart && backing.mayHaveBeenDone(error)) looseEnds.doubt(inviteId);
        throw error;
      });
    const { reply, notices } = updated.step;
    follow(inviteId, updated);
    // What time had done to the invite is told whatever becomes of this request, and does not wait for it.
    if (!reply.ok) relay.deliver(inviteId, notices);
    // A refused one counts as well: looking for room costs the most.
    if (request === 'invite:open' && updated.before === undefined) limits.spend('create', opener).catch(report);
    const guessingMs = isWrongToken(request, reply) ? await limits.spend('wrong-token', opener) : 0;
    if (SEATING.has(request) && !reply.ok && HOST_MAY_COME.has(reply.refusal)) await waitForHost(socket, inviteId);
    return {
      reply: guessingMs > 0 ? { ok: false, refusal: 'slow-down', retryAfterMs: guessingMs } : reply,
      afterwards: () => {
        if (reply.ok) relay.deliver(inviteId, notices);
        for (const { event, payload } of notices) if (event === 'relayed') figures.relayed(bytesOf(payload.box));
      },
    };
  }

  /** From here on the guest is called when the host is back; at once, if it came while the guest was being put down to wait. */
  async function waitForHost(socket: Socket, inviteId: string): Promise<void> {
    const stopWaiting = relay.wait(socket, inviteId);
    await backing.reachable();
    const { before } = await store.update(inviteId, (invite) => ({ invite }));
    if (before?.state === 'ended') {
      inTurn(socket, () => socket.emit('invite:ended', { inviteId, why: before.why }));
    } else if (before?.host.here === true) inTurn(socket, () => socket.emit('invite:host-returned', { inviteId }));
    else return;
    stopWaiting();
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
    const was = before?.state ?? 'unknown';
    const is = step.invite?.state ?? 'forgotten';
    if (was === is || step.invite === before) return;
    figures.stepped(was, is);
    journal({ about: 'invite', inviteId, was, is });
  }

  /** Counts the answer to a packet, and lets a test see both. */
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
      figures.answered(name, reply);
      acknowledge(reply);
    });
  }

  async function letTimePass(): Promise<void> {
    await looseEnds.tie().catch(report);
    if (hasDied) {
      // Another may die meanwhile.
      hasDied = false;
      if (!(await look(relay.invites()))) hasDied = true;
    }
    await look(await store.due(now()));
    // Nobody is in these whom anybody would tell that their time is over.
    if (nodes !== alone && now() - lookedAtWaitersAt > WAITERS_EVERY_MS) {
      lookedAtWaitersAt = now();
      await look(relay.waitedFor());
    }
  }

  /** Sees what time, and the death of other processes, have made of these invites. Whether all could be seen. */
  async function look(inviteIds: readonly string[]): Promise<boolean> {
    let isComplete = true;
    for (const inviteId of inviteIds) {
      await change(inviteId, (invite) => settle(invite, now(), nodes.isGone)).catch((error: unknown) => {
        isComplete = false;
        report(error);
      });
    }
    return isComplete;
  }

  async function change(inviteId: string, decide: (invite: Invite | undefined) => Change): Promise<void> {
    const updated = await store.update(inviteId, decide);
    follow(inviteId, updated);
    relay.deliver(inviteId, updated.step.notices);
  }

  entrance.watch(io);
  io.on('connection', welcome);
  const port = await engine.listen();
  const ticking = setInterval(() => {
    if (isPassing) return;
    isPassing = true;
    void letTimePass()
      .catch(report)
      .finally(() => {
        isPassing = false;
      });
  }, CLOCK_MS);

  async function close(): Promise<void> {
    clearInterval(ticking);
    // No one is told that the other side left: everyone is about to come back.
    io.sockets.sockets.forEach((socket) => socket.removeAllListeners('disconnect'));
    await engine.close();
    await backing.close();
    addresses.close();
  }

  return {
    address: `http://localhost:${String(port)}`,
    close,
    drain: async (withinMs) => {
      health.drain();
      const all = [...io.sockets.sockets.values()];
      journal({ about: 'stopping', sockets: all.length });
      engine.shut();
      // Memory goes with this process, so everyone is about to come back, and no one is told.
      if (config.redisUrl === undefined) for (const socket of all) socket.removeAllListeners('disconnect');
      await sendAway(all, withinMs, (socket) => socket.disconnect(true));
      await Promise.all(goodbyes);
      await close();
    },
  };
}

const WEB_BUILD = fileURLToPath(new URL('../../web/build', import.meta.url));

/** In place of what was said at the handshake. */
const NOTHING = Object.freeze({});

const doorOf = (socket: Socket): Door | undefined => (socket.data as { door?: Door }).door;

/** For requests that never show it. */
const NO_ICE: Output<'ice'> = { iceServers: [], validMs: ICE_VALID_MS };

function refuse(refusal: Refusal, retryAfterMs: number): Answer<never> {
  return { reply: { ok: false, refusal, retryAfterMs }, afterwards: () => undefined };
}

/** How much a text of b64u stands for. */
const bytesOf = (text: string): number => Math.floor((text.length * 3) / 4);

/** Whether a token was shown that is not, or no longer, the right one. */
function isWrongToken(request: RequestName, reply: Reply<unknown>): boolean {
  if (reply.ok) return false;
  return reply.refusal === 'wrong-token' || (request === 'invite:attach' && reply.refusal === 'stale-seat');
}

function awaySentence(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'no answer';
  return `Redis is away (${code}). Chats go on; until it is back, nobody new can meet.`;
}

const PROXY_HINT =
  'X-Forwarded-For arrived, and TRUST_PROXY is 0. If proxies of yours are in front, set it to how many; if not, leave it: anybody can send that header, and would then choose the address they count as.';

/** When something may have ended meanwhile. */
const FULL_RETRY_MS = 30_000;

/** How soon a guest who waits for a host is told that the invite's time is over. */
const WAITERS_EVERY_MS = 15_000;

/** All browsers of this process come back within this time, and a moment of their own. */
const SEND_AWAY_MS = 1_000;

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
