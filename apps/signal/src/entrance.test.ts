import { once } from 'node:events';
import { createServer } from 'node:http';

import { Server } from 'socket.io';
import { expect, it } from 'vitest';

import { SOCKET_OPTIONS } from './engine.ts';
import { createEntrance } from './entrance.ts';

it('asks whether a socket is there as the library would, once and again', { timeout: 60_000 }, async () => {
  const http = createServer().listen(0, '127.0.0.1');
  await once(http, 'listening');
  const io = new Server(http, SOCKET_OPTIONS);
  createEntrance({ inAll: 1, perAddress: 1 }, () => 'somewhere').watch(io);
  const bound = http.address();
  const port = typeof bound === 'object' && bound !== null ? bound.port : 0;

  const socket = new WebSocket(`ws://127.0.0.1:${String(port)}/socket.io/?EIO=4&transport=websocket`);
  const asked: number[] = [];
  const gone = new Promise<number>((resolve) => {
    socket.addEventListener('close', () => {
      resolve(performance.now());
    });
  });
  socket.addEventListener('message', ({ data }) => {
    if (String(data).startsWith('0')) socket.send('40');
    if (data !== '2') return;
    asked.push(performance.now());
    // The second time nobody is there any more.
    if (asked.length === 1) socket.send('3');
  });
  const goneAt = await gone;
  const [first = 0, second = 0, ...more] = asked;
  expect(more).toEqual([]);
  expect(second - first).toBeGreaterThan(SOCKET_OPTIONS.pingInterval - 1_000);
  expect(goneAt - second).toBeGreaterThan(SOCKET_OPTIONS.pingTimeout - 1_000);
  await io.close();
});
