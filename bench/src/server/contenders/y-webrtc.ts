import { randomUUID } from 'node:crypto';

import { TRICKLE } from '../boxes.ts';
import { inTurn, type Contender, type Side } from '../contender.ts';
import { single } from '../processes.ts';
import { openWire, type Door, type Wire } from '../wire.ts';

/** y-webrtc's signaling server, spoken to as its provider does without a password. */
export const yWebrtc: Contender = {
  name: 'y-webrtc signaling',
  start: () => single('servers/y-webrtc.ts'),
  async host(door) {
    const topic = randomUUID();
    const host = await enter(door, topic);
    return {
      async guest(guestDoor) {
        const known = new Promise<void>((resolve) => {
          host.side.onBox = resolve; // The guest's announcement.
        });
        const guest = await enter(guestDoor, topic);
        await known;
        const ends = { host, guest };
        return {
          host: host.side,
          guest: guest.side,
          exchange: () =>
            inTurn(
              { host: host.side, guest: guest.side },
              TRICKLE.map(({ from, type, body }) => [
                from,
                () => {
                  ends[from].signal(type === 'candidate' ? { type, candidate: body } : body);
                },
              ]),
            ),
          leave: async () => {
            await Promise.all([host.wire.leave(), guest.wire.leave()]);
          },
        };
      },
      gone: host.wire.closed,
      cut: () => {
        host.wire.cut();
      },
    };
  },
};

interface End {
  readonly wire: Wire;
  readonly side: Side;
  readonly signal: (signal: object) => void;
}

async function enter(door: Door, topic: string): Promise<End> {
  const from = randomUUID();
  const wire = await openWire(door, '/');
  const publish = (data: object): void => {
    wire.send(JSON.stringify({ type: 'publish', topic, data: { from, ...data } }));
  };
  const signal = (body: object): void => {
    publish({ to: TO, type: 'signal', token: GLARE_TOKEN, signal: body });
  };
  const side: Side = {
    send: (box) => {
      signal({ type: 'candidate', candidate: box });
    },
    onBox: () => undefined,
  };
  wire.send(JSON.stringify({ type: 'subscribe', topics: [topic] }));
  publish({ type: 'announce' });
  // What one publishes comes back to oneself as well.
  await new Promise<void>((resolve) => {
    wire.onText = () => {
      resolve();
    };
  });
  wire.onText = (text) => {
    if (!text.includes(from)) side.onBox();
  };
  return { wire, side, signal };
}

const TO = '4f6f9c1e-5a55-4a1e-9f5f-8d2e1c6b7a90';
const GLARE_TOKEN = 0.4214321;
