/* Plain Socket.IO on Redis with the adapter that is named: whoever is asked to passes a text on to one socket, wherever it is. */
import { createServer } from 'node:http';

import { createClient } from '@redis/client';
import { createAdapter, createShardedAdapter } from '@socket.io/redis-adapter';
import { createAdapter as createStreamsAdapter } from '@socket.io/redis-streams-adapter';
import { Server, type ServerOptions } from 'socket.io';

const [kind = '', url = ''] = process.argv.slice(2);
const publishing = createClient({ url });
const subscribing = publishing.duplicate();
await Promise.all([publishing.connect(), subscribing.connect()]);

const adapters: Record<string, () => NonNullable<ServerOptions['adapter']>> = {
  'pub/sub': () => createAdapter(publishing, subscribing),
  'sharded pub/sub': () => createShardedAdapter(publishing, subscribing, { subscriptionMode: 'dynamic' }),
  'sharded pub/sub, a channel per socket': () =>
    createShardedAdapter(publishing, subscribing, { subscriptionMode: 'dynamic-private' }),
  streams: () => createStreamsAdapter(publishing),
};
const adapter = adapters[kind];
if (adapter === undefined) throw new Error(`There is no adapter “${kind}”.`);

const http = createServer();
const io = new Server(http, { transports: ['websocket'], adapter: adapter() });
io.on('connection', (socket) => {
  socket.on('who', (_: unknown, acknowledge: (id: string) => void) => {
    acknowledge(socket.id);
  });
  socket.on('pass', ([to, text]: [string, string], acknowledge: (done: true) => void) => {
    acknowledge(true);
    io.to(to).emit('passed', text);
  });
});
http.listen(0, '127.0.0.1');
