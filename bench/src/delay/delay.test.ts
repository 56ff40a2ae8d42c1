import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';

import { openTcpPath, portOf } from './tcp.ts';
import { openUdpPaths } from './udp.ts';

const ONE_WAY_MS = 30;
/** Timers count whole milliseconds, so a delay may look one shorter than it was asked for, on each of the two ways. */
const ROUND_TRIP_MS = 2 * ONE_WAY_MS - 2;

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

describe('the TCP path', () => {
  it('brings bytes there and back in order, one delay late each way', async () => {
    const echo = createServer({ allowHalfOpen: true }, (socket) => socket.pipe(socket));
    echo.listen(0, '127.0.0.1');
    await once(echo, 'listening');
    const path = await openTcpPath(portOf(echo.address()), ONE_WAY_MS);
    closing.push(
      () => path.close(),
      () => echo.close(),
    );

    const socket = connect({ port: path.port, host: '127.0.0.1', allowHalfOpen: true });
    const startedAt = performance.now();
    socket.write('one ');
    socket.end('two');
    let heard = '';
    for await (const bytes of socket) heard += String(bytes);

    expect(heard).toBe('one two');
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(ROUND_TRIP_MS);
  });
});

describe('the UDP paths', () => {
  it('delay both ways, and forward what came before the route was known', async () => {
    const paths = await openUdpPaths(2, ONE_WAY_MS);
    const [near, far] = [await peer(), await peer()];
    closing.push(() => {
      paths.close();
    });
    far.on('message', (bytes, from) => {
      far.send(`echo ${bytes.toString()}`, from.port, from.address);
    });

    const [port] = paths.ports;
    if (port === undefined) throw new Error('no door');
    const startedAt = performance.now();
    near.send('hello', port, '127.0.0.1');
    setTimeout(() => {
      paths.route(port, { address: '127.0.0.1', port: far.address().port });
    }, ONE_WAY_MS / 3);
    const [bytes, from] = await heardBy(near);

    expect(bytes).toBe('echo hello');
    expect(from).toBe(port);
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(ROUND_TRIP_MS);
  });

  it('keep two senders apart', async () => {
    const paths = await openUdpPaths(1, 1);
    const [a, b, far] = [await peer(), await peer(), await peer()];
    closing.push(() => {
      paths.close();
    });
    const [port] = paths.ports;
    if (port === undefined) throw new Error('no door');
    paths.route(port, { address: '127.0.0.1', port: far.address().port });
    far.on('message', (bytes, from) => {
      far.send(`to ${bytes.toString()}`, from.port, from.address);
    });

    a.send('a', port, '127.0.0.1');
    b.send('b', port, '127.0.0.1');

    expect((await heardBy(a))[0]).toBe('to a');
    expect((await heardBy(b))[0]).toBe('to b');
  });

  it('refuse to route a port that is not theirs', async () => {
    const paths = await openUdpPaths(1, 1);
    closing.push(() => {
      paths.close();
    });
    expect(() => {
      paths.route(1, { address: '127.0.0.1', port: 2 });
    }).toThrow(RangeError);
  });
});

async function peer(): Promise<Socket> {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve) => {
    socket.bind(0, '127.0.0.1', resolve);
  });
  closing.push(() => socket.close());
  return socket;
}

function heardBy(socket: Socket): Promise<[text: string, fromPort: number]> {
  return new Promise((resolve) => {
    socket.once('message', (bytes, from) => {
      resolve([bytes.toString(), from.port]);
    });
  });
}
