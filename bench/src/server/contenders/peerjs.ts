import { randomUUID } from 'node:crypto';

import { TRICKLE } from '../boxes.ts';
import { inTurn, type Contender, type Side } from '../contender.ts';
import { single } from '../processes.ts';
import { openWire, type Door, type Wire } from '../wire.ts';

/** PeerJS's server, spoken to as its client 1.5 does. */
export const peerjs: Contender = {
  name: 'PeerJS server',
  start: () => single('servers/peerjs.ts'),
  async host(door) {
    const hostId = randomUUID();
    const hostWire = await register(door, hostId);
    const beating = setInterval(() => {
      hostWire.send(HEARTBEAT);
    }, HEARTBEAT_MS);
    void hostWire.closed.then(() => {
      clearInterval(beating);
    });
    return {
      async guest(guestDoor) {
        const guestId = randomUUID();
        const guestWire = await register(guestDoor, guestId);
        const ends = { host: end(hostWire, guestId), guest: end(guestWire, hostId) };
        return {
          host: ends.host.side,
          guest: ends.guest.side,
          exchange: () =>
            inTurn(
              { host: ends.host.side, guest: ends.guest.side },
              TRICKLE.map(({ from, type, body }) => [
                from,
                () => {
                  ends[from].say(type, body);
                },
              ]),
            ),
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

const HEARTBEAT = JSON.stringify({ type: 'HEARTBEAT' });
/** `pingInterval` of its client. */
const HEARTBEAT_MS = 5_000;

async function register(door: Door, id: string): Promise<Wire> {
  const wire = await openWire(door, `/peerjs?key=peerjs&id=${id}&token=${TOKEN}&version=1.5.5`);
  await new Promise<void>((resolve) => {
    wire.onText = () => {
      resolve();
    };
  });
  return wire;
}

const TOKEN = 'ow88d2c03l';

function end(wire: Wire, dst: string): { side: Side; say: (type: string, body: object) => void } {
  const say = (type: string, body: object): void => {
    const payload =
      type === 'candidate'
        ? { candidate: body, type: 'data', connectionId: CONNECTION }
        : { sdp: body, type: 'data', browser: 'chrome', label: CONNECTION, reliable: true, serialization: 'binary' };
    wire.send(JSON.stringify({ type: type.toUpperCase(), payload: { ...payload, connectionId: CONNECTION }, dst }));
  };
  const side: Side = {
    send: (box) => {
      say('candidate', { candidate: box });
    },
    onBox: () => undefined,
  };
  wire.onText = () => {
    side.onBox();
  };
  return { side, say };
}

const CONNECTION = 'dc_h1mkdi8kfa';
