import { createHash, randomBytes } from 'node:crypto';

import { serverFlags } from '../../../../scripts/places.js';
import { M1, M2, SEALED } from '../boxes.ts';
import { inTurn, type Contender, type Pair, type Side, type Waiting } from '../contender.ts';
import { single, startNode, startRedis, type Servers } from '../processes.ts';
import { join, type SocketIo } from '../socket-io.ts';
import type { Door } from '../wire.ts';

/** The product's server, one process, everything in memory. */
export const porchlight: Contender = {
  name: 'Porchlight',
  start: () => single(MAIN, { flags: serverFlags, env: ENVIRONMENT }),
  host,
  claims,
};

/** The same over uWebSockets.js, as `ensureUws` found it: on a Node of its own. */
export function porchlightOnUws({ node, env }: { node: string; env: Record<string, string> }): Contender {
  return {
    name: ON_UWS,
    start: () =>
      single(MAIN, {
        flags: serverFlags,
        node,
        env: { ...ENVIRONMENT, ...env, SIGNAL_ENGINE: 'uws', SERVE_WEB: 'false' },
      }),
    host,
    claims,
  };
}

/** What that is called in the tables. */
export const ON_UWS = 'Porchlight on uWebSockets.js';

/** Two processes of it on one Redis: every host on the first, every guest on the second. */
export const porchlightOnTwo: Contender = {
  name: 'Porchlight, two nodes on Redis',
  start: startTwo,
  host,
  claims,
};

/** The same with both sides of a pair on one of them, in turn, as a proxy has it that chooses by the invite. */
export const porchlightByInvite: Contender = {
  name: 'Porchlight, two nodes on Redis, each pair on one',
  async start() {
    const servers = await startTwo();
    const { hosts, guests } = servers;
    return {
      ...servers,
      pairsAt: [
        [hosts, hosts],
        [guests, guests],
      ],
    };
  },
  host,
};

async function startTwo(): Promise<Servers> {
  const redis = await startRedis();
  const env = { ...ENVIRONMENT, REDIS_URL: redis.url };
  const nodes = await Promise.all(
    ['first node', 'second node'].map((what) => startNode(MAIN, { what, flags: serverFlags, env })),
  );
  const [first, second] = nodes;
  if (first === undefined || second === undefined) throw new Error('there are two nodes');
  return {
    hosts: first.port,
    guests: second.port,
    processes: [first.process, second.process, redis.process],
    commands: redis.commands,
    stop: async () => {
      await Promise.all(nodes.map((node) => node.stop()));
      await redis.stop();
    },
  };
}

const MAIN = '../../../apps/signal/src/main.ts';

/** All load comes from one address, and there is more of it than one person's. */
const ENVIRONMENT = {
  PORT: '0',
  HOST: '127.0.0.1',
  MAX_SOCKETS: '100000',
  MAX_SOCKETS_PER_ADDRESS: '100000',
  MAX_INVITES: '1000000',
  MAX_INVITES_PER_ADDRESS: '1000000',
};

const HOUR_MS = 3_600_000;

/** As the server counts: so many invites a socket may hold, and a few to spare. */
const INVITES_PER_SOCKET = 60;

async function host(door: Door): Promise<Waiting> {
  const socket = await join(door);
  const invite = createInvite();
  await open(socket, invite);
  return {
    guest: (guestDoor) => seated(socket, invite, guestDoor),
    gone: socket.closed,
    cut: () => {
      socket.cut();
    },
  };
}

async function seated(hostSocket: SocketIo, { inviteId, claimToken }: Invite, door: Door): Promise<Pair> {
  const guestSocket = await join(door);
  const told = new Promise<void>((resolve) => {
    hostSocket.onEvent = (name) => {
      if (name === 'invite:claimed') resolve();
    };
  });
  const seat = hash(token());
  await accepted(guestSocket, 'invite:claim', { inviteId, claimToken, seat });
  await told;

  const host = side(hostSocket, { inviteId, seat });
  const guest = side(guestSocket, { inviteId });
  return {
    host,
    guest,
    // As two browsers did it where no ICE servers are set: admission and offer in the commit, then the host's candidates,
    // the guest's answer, the guest's candidates.
    exchange: () =>
      inTurn({ host, guest }, [
        ['guest', () => guest.send(M1)],
        ['host', () => host.send(M2)],
        ['guest', () => guest.send(SEALED)],
        ['host', () => void accepted(hostSocket, 'invite:commit', { inviteId, seat, box: SEALED })],
        ['host', () => host.send(SEALED)],
        ['guest', () => guest.send(SEALED)],
        ['guest', () => guest.send(SEALED)],
      ]),
    leave: async () => {
      const told = new Promise<void>((resolve) => {
        guestSocket.onEvent = (name) => {
          if (name === 'invite:ended') resolve();
        };
      });
      await accepted(hostSocket, 'invite:end', { inviteId, box: SEALED });
      await told;
      await Promise.all([hostSocket.leave(), guestSocket.leave()]);
    },
  };
}

function side(socket: SocketIo, place: { inviteId: string; seat?: string }): Side {
  const side: Side = {
    send: (box) => {
      socket.tellQuietly('relay', { ...place, box, quiet: true });
    },
    onBox: () => undefined,
  };
  socket.onEvent = (name) => {
    if (name === 'relayed') side.onBox();
  };
  return side;
}

async function claims(hosts: Door, guests: Door, count: number): Promise<readonly (() => Promise<void>)[]> {
  const prepared: (() => Promise<void>)[] = [];
  while (prepared.length < count) {
    const [hostSocket, guestSocket] = await Promise.all([join(hosts), join(guests)]);
    const invites = Array.from({ length: Math.min(INVITES_PER_SOCKET, count - prepared.length) }, createInvite);
    await Promise.all(invites.map((invite) => open(hostSocket, invite)));
    for (const { inviteId, claimToken } of invites) {
      const seat = hash(token());
      prepared.push(() => accepted(guestSocket, 'invite:claim', { inviteId, claimToken, seat }));
    }
  }
  return shuffled(prepared);
}

/** Neighbours in time are on different sockets, as people are. */
function shuffled<T>(values: readonly T[]): readonly T[] {
  return values
    .map((value) => ({ value, at: Math.random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ value }) => value);
}

interface Invite {
  readonly inviteId: string;
  readonly claimToken: string;
}

function createInvite(): Invite {
  return { inviteId: randomBytes(16).toString('base64url'), claimToken: token() };
}

function open(socket: SocketIo, { inviteId, claimToken }: Invite): Promise<void> {
  const claimHash = hash(claimToken);
  return accepted(socket, 'invite:open', { inviteId, claimHash, hostToken: token(), remainingMs: HOUR_MS });
}

/** Asks, and throws unless the answer is yes: a refusal is cheap, and would flatter. */
async function accepted(socket: SocketIo, request: string, input: object): Promise<void> {
  const reply = await socket.ask(request, input);
  if (typeof reply === 'object' && reply !== null && 'ok' in reply && reply.ok === true) return;
  throw new Error(`${request}: ${JSON.stringify(reply)}`);
}

function token(): string {
  return randomBytes(32).toString('base64url');
}

function hash(of: string): string {
  return createHash('sha256').update(Buffer.from(of, 'base64url')).digest('base64url');
}
