import { createServer } from 'node:http';

import { Server } from 'socket.io';
import { expect, it } from 'vitest';

import { SharedRooms } from './rooms.ts';

it('holds rooms of several, and none for a socket alone', () => {
  const io = new Server(createServer(), { adapter: SharedRooms });
  const { adapter } = io.of('/');
  void adapter.addAll('a', new Set(['a']));
  expect([...adapter.rooms.keys()]).toEqual([]);
  void adapter.addAll('a', new Set(['shared']));
  void adapter.addAll('b', new Set(['shared']));
  expect([...(adapter.rooms.get('shared') ?? [])]).toEqual(['a', 'b']);
  adapter.delAll('a');
  adapter.delAll('b');
  expect([...adapter.rooms.keys()]).toEqual([]);
});
