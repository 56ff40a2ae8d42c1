import type { Letter } from '../nodes.ts';
import type { Redis } from './connection.ts';
import type { RedisNodes } from './nodes.ts';

/** A letter and the channel of whoever is to read it. */
export interface Addressed {
  channel: string;
  text: string;
}

type Reader = (letter: Letter, invite?: string) => void;

/** How letters reach the nodes of one Redis: a channel for each node, and one for all. */
export interface Post {
  /**
   * What Redis is to publish in the step that makes the change. Nothing for a socket that is here; those who wait for a host
   * are reached at all nodes, this one included. `invite` is what is kept of it now, if that changed: the node that reads
   * it guesses right when its turn comes.
   */
  address: (letters: readonly Letter[], invite?: string) => Addressed[];
  /** Publishes at once what goes with no change. */
  send: (letter: Letter) => Promise<void>;
  /** From now on letters to this node are read by `reader`. Until then they are thrown away. */
  deliverTo: (reader: Reader) => void;
  /** Resolves once letters to this node arrive. Rejects while they do not. */
  reachable: () => Promise<void>;
}

/** Begins to hear letters, and goes on however often Redis is away. Those that are sent meanwhile are lost. */
export function joinPost(
  { commands, subscriptions }: Pick<Redis, 'commands' | 'subscriptions'>,
  nodes: Pick<RedisNodes, 'id' | 'nodeOf'>,
  onError: (error: unknown) => void,
): Post {
  let read: Reader = () => undefined;
  let subscribed: Promise<void> | undefined;
  const hear = (text: string): void => {
    try {
      read(...(JSON.parse(text) as Parameters<Reader>));
    } catch (error) {
      onError(error);
    }
  };
  subscriptions.on('ready', () => {
    // Once that has worked, a client that is back has subscribed again before it says that it is ready.
    subscribed ??= subscriptions.subscribe([EVERYBODY, channelOf(nodes.id)], hear).catch((error: unknown) => {
      subscribed = undefined;
      throw error;
    });
    subscribed.catch(onError);
  });

  const address = (letters: readonly Letter[], invite?: string): Addressed[] =>
    letters.flatMap((letter) => {
      const channel = channelFor(letter);
      const content = invite === undefined || channel === EVERYBODY ? [letter] : [letter, invite];
      return channel === undefined ? [] : [{ channel, text: JSON.stringify(content) }];
    });
  function channelFor(letter: Letter): string | undefined {
    const place = 'close' in letter ? letter.close : letter.to === 'waiters' ? undefined : letter.to.socket;
    if (place === undefined) return EVERYBODY;
    const node = nodes.nodeOf(place);
    return node === nodes.id ? undefined : channelOf(node);
  }

  return {
    address,
    async send(letter) {
      for (const { channel, text } of address([letter])) await commands.publish(channel, text);
    },
    deliverTo: (reader) => {
      read = reader;
    },
    async reachable() {
      await subscribed;
      if (subscribed === undefined || !subscriptions.isReady) throw new Error('Redis cannot be heard.');
    },
  };
}

/** With the version of what letters say, so that none is taken for something else. */
const EVERYBODY = 'porchlight:post:1';
const channelOf = (node: string): string => `${EVERYBODY}:${node}`;
