import { randomUUID } from 'node:crypto';

import { M1, M2, SEALED } from '../boxes.ts';
import { inTurn, type Contender, type Side } from '../contender.ts';
import { single } from '../processes.ts';
import { openWire, type Wire } from '../wire.ts';

/** A bare relay on `ws`: the room is in the path, and nothing is parsed, answered or checked. */
export const wsRelay: Contender = {
  name: 'bare ws relay',
  start: () => single('servers/ws-relay.ts'),
  async host(door) {
    const room = `/${randomUUID()}`;
    const hostWire = await openWire(door, room);
    return {
      async guest(guestDoor) {
        const guestWire = await openWire(guestDoor, room);
        const [host, guest] = [side(hostWire), side(guestWire)];
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
            await Promise.all([hostWire.leave(), guestWire.leave()]);
          },
        };
      },
      gone: hostWire.closed,
      cut: () => {
        hostWire.cut();
      },
    };
  },
};

function side(wire: Wire): Side {
  const side: Side = {
    send: (box) => {
      wire.send(box);
    },
    onBox: () => undefined,
  };
  wire.onText = () => {
    side.onBox();
  };
  return side;
}
