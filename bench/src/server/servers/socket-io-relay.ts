/* Plain Socket.IO, with its defaults or with websockets alone: rooms, acknowledged, and a relay. */
import { createServer } from 'node:http';

import { Server } from 'socket.io';

const http = createServer();
const io = new Server(http, process.argv.includes('--websocket-only') ? { transports: ['websocket'] } : {});

io.on('connection', (socket) => {
  let room = '';
  socket.on('join', (name: string, acknowledge: (done: true) => void) => {
    room = name;
    void socket.join(room);
    acknowledge(true);
    socket.to(room).emit('joined');
  });
  socket.on('relay', (box: string) => {
    socket.to(room).emit('relayed', box);
  });
  socket.on('disconnect', () => {
    io.to(room).emit('left');
  });
});
http.listen(0, '127.0.0.1');
