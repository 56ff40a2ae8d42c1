import { Adapter, type Room, type SocketId } from 'socket.io-adapter';

/**
 * Rooms of one process, in which a socket has none of its own: it is found without, and a room and the note of it are a
 * large part of what a socket that waits costs.
 */
export class SharedRooms extends Adapter {
  override addAll(id: SocketId, rooms: Set<Room>): Promise<void> | void {
    if (!rooms.has(id)) return super.addAll(id, rooms);
  }
}
