import { once } from 'node:events';
import { createConnection, createServer, type AddressInfo, type Socket } from 'node:net';
import { PassThrough, type Transform } from 'node:stream';

/** One origin in front of several servers, as a load balancer without sticky sessions is. */
export interface Balancer {
  /** Where it is, e.g. `http://localhost:40123`. */
  readonly origin: string;
  close: () => Promise<void>;
}

/**
 * Starts one on a free port of the loopback. Websockets go to the servers in turn, so that a host and its guest are on
 * different ones; pages come from the first. A server that takes no connections is passed over. `ports` is asked anew for each.
 */
export async function startBalancer(ports: () => readonly number[], way: Partial<Way> = {}): Promise<Balancer> {
  const { ask, answer } = { ...STRAIGHT, ...way };
  const here = new Set<Socket>();
  let turn = 0;

  // Without delay, or small frames would wait for each other and arrive together.
  const front = createServer({ noDelay: true }, (client) => {
    here.add(client);
    client.on('error', () => undefined);
    client.once('close', () => here.delete(client));
    client.once('data', (begun: Buffer) => {
      client.pause();
      const all = ports();
      const first = begun.toString('latin1', 0, WEBSOCKET.length) === WEBSOCKET ? turn++ % Math.max(1, all.length) : 0;
      tryEach(
        [...all.slice(first), ...all.slice(0, first)],
        (behind) => {
          behind.write(ask(begun));
          client.pipe(behind).pipe(answer()).pipe(client);
        },
        client,
      );
    });
  });
  front.listen(0, '127.0.0.1');
  await once(front, 'listening');

  return {
    origin: `http://localhost:${String((front.address() as AddressInfo).port)}`,
    close: async () => {
      const closed = once(front, 'close');
      front.close();
      for (const client of here) client.destroy();
      await closed;
    },
  };
}

/** What passes between a client and its server. */
export interface Way {
  /** What the server is given of what the client begins with. */
  ask: (begun: Buffer) => Buffer;
  /** What all that the client is given goes through. */
  answer: () => Transform;
}

const STRAIGHT: Way = { ask: (begun) => begun, answer: () => new PassThrough() };

/** Joins the client to the first of these ports that takes it. */
function tryEach([port, ...others]: readonly number[], join: (behind: Socket) => void, client: Socket): void {
  if (port === undefined || client.destroyed) {
    client.destroy();
    return;
  }
  const behind = createConnection({ port, host: '127.0.0.1', noDelay: true });
  let joined = false;
  behind.once('connect', () => {
    joined = true;
    join(behind);
  });
  behind.on('error', () => undefined);
  behind.once('close', () => {
    if (joined) client.destroy();
    else tryEach(others, join, client);
  });
  client.once('close', () => behind.destroy());
}

/** How the request for one begins; a browser gives each a connection of its own. */
const WEBSOCKET = 'GET /socket.io/';
