import { createClient, defineScript } from '@redis/client';

import type { Addressed } from './post.ts';
import { HEARTBEAT, SWAP, TAKE_ROOM } from './scripts.ts';

/** Two connections to one Redis: Redis takes no other commands on one that is subscribed to something. */
export interface Redis {
  readonly commands: RedisClient;
  readonly subscriptions: RedisClient;
  isAway: () => boolean;
  /** Ends both, without waiting for answers. */
  close: () => void;
}

interface Hearing {
  onAway?: (error: unknown) => void;
  onBack?: () => void;
}

export type RedisClient = ReturnType<typeof createCommands>;

/**
 * Begins to connect to `url`, and goes on trying for as long as it takes: a Redis that is away, at the start or later, is
 * no reason for this process to end. Both refuse at once while it is away. `onAway`
 * is told once when it is away, with the reason, and `onBack` when it is back.
 */
export function connectRedis(url: string, { onAway, onBack }: Hearing = {}): Redis {
  const commands = createCommands(url);
  const subscriptions = createClient({ ...options(), url, scripts: SCRIPTS, pingInterval: PING_EVERY_MS });
  const clients = [commands, subscriptions];
  const isAway = (): boolean => clients.some((client) => !client.isReady);
  let isKnown = false;
  for (const client of clients) {
    client.on('error', (error: unknown) => {
      if (!isKnown) onAway?.(error);
      isKnown = true;
    });
    client.on('ready', () => {
      if (isAway()) return;
      if (isKnown) onBack?.();
      isKnown = false;
    });
    // It gives up only when it is closed, and says what went wrong as an event.
    client.connect().catch(() => undefined);
  }
  return {
    commands,
    subscriptions,
    isAway,
    close: () => {
      isKnown = true;
      for (const client of clients) client.destroy();
    },
  };
}

function createCommands(url: string) {
  return createClient({ ...options(), url, scripts: SCRIPTS });
}

/** At once, then doubling up to a second, so that a Redis that is back is found within a second. ±20 %. */
function reconnectStrategy(retries: number): number {
  return Math.min(1000, 25 * 2 ** retries) * (0.8 + 0.4 * Math.random());
}

/** A Redis that says nothing for so long, in ms, is not waited for. Something is asked at least every PING_EVERY_MS. */
const SILENCE_MS = 6_000;
const PING_EVERY_MS = 2_000;

/** Made anew for each client, which writes into them. */
const options = () => ({
  socket: { connectTimeout: 2_000, socketTimeout: SILENCE_MS, reconnectStrategy },
  // A clock for each command, which runs until it is written, costs about as much as the command.
  commandOptions: { timeout: 0 },
  // Whoever waits in line here would be answered long after the browser gave up.
  disableOfflineQueue: true,
  maintNotifications: 'disabled' as const,
});

/** What takes the place of what is there (empty: nothing), and for how long, at least 1 ms. */
type Swapped = 'stays' | { next: string; ttlMs: number };

const SCRIPTS = {
  swap: defineScript({
    ...SWAP,
    parseCommand(parser, key: string, expected: string, swapped: Swapped, addressed: readonly Addressed[]) {
      parser.pushKey(key);
      if (swapped === 'stays') parser.push(expected, '', '0');
      else parser.push(expected, swapped.next, String(swapped.ttlMs));
      for (const { channel, text } of addressed) parser.push(channel, text);
    },
    /** What is there instead of what was expected (empty: nothing); null if that was there. */
    transformReply: (reply: unknown) => (typeof reply === 'string' ? reply : null),
  }),
  takeRoom: defineScript({
    ...TAKE_ROOM,
    parseCommand(parser, key: string, inviteId: string, ttlMs: number, most: number) {
      parser.pushKey(key);
      parser.push(inviteId, String(ttlMs), String(most));
    },
    /** Whether there was room: none, new, or had before. */
    transformReply: (reply: unknown) => (['none', 'new', 'had'] as const)[Number(reply)] ?? 'none',
  }),
  heartbeat: defineScript({
    ...HEARTBEAT,
    parseCommand(
      parser,
      keys: readonly [string, string],
      nodeId: string,
      lifeMs: number,
      secret: string,
      secretLifeMs: number,
    ) {
      parser.pushKeys([...keys]);
      parser.push(nodeId, String(lifeMs), secret, String(secretLifeMs));
    },
    transformReply: (reply: unknown) => readHeartbeat(reply),
  }),
};

/** What Redis says at a heartbeat. Times are ms since epoch, by its clock. */
export interface Heartbeat {
  now: number;
  /** Whether it had this node in its list. */
  known: boolean;
  secret: string;
  keys: number;
  /** Each node, and when it counts as dead unless it is heard of again. */
  nodes: readonly { node: string; until: number }[];
}

function readHeartbeat(reply: unknown): Heartbeat {
  const [now, known, secret, keys, ...scores] = Array.isArray(reply) ? reply.map(String) : [];
  const nodes = scores.flatMap((node, i) => (i % 2 === 0 ? [{ node, until: Number(scores[i + 1]) }] : []));
  return { now: Number(now), known: known === '1', secret: secret ?? '', keys: Number(keys), nodes };
}
