import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { MAX_PACKET_BYTES } from '@porchlight/protocol';
import { describe, expect, it, onTestFinished } from 'vitest';

import { frame, rawSocket } from '../../../attack/raw-socket.ts';
import {
  attachments,
  badPackets,
  busyNeighbours,
  deafHost,
  flood,
  foreignOrigins,
  guesses,
  otherWaysIn,
  secondJoins,
  slowHandshakes,
} from '../../../attack/socket-abuse.ts';
import { bytes, invitation, seatOf, visit } from '../../../attack/visitors.ts';
import { ON_UWS } from './engine-for-tests.ts';

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));

/** The real process on uWebSockets.js, or on what is found by its name at `packages`. */
function run(environment: Record<string, string> = {}, packages = process.env['NODE_PATH']) {
  const child = spawn(process.execPath, [MAIN], {
    env: {
      PATH: process.env['PATH'],
      NODE_PATH: packages,
      HOST: '127.0.0.1',
      PORT: '0',
      SIGNAL_ENGINE: 'uws',
      SERVE_WEB: 'false',
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const program = { child, output: '', errors: '', ended: once(child, 'close').then(([code]: unknown[]) => code) };
  child.stdout.on('data', (text: Buffer) => (program.output += text.toString()));
  child.stderr.on('data', (text: Buffer) => (program.errors += text.toString()));
  return program;
}

/** As no browser writes them. One without a mask is not among them: uWebSockets.js reads it as if it had one. */
function badFrames(): Buffer[] {
  const ping = '42["relay",{}]';
  const pieces = Array.from({ length: MAX_PACKET_BYTES + 1 }, () => frame('A', { opcode: 0, fin: false }));
  return [
    frame(ping, { reserved: 4 }),
    frame(ping, { opcode: 3 }),
    frame(Buffer.alloc(126), { opcode: 9 }),
    frame('', { opcode: 9, fin: false }),
    frame(Buffer.of(0x34, 0xc3, 0x28)),
    frame(ping, { length: 2 ** 32 }),
    frame(ping, { opcode: 0 }),
    Buffer.concat([frame('4', { fin: false }), ...pieces]),
  ];
}

/** A folder with a package that has the name of uWebSockets.js, and this code. */
function inItsPlace(code: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'porchlight-uws-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  mkdirSync(join(folder, '@uwsjs', 'core'), { recursive: true });
  writeFileSync(join(folder, '@uwsjs', 'core', 'index.js'), code);
  return folder;
}

describe('asked for where it cannot be had, the server says so in one sentence', () => {
  it.each([
    [
      'for another machine',
      "throw new Error('This version supports only Node.js 18.\\n\\nand more')",
      'which does not load here: This version supports only Node.js 18.',
    ],
    ['another package', 'module.exports = { App: 1 };', 'and what is installed by that name is another.'],
  ])(
    '%s',
    async (_, code, sentence) => {
      const program = run({}, inItsPlace(code));
      expect(await program.ended).toBe(1);
      expect(program.errors).toBe(
        `The server could not start: SIGNAL_ENGINE=uws needs the package @uwsjs/core, ${sentence}\n`,
      );
      expect(program.output).toBe('');
    },
    20_000,
  );
});

// Where it is not asked for, there is nothing to skip: `npm run test:uws` runs this, and much of the rest of this folder.
if (ON_UWS) {
  describe('on uWebSockets.js', () => {
    it('is attacked as in row 19, and another chat notices nothing', async () => {
      const program = run({ TRUST_PROXY: '1' });
      const origin = await originOf(program);
      const { inviteId, claimToken, opening } = invitation();
      const [host, guest] = [await visit(origin), await visit(origin)];
      const seat = seatOf(bytes(32));
      await host.asks('invite:open', opening);
      await guest.asks('invite:claim', { inviteId, claimToken, seat });

      const slow = slowHandshakes(origin, 20);
      slow.catch(() => undefined);
      await foreignOrigins(origin);
      await otherWaysIn(origin);
      await secondJoins(origin);
      await badPackets(origin);
      await attachments(origin);
      for (const bad of badFrames()) {
        const socket = rawSocket(origin);
        socket.says('40');
        await socket.hears(/^40/);
        socket.connection.write(bad);
        await socket.closed;
      }
      await flood(origin, 10_000);
      await busyNeighbours(origin);
      await guesses(origin);
      await deafHost(origin);
      await slow;

      expect(await guest.asks('relay', { inviteId, box: 'AAAA' })).toEqual({ ok: true, value: {} });
      expect(await host.hears('relayed')).toEqual({ inviteId, seat, box: 'AAAA' });
      host.leaves();
      guest.leaves();
      expect(program.errors).toBe('');
      expect(program.output).not.toMatch(/failure|127\.0\.0\.1/);
    }, 600_000);

    it('never agrees to compress', async () => {
      const origin = await originOf(run());
      const wire = rawSocket(origin, { headers: { 'Sec-WebSocket-Extensions': 'permessage-deflate' } }).connection;
      let answer = '';
      wire.on('data', (text: Buffer) => (answer += text.toString('latin1')));
      await expect.poll(() => answer).toContain('\r\n\r\n');
      expect(answer).toMatch(/^HTTP\/1\.1 101 /);
      expect(answer).not.toMatch(/sec-websocket-extensions/i);
      wire.destroy();
    });

    it('takes no more TCP connections than it has files for', async () => {
      const { hostname, port } = new URL(await originOf(run({ MAX_SOCKETS: '1' })));
      const open = new Set<Socket>();
      const all = Array.from({ length: 1_100 }, () => {
        const wire = connect({ port: Number(port), host: hostname });
        onTestFinished(() => void wire.destroy());
        open.add(wire);
        wire.on('error', () => undefined).on('close', () => open.delete(wire));
        return wire;
      });
      await expect.poll(() => open.size).toBe(1_002);
      const [first] = open;
      first?.destroy();
      await expect.poll(async () => (await fetch(`http://${hostname}:${port}/healthz`)).status).toBe(200);
      expect(all).toHaveLength(1_100);
    });

    it('counts a websocket no longer when it is gone', async () => {
      const origin = await originOf(run({ MAX_SOCKETS: '1' }));
      for (let time = 0; time < 1_010; time += 1) {
        const socket = rawSocket(origin);
        await socket.hears(/^0/);
        socket.connection.destroy();
        await socket.closed;
      }
      expect((await fetch(`${origin}/healthz`)).status).toBe(200);
    }, 120_000);

    it('refuses what asks for two protocols at once', async () => {
      const { hostname, port } = new URL(await originOf(run()));
      const wire = connect({ port: Number(port), host: hostname });
      onTestFinished(() => void wire.destroy());
      let answer = '';
      wire.on('data', (text: Buffer) => (answer += text.toString('latin1')));
      wire.write(
        [
          'GET /socket.io/?EIO=4&EIO=3&transport=websocket HTTP/1.1',
          `Host: ${hostname}:${port}`,
          `Origin: http://${hostname}:${port}`,
          'Connection: Upgrade',
          'Upgrade: websocket',
          'Sec-WebSocket-Version: 13',
          'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
          '\r\n',
        ].join('\r\n'),
      );
      // As one of this protocol: there is no other.
      await expect.poll(() => answer).toMatch(/^HTTP\/1\.1 101 /);
    });

    it('answers for its health, and has no pages', async () => {
      const origin = await originOf(run());
      const asked = async (path: string, method = 'GET') => {
        const answer = await fetch(origin + path, { method });
        return `${String(answer.status)} ${await answer.text()}`;
      };
      expect(await asked('/healthz')).toBe('200 ok');
      expect(await asked('/readyz')).toBe('200 ready');
      expect(await asked('/healthz', 'HEAD')).toBe('200 ');
      expect(await asked('/', 'POST')).toBe('405 Method not allowed');
      expect(await asked('/')).toBe('404 This server has no pages: it connects browsers.');
      expect((await fetch(origin)).headers.get('content-security-policy')).toContain("default-src 'none'");
    });
  });
}

const ADDRESS = /^Porchlight is at (http:\/\/localhost:\d+)$/m;

async function originOf(program: ReturnType<typeof run>): Promise<string> {
  await expect.poll(() => program.output, { timeout: 10_000 }).toMatch(ADDRESS);
  return (ADDRESS.exec(program.output)?.[1] ?? '').replace('localhost', '127.0.0.1');
}
