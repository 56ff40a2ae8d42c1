import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';

/** A websocket without manners: it sends any bytes, masks or not, finishes frames or not, and reads only if it is told to. */
export interface RawSocket {
  readonly connection: Socket;
  /** The status of the server's answer to the upgrade, 101 if it agreed; 0 if it closed without a word. */
  readonly status: Promise<number>;
  /** Texts received from the server, in order: Engine.IO packets. */
  readonly texts: readonly string[];
  /** Waits for a text that matches, or resolves to undefined when the connection is closed. */
  readonly hears: (pattern: RegExp) => Promise<string | undefined>;
  /** Sends one text frame as a browser would. */
  readonly says: (text: string) => void;
  /** The server has closed both sides, or we have. */
  readonly closed: Promise<void>;
}

/** One websocket frame. By default a whole text, masked as RFC 6455 §5.3 wants it from a client. */
export function frame(
  payload: string | Buffer,
  { opcode = 1, fin = true, masked = true, reserved = 0, length = Buffer.byteLength(payload) } = {},
): Buffer {
  const bytes = Buffer.from(payload);
  const sizes =
    length < 126
      ? Buffer.of(length)
      : length < 65_536
        ? Buffer.of(126, length >> 8, length & 0xff)
        : longLength(length);
  sizes[0] = (sizes[0] ?? 0) | (masked ? 0x80 : 0);
  const head = Buffer.concat([Buffer.of((fin ? 0x80 : 0) | (reserved << 4) | opcode), sizes]);
  // A mask of zeros is a mask.
  return Buffer.concat(masked ? [head, Buffer.alloc(4), bytes] : [head, bytes]);
}

/** Asks the server at `origin` for a websocket. `headers` replace the usual ones; undefined leaves one out. */
export function rawSocket(
  origin: string,
  { path = ENGINE, headers = {} }: { path?: string; headers?: Record<string, string | undefined> } = {},
): RawSocket {
  const lines: Record<string, string | undefined> = {
    Host: new URL(origin).host,
    Origin: origin,
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': randomBytes(16).toString('base64'),
    ...headers,
  };
  const head = Object.entries(lines).flatMap(([name, value]) => (value === undefined ? [] : [`${name}: ${value}\r\n`]));
  return speaking(rawConnection(origin, `GET ${path} HTTP/1.1\r\n${head.join('')}\r\n`));
}

/**
 * A TCP connection to the server at `origin` that begins with this and then is silent. It never closes its own side, so it
 * is closed only when the server has let go of both.
 */
export function rawConnection(origin: string, text: string): Socket {
  const connection = connect({ port: Number(new URL(origin).port), host: '127.0.0.1', allowHalfOpen: true });
  connection.on('error', () => undefined);
  connection.once('end', () => {
    // A server that closed only its own side goes on taking bytes; one that let go answers them with a reset.
    const knocking = setInterval(() => connection.write('?'), KNOCK_MS);
    connection.once('close', () => {
      clearInterval(knocking);
    });
  });
  connection.write(text);
  return connection;
}

const KNOCK_MS = 100;

const ENGINE = '/socket.io/?EIO=4&transport=websocket';

function speaking(connection: Socket): RawSocket {
  const texts: string[] = [];
  const listeners = new Set<() => void>();
  const closed = new Promise<void>((resolve) =>
    connection.once('close', () => {
      resolve();
    }),
  );
  let pending: Buffer = Buffer.alloc(0);
  let upgraded = false;
  const status = new Promise<number>((resolve) => {
    void closed.then(() => {
      resolve(0);
    });
    connection.on('data', (chunk: Buffer) => {
      pending = Buffer.concat([pending, chunk]);
      if (!upgraded) {
        const end = pending.indexOf('\r\n\r\n');
        if (end < 0) return;
        const answer = Number(/^HTTP\/1\.1 (\d{3})/.exec(pending.toString('latin1'))?.[1] ?? 0);
        upgraded = answer === 101;
        resolve(answer);
        pending = upgraded ? pending.subarray(end + 4) : Buffer.alloc(0);
      }
      pending = takeFrames(pending, texts);
      for (const listen of listeners) listen();
    });
  });

  return {
    connection,
    status,
    texts,
    closed,
    says: (text) => {
      connection.write(frame(text));
    },
    hears: (pattern) =>
      new Promise((resolve) => {
        const look = (): void => {
          const found = texts.find((text) => pattern.test(text));
          if (found === undefined) return;
          listeners.delete(look);
          resolve(found);
        };
        void closed.then(() => {
          resolve(undefined);
        });
        listeners.add(look);
        look();
      }),
  };
}

/** Takes whole frames off the front, keeps the texts among them, and gives back the rest. A server's frames are not masked. */
function takeFrames(bytes: Buffer, texts: string[]): Buffer {
  let rest = bytes;
  for (;;) {
    const [first, second] = rest;
    if (first === undefined || second === undefined || second > 126) return rest;
    const head = second === 126 ? 4 : 2;
    if (rest.length < head) return rest;
    const length = second === 126 ? rest.readUInt16BE(2) : second;
    if (rest.length < head + length) return rest;
    if ((first & 0x0f) === 1) texts.push(rest.toString('utf8', head, head + length));
    rest = rest.subarray(head + length);
  }
}

function longLength(length: number): Buffer {
  const sizes = Buffer.alloc(9);
  sizes[0] = 127;
  sizes.writeBigUInt64BE(BigInt(length), 1);
  return sizes;
}
