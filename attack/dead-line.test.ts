import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

import { describe, expect, onTestFinished, it } from 'vitest';

import { openSocket } from '../apps/web/src/lib/signaling/socket.ts';

import { startReal } from './real-server.ts';
import { until } from './until.ts';

const bytes = (length: number): string => randomBytes(length).toString('base64url');

/*
 * The line of a page to the real server, through a network that dies without a word. TCP notices that after minutes,
 * a page must after seconds. In real time, all at once.
 */
describe.concurrent('a line to the server', () => {
  it('that does not answer within 5 s is left for a new one, at once', async () => {
    const { network, line, story } = await connected();
    network.swallow();
    const asked = performance.now();
    const inviteId = bytes(16);
    const [claimHash, hostToken] = [bytes(32), bytes(32)];
    const open = () => line.request('invite:open', { inviteId, claimHash, hostToken, remainingMs: 3_600_000 });
    expect(await open()).toEqual({ ok: false, refusal: 'unavailable' });
    await until('the line is up again', () => story.at(-1) === 'up');
    expect(performance.now() - asked).toBeLessThan(8_000);
    expect(await open()).toMatchObject({ ok: true });
    expect(story).toEqual(['up', 'down', 'up']);
  });

  it('that waits to be tried again is tried at once when the page wakes', async () => {
    const { network, line, story } = await connected();
    network.refusing = true;
    network.cut();
    await until('it has tried a few times', () => network.refused >= 4);
    network.refusing = false;
    // Now the library would wait for 4 s at least.
    line.wake();
    const woke = performance.now();
    await until('the line is up again', () => story.at(-1) === 'up');
    expect(performance.now() - woke).toBeLessThan(1_500);
  });

  it('whose way is lost while it is being made is made anew when the page wakes', async () => {
    const { network, line, story } = await connected();
    network.hanging = true;
    network.cut();
    await until('it tries', () => network.hung === 1);
    network.hanging = false;
    await new Promise((passed) => setTimeout(passed, 2_500));
    expect(story.at(-1)).toBe('down');
    line.wake();
    const woke = performance.now();
    await until('the line is up again', () => story.at(-1) === 'up');
    expect(performance.now() - woke).toBeLessThan(1_500);
  });

  it('is found dead after waking, although nobody asks anything', async () => {
    const { network, line, story } = await connected();
    network.swallow();
    line.wake();
    const woke = performance.now();
    await until('the line is up again', () => story.length === 3);
    expect(performance.now() - woke).toBeLessThan(18_000);
  });

  it('stays when it is alive, however often the page wakes', async () => {
    const { line, story } = await connected();
    for (let times = 0; times < 64; times += 1) {
      line.wake();
      await new Promise((passed) => setTimeout(passed, 250));
    }
    expect(story).toEqual(['up']);
  });

  it('is not begun anew by waking while it is still being made', async () => {
    const network = await startNetwork();
    const line = openSocket(network.origin);
    line.wake();
    line.wake();
    await until('the line is up', () => line.up);
    expect(network.passed).toBe(1);
  });
});

/** A page whose line is up, with what is told of it. */
async function connected() {
  const network = await startNetwork();
  const line = openSocket(network.origin);
  const story: string[] = [];
  line.listen('any', ({ type }) => {
    if (type !== 'welcomed') story.push(type);
  });
  await until('the line is up', () => line.up);
  return { network, line, story };
}

/** The real server behind a network that can fail in the ways that networks do. */
async function startNetwork() {
  const server = await startReal();
  const serverPort = Number(new URL(server.origin).port);
  const here = new Set<Socket>();

  const network = {
    origin: '',
    /** New connections are refused. */
    refusing: false,
    refused: 0,
    /** New connections get no answer. */
    hanging: false,
    hung: 0,
    passed: 0,
    /** What is on its way, and whatever follows on the connections there are, is lost; nobody is told. */
    swallow: () => {
      for (const socket of here) socket.unpipe().pause();
    },
    /** The connections there are break. */
    cut: () => {
      for (const socket of here) socket.destroy();
    },
  };

  const front = createServer((page) => {
    page.on('error', () => undefined);
    if (network.refusing) {
      network.refused += 1;
      page.destroy();
    } else if (network.hanging) {
      network.hung += 1;
    } else {
      network.passed += 1;
      const behind = connect(serverPort, '127.0.0.1');
      behind.on('error', () => undefined);
      const pairs = [
        [page, behind],
        [behind, page],
      ] as const;
      for (const [from, to] of pairs) {
        here.add(from);
        from.on('close', () => {
          here.delete(from);
          to.destroy();
        });
      }
      page.once('data', (head) => {
        // Node sends no Origin, as a page would.
        behind.write(head.toString().replace('\r\n', `\r\nOrigin: ${network.origin}\r\n`));
        for (const [from, to] of pairs) from.pipe(to);
      });
    }
  });
  front.listen(0, '127.0.0.1');
  await once(front, 'listening');
  network.origin = `http://127.0.0.1:${String((front.address() as AddressInfo).port)}`;
  onTestFinished(async () => {
    network.refusing = true;
    network.cut();
    front.close();
    await server.close();
  });
  return network;
}
