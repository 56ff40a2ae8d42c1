import { createSocket, type Socket } from 'node:dgram';

import { createDelayLine, type DelayLine } from './line.ts';

/** Where a datagram goes. */
interface Endpoint {
  readonly address: string;
  readonly port: number;
}

/** A set of UDP doors on 127.0.0.1, each standing for one candidate of a peer once it is routed. */
export interface UdpPaths {
  /** Ports that can stand in for a candidate. */
  readonly ports: readonly number[];
  /**
   * Says which candidate the door stands for. What arrived before is kept until it is due, so a caller need not wait:
   * the delay is longer than the news of the route takes. Throws RangeError for a port that is none of ours.
   */
  route(port: number, target: Endpoint): void;
  close(): void;
}

/**
 * Opens `count` doors. A datagram for a door reaches its candidate `oneWayMs` later, from a fresh port per sender (as a
 * NAT would), and what the candidate answers there returns through the door, `oneWayMs` late as well.
 */
export async function openUdpPaths(count: number, oneWayMs: number): Promise<UdpPaths> {
  const doors = new Map<number, Door>();
  for (let n = 0; n < count; n += 1) {
    const door = await openDoor(createDelayLine(oneWayMs));
    doors.set(door.port, door);
  }
  return {
    ports: [...doors.keys()],
    route(port, target) {
      const door = doors.get(port);
      if (door === undefined) throw new RangeError(`no door at port ${String(port)}`);
      door.route(target);
    },
    close() {
      for (const door of doors.values()) door.close();
    },
  };
}

interface Door {
  readonly port: number;
  route(target: Endpoint): void;
  close(): void;
}

async function openDoor(line: DelayLine): Promise<Door> {
  const front = await bind();
  const backs = new Map<string, Promise<Socket>>();
  let target: Endpoint | null = null;

  const backFor = (sender: Endpoint): Promise<Socket> => {
    const name = `${sender.address}:${String(sender.port)}`;
    const known = backs.get(name);
    if (known !== undefined) return known;
    const made = bind().then((back) => {
      back.on('message', (bytes) => {
        line.send(() => {
          front.send(bytes, sender.port, sender.address);
        });
      });
      return back;
    });
    backs.set(name, made);
    return made;
  };

  front.on('message', (bytes, sender) => {
    const back = backFor(sender);
    line.send(() => {
      void back.then((socket) => {
        if (target !== null) socket.send(bytes, target.port, target.address);
      });
    });
  });

  return {
    port: front.address().port,
    route(to) {
      target = to;
    },
    close() {
      line.cut();
      front.close();
      for (const back of backs.values()) void back.then((socket) => socket.close());
    },
  };
}

async function bind(): Promise<Socket> {
  const socket = createSocket('udp4');
  // A peer that has left answers with ICMP; a network path does not fall over for that.
  socket.on('error', () => undefined);
  await new Promise<void>((resolve) => {
    socket.bind(0, '127.0.0.1', resolve);
  });
  return socket;
}
