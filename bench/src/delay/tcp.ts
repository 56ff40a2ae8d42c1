import { createServer, connect, type AddressInfo, type Socket } from 'node:net';

import { createDelayLine } from './line.ts';

/** A listening TCP path on 127.0.0.1. */
export interface TcpPath {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Opens a path to 127.0.0.1:`targetPort` on which every byte is `oneWayMs` late in each direction. The TCP handshake
 * itself is not delayed: no figure begins before its sockets are open.
 */
export async function openTcpPath(targetPort: number, oneWayMs: number): Promise<TcpPath> {
  const open = new Set<Socket>();
  // Half open: the end of one direction is still on its way while the other carries on.
  const server = createServer({ allowHalfOpen: true }, (near) => {
    const far = connect({ port: targetPort, host: '127.0.0.1', allowHalfOpen: true });
    for (const socket of [near, far]) {
      open.add(socket);
      socket.setNoDelay(true);
      socket.on('close', () => open.delete(socket));
    }
    carry(near, far, oneWayMs);
    carry(far, near, oneWayMs);
  });
  server.listen(0, '127.0.0.1');
  await new Promise<void>((resolve, reject) => {
    server.once('listening', resolve);
    server.once('error', reject);
  });
  return {
    port: portOf(server.address()),
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        for (const socket of open) socket.destroy();
      }),
  };
}

/** The port of a listening server. Throws when it does not listen on TCP. */
export function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('not listening on a TCP port');
  return address.port;
}

function carry(from: Socket, to: Socket, oneWayMs: number): void {
  const line = createDelayLine(oneWayMs);
  from.on('data', (bytes) => {
    line.send(() => {
      if (to.writable) to.write(bytes);
    });
  });
  from.on('end', () => {
    line.send(() => to.end());
  });
  // A reset has nothing to deliver; the other half learns of it at once.
  from.on('error', () => to.destroy());
  from.on('close', () => {
    if (from.errored) line.cut();
  });
}
