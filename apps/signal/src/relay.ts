import type { Server, Socket } from 'socket.io';

import { socketsIn, type Invite, type Notice } from './invites.ts';
import { alone, type Letter, type Nodes } from './nodes.ts';

/**
 * Called with everything that passes, for tests that search the bytes. In: all arguments as they came, unchecked.
 * Out: the answer to a request, or an event (its `socketId` may be a room of waiting guests).
 */
export type OnTraffic = (direction: 'in' | 'out', socketId: string, name: string, payload: unknown) => void;

/** Who of this process is attached where, and the way to reach them. */
export interface Relay {
  /** Whether this socket holds a place in this invite. */
  holds: (socketId: string, inviteId: string) => boolean;
  /** How many invites this socket is attached to or waits for, apart from this one. */
  othersHeldBy: (socket: Socket, inviteId: string) => number;
  /** Follows one change of an invite: whose socket holds a place in it now, and whose no longer does. */
  follow: (inviteId: string, before: Invite | undefined, after: Invite | undefined) => void;
  /** Remembers a guest who is to be told when the host is back, until that, or until what this gives is called. */
  wait: (socket: Socket, inviteId: string) => () => void;
  /** Delivers notices, in order, to those who are here. The store has told the others. */
  deliver: (inviteId: string, notices: readonly Notice[]) => void;
  /** Does what another process asks of this one. */
  hear: (letter: Letter) => void;
  /** Forgets a socket that is gone; says which invites it held a place in. */
  forget: (socketId: string) => readonly string[];
  /** Every invite for whose host a socket of this process waits. */
  waitedFor: () => readonly string[];
  /** Every invite in which a socket of this process holds a place. */
  invites: () => readonly string[];
  /** Closes every socket of this process that holds a place or waits for a host, over `withinMs`. */
  sendAllAway: (withinMs: number) => void;
}

/** Does something for a socket once everything that it asked before has been answered. */
export type InTurn = (socket: Socket, what: () => void) => void;

/** Creates the relay over the sockets of one Socket.IO server. */
export function createRelay(io: Server, nodes: Nodes, inTurn: InTurn, onTraffic: OnTraffic): Relay {
  const places = new Map<string, readonly string[]>();
  const leave = (socketId: string, inviteId: string): void => {
    const held = places.get(socketId)?.filter((id) => id !== inviteId) ?? [];
    if (held.length > 0) places.set(socketId, held);
    else places.delete(socketId);
  };
  const hereIn = (invite: Invite | undefined): string[] =>
    socketsIn(invite).flatMap((place) => nodes.here(place) ?? []);

  const socketAt = (place: string): Socket | undefined => {
    const near = nodes.here(place);
    return near === undefined ? undefined : io.sockets.sockets.get(near);
  };
  function deliverHere(notice: Notice): void {
    const { to, event, payload } = notice;
    if (to !== 'waiters') {
      const socket = socketAt(to.socket);
      if (socket === undefined) return;
      inTurn(socket, () => socket.emit(event, payload));
      return;
    }
    const room = WAITING + payload.inviteId;
    for (const socketId of io.of('/').adapter.rooms.get(room) ?? []) {
      const socket = io.sockets.sockets.get(socketId);
      if (socket !== undefined) inTurn(socket, () => socket.emit(event, payload));
    }
    io.in(room).socketsLeave(room);
  }

  return {
    holds: (socketId, inviteId) => places.get(socketId)?.includes(inviteId) ?? false,

    othersHeldBy(socket, inviteId) {
      const held = new Set(places.get(socket.id));
      for (const room of socket.rooms) held.add(room.slice(WAITING.length));
      held.delete(inviteId);
      return held.size;
    },

    follow(inviteId, before, after) {
      // With other nodes this one may not know yet what it did itself.
      if (before === after && nodes === alone) return;
      const now = new Set(hereIn(after));
      for (const socket of hereIn(before)) if (!now.has(socket)) leave(socket, inviteId);
      for (const socket of now) {
        const held = places.get(socket) ?? [];
        if (!held.includes(inviteId)) places.set(socket, [...held, inviteId]);
        void io.sockets.sockets.get(socket)?.leave(WAITING + inviteId);
      }
    },

    wait(socket, inviteId) {
      // A socket that is gone by now would stay in the room for ever.
      if (socket.connected) void socket.join(WAITING + inviteId);
      return () => void socket.leave(WAITING + inviteId);
    },

    deliver(inviteId, notices) {
      for (const notice of notices) {
        const { to, event, payload } = notice;
        onTraffic('out', to === 'waiters' ? WAITING + inviteId : nodes.socketOf(to.socket), event, payload);
        // Where there are other processes, those who wait are told at each of them in the same way.
        if (to !== 'waiters' || nodes === alone) deliverHere(notice);
      }
    },

    hear(letter) {
      if ('close' in letter) {
        socketAt(letter.close)?.disconnect(true);
        return;
      }
      deliverHere(letter);
      const socket = letter.to === 'waiters' ? undefined : socketAt(letter.to.socket);
      if (socket === undefined || letter.event !== 'invite:ended' || !isOver(letter.payload.why)) return;
      // What this process does itself, it follows; here another one did it. Behind an answer that may still give a place.
      inTurn(socket, () => {
        leave(socket.id, letter.payload.inviteId);
      });
    },

    forget(socketId) {
      const held = places.get(socketId) ?? [];
      places.delete(socketId);
      return held;
    },

    waitedFor: () =>
      [...io.of('/').adapter.rooms.keys()].flatMap((room) =>
        room.startsWith(WAITING) ? [room.slice(WAITING.length)] : [],
      ),

    invites: () => [...new Set([...places.values()].flat())],

    sendAllAway(withinMs) {
      for (const socket of io.sockets.sockets.values()) {
        if (!places.has(socket.id) && socket.rooms.size === 0) continue;
        setTimeout(() => socket.disconnect(true), Math.random() * withinMs).unref();
      }
    },
  };
}

/**
 * Whether the invite itself is over, and not only somebody's place in it, which may be given anew any moment. A place that
 * another process took counts here until its socket is gone.
 */
const isOver = (why: string): boolean => why === 'ended' || why === 'expired';

/** Guests who wait for a host share a room of this name, followed by the invite id. */
const WAITING = 'waiting:';
