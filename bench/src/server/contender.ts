import type { Servers } from './processes.ts';
import type { Door } from './wire.ts';

/** One of the servers measured side by side, with what its clients say to it. */
export interface Contender {
  readonly name: string;
  /** Starts it, as many processes as it takes. */
  start(): Promise<Servers>;
  /** A host comes and waits for its guest, as this contender's own client waits. */
  host(door: Door): Promise<Waiting>;
  /** Prepares so many guests' claims of a seat, each at a host of its own; where there is such a thing. */
  claims?(hosts: Door, guests: Door, count: number): Promise<readonly (() => Promise<void>)[]>;
}

/** A host that waits. */
export interface Waiting {
  /** A guest comes; resolves when both know of each other. */
  guest(door: Door): Promise<Pair>;
  /** Its connection is gone. */
  readonly gone: Promise<void>;
  /** Cuts the connection without a word. */
  readonly cut: () => void;
}

/** Two sides that know of each other. */
export interface Pair {
  readonly host: Side;
  readonly guest: Side;
  /** Says all that two browsers say until they are connected. */
  exchange(): Promise<void>;
  /** It is over: both leave, and the server has let go of both. */
  leave(): Promise<void>;
}

/** One side of a pair. */
export interface Side {
  /** Passes a box on to the other side. */
  send(box: string): void;
  /** Told of each box from the other side, in order. */
  onBox: () => void;
}

/** Sends each box when the one before has arrived. */
export async function inTurn(
  { host, guest }: Pick<Pair, 'host' | 'guest'>,
  steps: readonly (readonly [from: 'host' | 'guest', send: () => void])[],
): Promise<void> {
  for (const [from, send] of steps) {
    const to = from === 'host' ? guest : host;
    const arrived = new Promise<void>((resolve) => {
      to.onBox = resolve;
    });
    send();
    await arrived;
  }
}
