import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

import { afterAll, describe, expect, it } from 'vitest';

import { openSocket } from '../apps/web/src/lib/signaling/socket.ts';

import { startReal } from './real-server.ts';
import { until } from './until.ts';

const bytes = (length: number): string => randomBytes(length).toString('base64url');
const hashOf = (token: string): string =>
  createHash('sha256').update(Buffer.from(token, 'base64url')).digest('base64url');

/** Tests that run at once do not know which of them is finished. */
const toClose: (() => Promise<void>)[] = [];
afterAll(async () => {
  await Promise.all(toClose.map((close) => close()));
});

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

  it('carries a box without an answer while it shows that it is alive', async () => {
    const { network, host, guest, inviteId } = await seated();
    const refused: unknown[] = [];
    for (const box of ['AAAA', 'BBBB']) guest.line.pass({ inviteId, box }, (reply) => refused.push(reply));
    await until('both boxes are there', () => host.boxes.length === 2);
    expect(network.answers('relay')).toBe(0);

    // Nobody was heard for a while, so the next one is answered, which makes those behind it quiet again.
    await new Promise((passed) => setTimeout(passed, 2_100));
    for (const box of ['CCCC', 'DDDD']) guest.line.pass({ inviteId, box }, (reply) => refused.push(reply));
    await until('all four are there', () => host.boxes.length === 4);
    expect(network.answers('relay')).toBe(1);
    expect(host.boxes).toEqual(['AAAA', 'BBBB', 'CCCC', 'DDDD']);
    expect(refused).toEqual([]);
  });

  it('tells a box that is refused, answered or not', async () => {
    const { guest } = await seated();
    const refused: unknown[] = [];
    guest.line.pass({ inviteId: bytes(16), box: 'AAAA' }, (reply) => refused.push(reply));
    await until('one is told', () => refused.length === 1);
    await new Promise((passed) => setTimeout(passed, 2_100));
    guest.line.pass({ inviteId: bytes(16), box: 'AAAA' }, (reply) => refused.push(reply));
    await until('both are told', () => refused.length === 2);
    expect(refused).toEqual(Array(2).fill({ ok: false, refusal: 'unknown-invite' }));
  });

  it('that died in silence is found dead by the next box, which is told that it is lost', async () => {
    const { network, guest, inviteId } = await seated();
    await new Promise((passed) => setTimeout(passed, 2_100));
    network.swallow();
    const refused: unknown[] = [];
    const sent = performance.now();
    guest.line.pass({ inviteId, box: 'AAAA' }, (reply) => refused.push(reply));
    await until('the line is up again', () => guest.story.length === 3);
    expect(performance.now() - sent).toBeLessThan(8_000);
    expect(guest.story).toEqual(['up', 'down', 'up']);
    expect(refused).toEqual([{ ok: false, refusal: 'unavailable' }]);
  });

  it('that breaks takes the boxes of the last moments with it, and no older ones', async () => {
    const { network, host, guest, inviteId } = await seated();
    const refused: unknown[] = [];
    guest.line.pass({ inviteId, box: 'AAAA' }, () => refused.push('the old one'));
    await until('it is there', () => host.boxes.length === 1);
    expect(network.answers('relay')).toBe(0);
    await new Promise((passed) => setTimeout(passed, 5_100));
    await guest.line.request('invite:end', { inviteId: bytes(16) });
    guest.line.pass({ inviteId, box: 'BBBB' }, () => refused.push('the new one'));
    network.cut();
    await until('the line is down', () => guest.story.at(-1) === 'down');
    await until('it is told', () => refused.length > 0);
    expect(refused).toEqual(['the new one']);
  });

  it('that breaks takes every box with it behind which nothing was heard any more', async () => {
    const { network, guest, inviteId } = await seated();
    const refused: unknown[] = [];
    network.swallow();
    guest.line.pass({ inviteId, box: 'AAAA' }, (reply) => refused.push(reply));
    await new Promise((passed) => setTimeout(passed, 6_000));
    expect(guest.story).toEqual(['up']);
    network.cut();
    await until('it is told', () => refused.length > 0);
    expect(refused).toEqual([{ ok: false, refusal: 'unavailable' }]);
  });

  it('that waits to be tried again is tried at once when the page wakes', async () => {
    const { network, line, story } = await connected();
    network.refusing = true;
    network.cut();
    await until('it has tried a few times', () => network.refused >= 4);
    network.refusing = false;
    // The page hears of the last refusal a moment later. Then the library would wait for 4 s at least.
    await new Promise((passed) => setTimeout(passed, 250));
    line.wake();
    const woke = performance.now();
    await until('the line is up again', () => story.at(-1) === 'up');
    expect(performance.now() - woke).toBeLessThan(3_500);
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
    // The library alone would give that way up after 20 s.
    expect(performance.now() - woke).toBeLessThan(10_000);
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
  return { network, ...(await page(network)) };
}

async function page(network: Awaited<ReturnType<typeof startNetwork>>) {
  const line = openSocket(network.origin);
  const story: string[] = [];
  line.listen('any', ({ type }) => {
    if (type !== 'welcomed') story.push(type);
  });
  await until('the line is up', () => line.up);
  return { line, story };
}

/** Two pages on one network, with an invite between them. */
async function seated() {
  const network = await startNetwork();
  const [host, guest] = await Promise.all([page(network), page(network)]);
  const inviteId = bytes(16);
  const claimToken = bytes(32);
  const [claimHash, seat] = [hashOf(claimToken), bytes(32)];
  const boxes: string[] = [];
  host.line.listen(inviteId, (event) => {
    if (event.type === 'relayed') boxes.push(event.box);
  });
  await host.line.request('invite:open', { inviteId, claimHash, hostToken: bytes(32), remainingMs: 3_600_000 });
  await guest.line.request('invite:claim', { inviteId, claimToken, seat });
  return { network, host: { ...host, boxes }, guest, inviteId };
}

/** The real server behind a network that can fail in the ways that networks do. */
async function startNetwork() {
  const answered: string[] = [];
  const server = await startReal(
    {},
    {
      onTraffic: (direction, _, name) => {
        if (direction === 'out') answered.push(name);
      },
    },
  );
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
    /** So many times the server answered this request. */
    answers: (request: string) => answered.filter((name) => name === request).length,
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
  toClose.push(async () => {
    network.refusing = true;
    network.cut();
    front.close();
    await server.close();
  });
  return network;
}
