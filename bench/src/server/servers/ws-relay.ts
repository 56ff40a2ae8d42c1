/* A bare relay on `ws`: what one socket of a room says, the others in it get. */
import { WebSocketServer, type WebSocket } from 'ws';

const rooms = new Map<string | undefined, Set<WebSocket>>();

new WebSocketServer({ host: '127.0.0.1', port: 0 }).on('connection', (socket, { url }) => {
  const room = rooms.get(url) ?? new Set();
  rooms.set(url, room.add(socket));
  socket.on('message', (data, isBinary) => {
    for (const other of room) if (other !== socket) other.send(data, { binary: isBinary });
  });
  socket.on('close', () => {
    room.delete(socket);
    if (room.size === 0) rooms.delete(url);
  });
});
