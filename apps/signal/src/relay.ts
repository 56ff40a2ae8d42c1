import type { Server, Socket } from 'socket.io';

import { socketsIn, type Invite, type Notice } from './invites.ts';
import { alone, type Nodes } from './nodes.ts';

/**
 * Called with everything that passes, for tests that search the bytes. In: all arguments as they came, unchecked.
 * Out: the answer to a request, or an event (its `socketId` may be a room of waiting guests).
 */
export type OnTraffic = (direction: 'in' | 'out', socketId: string, name: string, payload: unknown) => void;

/** Who of this process is attached where, and the way to reach everybody. */
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
  /** Every invite for whose host a socket of this process waits. */
  waitedFor: () => readonly string[];
  /** Every invite in which a socket of this process holds a place. */
  invites: () => readonly string[];
  /** Closes the sockets that hold a place in this invite, wherever they are. Browsers come back by themselves. */
  sendAway: (invite: Invite | undefined) => void;
  /** Closes every socket of this process that holds a place or waits for a host, over `withinMs`. */
  sendAllAway: (withinMs: number) => void;
}

/** Creates the relay over one Socket.IO server, which may reach the sockets of other nodes as well. */
export function createRelay(io: Server, nodes: Nodes, onTraffic: OnTraffic): Relay {
  const places = new Map<string, readonly string[]>();
  const leave = (socketId: string, inviteId: string): void => {
    const held = places.get(socketId)?.filter((id) => id !== inviteId) ?? [];
    if (held.length > 0) places.set(socketId, held);
    else places.delete(socketId);
  };
  const hereIn = (invite: Invite | undefined): string[] =>
    socketsIn(invite).flatMap((place) => nodes.here(place) ?? []);

  io.on('connection', (socket) => {
    if (nodes === alone) return;
    // Another node may have ended it, or have the host.
    socket.onAnyOutgoing((event: string, { inviteId }: { inviteId?: string }) => {
      if (inviteId === undefined) return;
      if (event === 'invite:ended') leave(socket.id, inviteId);
      if (event === 'invite:host-returned') void socket.leave(WAITING + inviteId);
    });
  });

  return {
    holds: (socketId, inviteId) => places.get(socketId)?.includes(inviteId) ?? false,

    othersHeldBy(socket, inviteId) {
      const held = new Set(places.get(socket.id));
      for (const room of socket.rooms) if (room !== socket.id) held.add(room.slice(WAITING.length));
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
    },

    deliver(inviteId, notices) {
      for (const { to, event, payload } of notices) {
        const near = to === 'waiters' ? undefined : nodes.here(to.socket);
        const room = to === 'waiters' ? WAITING + inviteId : nodes.socketOf(to.socket);
        onTraffic('out', room, event, payload);
        // A socket that is here needs no room to be found in.
        if (near === undefined) io.to(room).emit(event, payload);
        else io.sockets.sockets.get(near)?.emit(event, payload);
        // With other nodes, each socket leaves when it hears it: the adapter asks Redis first, and would find nobody then.
        if (to === 'waiters' && nodes === alone) io.in(room).socketsLeave(room);
      }
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

    sendAway(invite) {
      for (const place of socketsIn(invite)) {
        const near = nodes.here(place);
        if (near === undefined) io.in(nodes.socketOf(place)).disconnectSockets(true);
        else io.sockets.sockets.get(near)?.disconnect(true);
      }
    },

    sendAllAway(withinMs) {
      for (const socket of io.sockets.sockets.values()) {
        if (!places.has(socket.id) && [...socket.rooms].every((room) => room === socket.id)) continue;
        setTimeout(() => socket.disconnect(true), Math.random() * withinMs).unref();
      }
    },
  };
}

/** Guests who wait for a host share a room of this name, followed by the invite id. */
const WAITING = 'waiting:';
