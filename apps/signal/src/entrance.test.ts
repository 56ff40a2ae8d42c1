import { once } from 'node:events';
import { createServer } from 'node:http';

import { Server } from 'socket.io';
import { expect, it } from 'vitest';

import { createEntrance } from './entrance.ts';

it('asks whether a socket is there as the library would, so that one that answers is asked again', async () => {
  const http = createServer().listen(0, '127.0.0.1');
  await once(http, 'listening');
  const io = new Server(http, { transports: ['websocket'], pingInterval: 50, pingTimeout: 2_000 });
  createEntrance({ inAll: 1, perAddress: 1 }, () => 'somewhere').watch(io);
  const bound = http.address();
  const port = typeof bound === 'object' && bound !== null ? bound.port : 0;

  const frames: unknown[] = [];
  io.engine.on('connection', (connection: { on: (event: string, listener: (packets: unknown) => void) => void }) => {
    connection.on('flush', (packets) => frames.push(packets));
  });
  const socket = new WebSocket(`ws://127.0.0.1:${String(port)}/socket.io/?EIO=4&transport=websocket`);
  const asked = new Promise<void>((resolve) => {
    let times = 0;
    socket.addEventListener('message', ({ data }) => {
      if (data !== '2') return;
      times += 1;
      socket.send('3');
      if (times === 3) resolve();
    });
  });
  await asked;
  expect(frames.at(-1)).toMatchObject([{ type: 'ping', options: { wsPreEncodedFrame: [expect.any(Buffer)] } }]);
  socket.close();
  await io.close();
});
