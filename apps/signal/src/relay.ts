import type { Server, Socket } from 'socket.io';

import { socketsIn, type Invite, type Notice } from './invites.ts';

/**
 * Called with everything that passes, for tests that search the bytes. In: all arguments as they came, unchecked.
 * Out: the answer to a request, or an event (its `socketId` may be a room of waiting guests).
 */
export type OnTraffic = (direction: 'in' | 'out', socketId: string, name: string, payload: unknown) => void;

/** Who is attached where, and the way to reach them. */
export interface Relay {
  /** Whether this socket holds a place in this invite. */
  holds: (socketId: string, inviteId: string) => boolean;
  /** How many invites this socket is attached to or waits for, apart from this one. */
  othersHeldBy: (socket: Socket, inviteId: string) => number;
  /** Follows one change of an invite: whose socket holds a place in it now, and whose no longer does. */
  follow: (inviteId: string, before: Invite | undefined, after: Invite | undefined) => void;
  /** Remembers a guest who is to be told when the host is back. */
  wait: (socket: Socket, inviteId: string) => void;
  /** Delivers notices, in order. */
  deliver: (inviteId: string, notices: readonly Notice[]) => void;
  /** Forgets a socket that is gone; says which invites it held a place in. */
  forget: (socketId: string) => readonly string[];
}

/** Creates the relay over one Socket.IO server. */
export function createRelay(io: Server, onTraffic: OnTraffic): Relay {
  const places = new Map<string, Set<string>>();

  return {
    holds: (socketId, inviteId) => places.get(socketId)?.has(inviteId) ?? false,

    othersHeldBy(socket, inviteId) {
      const held = new Set(places.get(socket.id));
      for (const room of socket.rooms) if (room !== socket.id) held.add(room.slice(WAITING.length));
      held.delete(inviteId);
      return held.size;
    },

    follow(inviteId, before, after) {
      const now = new Set(socketsIn(after));
      for (const socket of socketsIn(before)) if (!now.has(socket)) places.get(socket)?.delete(inviteId);
      for (const socket of now) {
        const held = places.get(socket);
        if (held === undefined) places.set(socket, new Set([inviteId]));
        else held.add(inviteId);
        io.in(socket).socketsLeave(WAITING + inviteId);
      }
    },

    wait(socket, inviteId) {
      // A socket that is gone by now would stay in the room for ever.
      if (socket.connected) void socket.join(WAITING + inviteId);
    },

    deliver(inviteId, notices) {
      for (const { to, event, payload } of notices) {
        const room = to === 'waiters' ? WAITING + inviteId : to.socket;
        onTraffic('out', room, event, payload);
        io.to(room).emit(event, payload);
        if (to === 'waiters') io.in(room).socketsLeave(room);
      }
    },

    forget(socketId) {
      const held = places.get(socketId);
      places.delete(socketId);
      return [...(held ?? [])];
    },
  };
}

/** Guests who wait for a host share a room of this name, followed by the invite id. */
const WAITING = 'waiting:';
