import { randomUUID } from 'node:crypto';

import { M1, M2, SEALED } from '../boxes.ts';
import { inTurn, type Contender, type Side } from '../contender.ts';
import { single } from '../processes.ts';
import { join, joinByPolling, type SocketIo } from '../socket-io.ts';
import type { Door } from '../wire.ts';

/** Plain Socket.IO as it comes: polling first, then a websocket. */
export const socketIoDefaults = plain('Socket.IO, defaults', [], joinByPolling);

/** Plain Socket.IO with websockets alone. */
export const socketIoWebsocket = plain('Socket.IO, websocket only', ['--websocket-only'], join);

function plain(name: string, args: string[], enter: (door: Door) => Promise<SocketIo>): Contender {
  return {
    name,
    start: () => single('servers/socket-io-relay.ts', { args }),
    async host(door) {
      const room = randomUUID();
      const hostSocket = await enter(door);
      await hostSocket.ask('join', room);
      return {
        async guest(guestDoor) {
          const guestSocket = await enter(guestDoor);
          const told = new Promise<void>((resolve) => {
            hostSocket.onEvent = (event) => {
              if (event === 'joined') resolve();
            };
          });
          await guestSocket.ask('join', room);
          await told;
          const [host, guest] = [side(hostSocket), side(guestSocket)];
          return {
            host,
            guest,
            exchange: () =>
              inTurn({ host, guest }, [
                ['guest', () => guest.send(M1)],
                ['host', () => host.send(M2)],
                ['guest', () => guest.send(SEALED)],
                ['host', () => host.send(SEALED)],
                ['host', () => host.send(SEALED)],
                ['guest', () => guest.send(SEALED)],
                ['guest', () => guest.send(SEALED)],
              ]),
            leave: async () => {
              await Promise.all([hostSocket.leave(), guestSocket.leave()]);
            },
          };
        },
        gone: hostSocket.closed,
        cut: () => {
          hostSocket.cut();
        },
      };
    },
  };
}

function side(socket: SocketIo): Side {
  const side: Side = {
    send: (box) => {
      socket.tell('relay', box);
    },
    onBox: () => undefined,
  };
  socket.onEvent = (event) => {
    if (event === 'relayed') side.onBox();
  };
  return side;
}
