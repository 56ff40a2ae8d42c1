/*
 * The process that serves the two named peers: a Socket.IO server that passes signals from one page to the other,
 * PeerJS's own server, and the pages of both. A process of its own, as the product's server is one.
 */
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';

import { PeerServer } from 'peer';
import { Server as SocketServer } from 'socket.io';

import { portOf } from '../delay/tcp.ts';
import { BUNDLES } from '../bundles.ts';

/** What this process tells its parent when everything listens. All ports are on 127.0.0.1. */
export interface YardstickPorts {
  readonly pages: number;
  readonly bare: number;
  readonly peerjs: number;
}

const PAGE = /^\/(\w+)(\.js)?(?:\?|$)/;

const ports: YardstickPorts = { pages: await servePages(), bare: await relaySignals(), peerjs: await servePeerjs() };
process.send?.(ports);
process.once('disconnect', () => process.exit(0));

/** `/name` is an empty page that loads `/name.js`, one of the built bundles. */
async function servePages(): Promise<number> {
  const server = createServer((request, response) => {
    const [, name, script] = PAGE.exec(request.url ?? '') ?? [];
    if (name === undefined) {
      response.writeHead(404).end();
    } else if (script === undefined) {
      response.setHeader('content-type', 'text/html; charset=utf-8');
      response.end(`<!doctype html><title>${name}</title><body><script src="/${name}.js"></script></body>`);
    } else {
      readFile(join(BUNDLES, `${name}.js`)).then(
        (bytes) => response.setHeader('content-type', 'text/javascript').end(bytes),
        () => response.writeHead(404).end(),
      );
    }
  });
  return listening(server.listen(0, '127.0.0.1'));
}

/** Two sockets, host and guest; whatever one signals, the other gets. A later pair replaces the former. */
async function relaySignals(): Promise<number> {
  const server = createServer();
  const io = new SocketServer(server, {
    transports: ['websocket'],
    allowUpgrades: false,
    serveClient: false,
    perMessageDeflate: false,
  });
  io.on('connection', (socket) => {
    socket.on('join', async () => {
      await socket.join('pair');
      if (io.sockets.adapter.rooms.get('pair')?.size === 2) io.to('pair').emit('both here');
    });
    socket.on('signal', (signal: unknown) => {
      socket.to('pair').emit('signal', signal);
    });
  });
  return listening(server.listen(0, '127.0.0.1'));
}

async function servePeerjs(): Promise<number> {
  const server = await new Promise<Pick<Server, 'address'>>((resolve) => {
    PeerServer({ host: '127.0.0.1', port: 0, path: '/' }, resolve);
  });
  return portOf(server.address());
}

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('listening', resolve);
    server.once('error', reject);
  });
  return portOf(server.address());
}
