import type { Server } from 'node:http';
import type { Socket } from 'node:net';

import { createCounter } from './crowd.ts';

/**
 * Keeps one address from taking every TCP connection: beyond `perAddress`, new ones are cut without a word. `keyOf` gives
 * the key of the other end. Only for a server without proxies in front, where every connection is a browser's own.
 */
export function shareConnections(http: Server, perAddress: number, keyOf: (connection: Socket) => string): void {
  const counter = createCounter({ inAll: Infinity, perAddress });
  http.prependListener('connection', (connection: Socket) => {
    const key = keyOf(connection);
    if (counter.shortage(key) !== undefined) {
      connection.destroy();
      return;
    }
    counter.add(key);
    connection.on('close', () => {
      counter.remove(key);
    });
  });
}
