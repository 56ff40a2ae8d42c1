import { createHash, randomBytes } from 'node:crypto';

import type { EventName, Event, Input, Output, Reply, RequestName } from '@porchlight/protocol';
import { io, type Socket } from 'socket.io-client';

/** Longer than any answer takes on a busy machine. */
const ANSWER_LIMIT_MS = 30_000;

/** A page's socket without its page: it asks the server what it likes, and keeps what it hears. */
export interface Visitor {
  readonly socket: Socket;
  /** Everything heard and not yet taken by `hears`, but for the welcome. */
  readonly heard: { name: string; payload: unknown }[];
  readonly asks: <R extends RequestName>(name: R, input: Input<R>) => Promise<Reply<Output<R>>>;
  /** Waits for the next event of this name, counting those that came earlier. */
  readonly hears: <E extends EventName>(name: E) => Promise<Event<E>>;
  readonly leaves: () => void;
}

/** Connects to the server at this origin, as a page that it served. Rejects if it is not let in. */
export async function visit(origin: string): Promise<Visitor> {
  const socket = io(origin, {
    transports: ['websocket'],
    forceNew: true,
    reconnection: false,
    extraHeaders: { origin },
  });
  const heard: { name: string; payload: unknown }[] = [];
  const listeners = new Set<() => void>();
  socket.onAny((name: string, payload: unknown) => {
    if (name === 'welcome') return;
    heard.push({ name, payload });
    for (const listen of listeners) listen();
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('connect_error', reject);
  });
  return {
    socket,
    heard,
    asks: <R extends RequestName>(name: R, input: Input<R>) =>
      socket.timeout(ANSWER_LIMIT_MS).emitWithAck(name, input) as Promise<Reply<Output<R>>>,
    hears: <E extends EventName>(name: E) =>
      new Promise<Event<E>>((resolve, reject) => {
        const giveUp = setTimeout(() => {
          listeners.delete(look);
          reject(new Error(`never heard ${name}`));
        }, ANSWER_LIMIT_MS);
        const look = (): void => {
          const at = heard.findIndex((one) => one.name === name);
          if (at < 0) return;
          clearTimeout(giveUp);
          listeners.delete(look);
          resolve(heard.splice(at, 1)[0]?.payload as Event<E>);
        };
        listeners.add(look);
        look();
      }),
    leaves: () => socket.close(),
  };
}

/** So many random bytes in base64url. */
export const bytes = (count: number): string => randomBytes(count).toString('base64url');

/** The name of the seat that this token holds. */
export const seatOf = (seatToken: string): string =>
  createHash('sha256').update(Buffer.from(seatToken, 'base64url')).digest('base64url');

/** What a host makes up for one link that works for an hour, and how it opens it. */
export function invitation() {
  const inviteId = bytes(16);
  const claimToken = bytes(32);
  const opening = { inviteId, claimHash: seatOf(claimToken), hostToken: bytes(32), remainingMs: 3_600_000 };
  return { inviteId, claimToken, opening };
}
