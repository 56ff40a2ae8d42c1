import { randomBytes } from 'node:crypto';

import type { Nodes } from '../nodes.ts';
import type { Heartbeat, Redis } from './connection.ts';

/** What a node finds out about itself and the others. */
export interface Found {
  /** Nodes have died: whoever had somebody there should look again. */
  onDeath: () => void;
  /** What the others know of this node is not what is: Redis was away or lost its memory, or they took this node for dead. */
  onForgotten: () => void;
  /** The secret that addresses are counted under. */
  onSecret: (secret: Buffer) => void;
  onError: (error: unknown) => void;
}

/** The nodes of one Redis, as this one knows them. */
export interface RedisNodes extends Nodes {
  /** This node’s own name. */
  id: string;
  /** The name of the node of a place. */
  nodeOf: (place: string) => string;
  /** Redis's clock as read last and carried on by a clock that never steps, in whole ms since epoch. */
  now: () => number;
  /** Resolves when the others can know of this node. */
  joined: Promise<void>;
  /** Says now that it lives, which proves that Redis can be written to. */
  refresh: () => Promise<void>;
  /** How many keys Redis held at the last heartbeat. */
  keys: () => number;
  /** Asks about nodes of these places that are not known yet. */
  meet: (places: readonly string[]) => Promise<void>;
  /** Stops, and tells the others that this node is gone. */
  leave: () => Promise<void>;
}

/** Joins the nodes of one Redis, and says every two seconds that it lives. */
export function joinNodes({ commands }: Redis, { onDeath, onForgotten, onSecret, onError }: Found): RedisNodes {
  const id = randomBytes(ID_BYTES).toString('base64url');
  // Until Redis has been read, this machine's clock is all there is.
  let offsetMs = Date.now() - performance.now();
  let keys = 0;
  /** Since when this node hears of the others without a break, by performance.now(). */
  let hearingSince = Infinity;
  let heardAt = -Infinity;
  let isMember = false;
  let members: ReadonlySet<string> = new Set([id]);
  let beating: Promise<void> | undefined;
  let join: () => void = () => undefined;
  const joined = new Promise<void>((resolve) => {
    join = resolve;
  });

  async function beat(): Promise<void> {
    const askedAt = performance.now();
    const heard = await commands.heartbeat([NODES, SECRET], id, LIFE_MS, newSecret(), SECRET_LIFE_MS);
    const answeredAt = performance.now();
    const newOffsetMs = heard.now - (askedAt + answeredAt) / 2;
    // After a break, or a step of Redis's clock, the others need a while to say that they live.
    if (answeredAt - heardAt > GRACE_MS || Math.abs(newOffsetMs - offsetMs) > GRACE_MS) hearingSince = answeredAt;
    heardAt = answeredAt;
    offsetMs = newOffsetMs;
    keys = heard.keys;
    onSecret(Buffer.from(heard.secret, 'base64url'));
    if (isMember && !heard.known) onForgotten();
    isMember = true;
    join();
    await bury(heard, answeredAt);
  }

  /** Takes those out of the list who have not been heard of, once we have been there long enough to have heard of them. */
  async function bury({ now, nodes }: Heartbeat, at: number): Promise<void> {
    const dead = at - hearingSince < GRACE_MS ? [] : nodes.filter(({ until }) => until < now).map(({ node }) => node);
    const living = new Set(nodes.map(({ node }) => node).filter((node) => !dead.includes(node)));
    const hasLost = [...members].some((node) => !living.has(node));
    members = living;
    // By time, so that one that has just said that it lives stays.
    if (dead.length > 0) await commands.zRemRangeByScore(NODES, '-inf', now);
    if (hasLost) onDeath();
  }

  /** One at a time; whoever asks meanwhile gets the same answer. */
  function refresh(): Promise<void> {
    beating ??= beat().finally(() => {
      beating = undefined;
    });
    return beating;
  }

  const tryTo = (what: () => Promise<void>): void => {
    what().catch(onError);
  };
  commands.on('ready', () => {
    tryTo(refresh);
  });
  const clock = setInterval(() => {
    if (commands.isReady) tryTo(refresh);
  }, BEAT_MS);

  const nodeOf = (place: string): string => place.slice(0, place.indexOf(SEPARATOR));
  return {
    id,
    nodeOf,
    placeOf: (socketId) => `${id}${SEPARATOR}${socketId}`,
    here: (place) => (nodeOf(place) === id ? place.slice(id.length + 1) : undefined),
    socketOf: (place) => place.slice(place.indexOf(SEPARATOR) + 1),
    isGone: (place) => !members.has(nodeOf(place)) && performance.now() - hearingSince >= GRACE_MS,
    now: () => Math.floor(performance.now() + offsetMs),
    joined,
    refresh,
    keys: () => keys,
    async meet(places) {
      const isStrange = (): boolean => !isMember || places.some((place) => !members.has(nodeOf(place)));
      // One that has just come says so before it takes anybody in. The first answer may have been on its way already.
      for (let times = 0; times < 2 && isStrange(); times += 1) await refresh();
    },
    async leave() {
      clearInterval(clock);
      if (commands.isReady) await commands.zRem(NODES, id).catch(onError);
    },
  };
}

const newSecret = (): string => randomBytes(SECRET_BYTES).toString('base64url');

/** Both in one slot of a Redis Cluster. */
const NODES = 'porchlight:{nodes}:living';
const SECRET = 'porchlight:{nodes}:address-secret';

/** Between a node's id and a socket's, in neither of which it can be. */
const SEPARATOR = '.';
const ID_BYTES = 6;
const SECRET_BYTES = 32;
const SECRET_LIFE_MS = 24 * 3_600_000;

const BEAT_MS = 2_000;
/** A node that was not heard of for so long is dead. Its hosts have found another one by then. */
const LIFE_MS = 8_000;
/** After Redis was away, the others need so long to say that they live. */
const GRACE_MS = 5_000;
