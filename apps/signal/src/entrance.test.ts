import { once } from 'node:events';
import { createServer } from 'node:http';

import { Server } from 'socket.io';
import { expect, it } from 'vitest';

import { createEntrance } from './entrance.ts';

it('asks whether a socket is there as the library would, once and again', async () => {
  const http = createServer().listen(0, '127.0.0.1');
  await once(http, 'listening');
  const times = { pingInterval: 1_000, pingTimeout: 600 };
  const io = new Server(http, { transports: ['websocket'], ...times });
  createEntrance({ inAll: 1, perAddress: 1 }, () => 'somewhere', times).watch(io);
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
  // Timers may be late the first time and on time the second.
  expect(second - first).toBeGreaterThan(times.pingInterval / 2);
  expect(goneAt - second).toBeGreaterThan(times.pingTimeout / 2);
  await io.close();
});
