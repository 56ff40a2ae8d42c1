import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';

/** Frames that carried data, both ways, as the server sees them. */
export interface Tally {
  toServer: number;
  fromServer: number;
}

/** Where a client connects to on 127.0.0.1, and what its frames are counted in. */
export interface Door {
  readonly port: number;
  readonly tally: Tally;
}

/**
 * A browser's websocket, as lean as it can be, so that the load costs less than the server it is put on. Only whole text
 * frames below 64 KiB, which is all that any contender sends.
 */
export class Wire {
  /** Told of every text from the server, in order. */
  onText: (text: string) => void = () => undefined;
  readonly closed: Promise<void>;

  readonly #connection: Socket;
  readonly #tally: Tally;
  readonly #mask = randomBytes(4).map((byte) => byte | 1); // The library of the servers leaves a mask of zeros out.
  #pending: Buffer;

  constructor(connection: Socket, tally: Tally, pending: Buffer) {
    this.#connection = connection;
    this.#tally = tally;
    this.#pending = pending;
    this.closed = new Promise((resolve) => {
      connection.once('close', () => {
        resolve();
      });
    });
    connection.on('data', (chunk: Buffer) => {
      this.#pending = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
      this.#read();
    });
    // Whoever made this wire sets onText first.
    if (pending.length > 0) {
      setImmediate(() => {
        this.#read();
      });
    }
  }

  send(text: string): void {
    this.#tally.toServer += 1;
    this.#write(TEXT, Buffer.from(text));
  }

  /** Leaves as a page does that goes away (1001), and waits until the server has let go. */
  leave(): Promise<void> {
    this.#write(CLOSE, GOING_AWAY);
    return this.closed;
  }

  /** Cuts the connection without a word. */
  cut(): void {
    this.#connection.destroy();
  }

  #read(): void {
    let bytes = this.#pending;
    for (;;) {
      const [first, second] = bytes;
      if (first === undefined || second === undefined) break;
      const head = second === 126 ? 4 : 2;
      if (bytes.length < head) break;
      const length = second === 126 ? bytes.readUInt16BE(2) : second;
      if (bytes.length < head + length) break;
      const payload = bytes.subarray(head, head + length);
      bytes = bytes.subarray(head + length);
      const opcode = first & 0x0f;
      if (opcode === TEXT) {
        this.#tally.fromServer += 1;
        this.onText(payload.toString('utf8'));
      } else if (opcode === PING) this.#write(PONG, payload);
      else if (opcode === CLOSE) this.#connection.end();
    }
    this.#pending = bytes;
  }

  #write(opcode: number, payload: Buffer): void {
    if (!this.#connection.writable) return;
    const { length } = payload;
    const head = length < 126 ? 6 : 8;
    const frame = Buffer.allocUnsafe(head + length);
    frame[0] = 0x80 | opcode;
    frame[1] = 0x80 | (length < 126 ? length : 126);
    if (head === 8) frame.writeUInt16BE(length, 2);
    frame.set(this.#mask, head - 4);
    const [a = 0, b = 0, c = 0, d = 0] = this.#mask;
    const mask = [a, b, c, d] as const;
    for (let n = 0; n < length; n += 1) frame[head + n] = (payload[n] ?? 0) ^ mask[(n & 3) as 0 | 1 | 2 | 3];
    this.#connection.write(frame);
  }
}

/** Asks for a websocket with the headers that Chromium sends. Rejects when the server does not agree. */
export function openWire({ port, tally }: Door, path: string): Promise<Wire> {
  return new Promise((resolve, reject) => {
    const connection = connect({ port, host: '127.0.0.1', noDelay: true });
    const refused = (why: string): void => {
      connection.destroy();
      reject(new Error(`no websocket at ${path}: ${why}`));
    };
    let head: Buffer = Buffer.alloc(0);
    const hear = (chunk: Buffer): void => {
      head = Buffer.concat([head, chunk]);
      const end = head.indexOf('\r\n\r\n');
      if (end < 0) return;
      connection.off('data', hear);
      const [status = ''] = head.toString('latin1').split('\r\n', 1);
      if (status.startsWith('HTTP/1.1 101')) resolve(new Wire(connection, tally, head.subarray(end + 4)));
      else refused(status);
    };
    connection.on('data', hear);
    connection.on('error', (error) => {
      refused(error.message);
    });
    connection.once('close', () => {
      refused('closed');
    });
    connection.write(upgrade(port, path));
  });
}

function upgrade(port: number, path: string): string {
  return [
    `GET ${path} HTTP/1.1`,
    `Host: 127.0.0.1:${String(port)}`,
    'Connection: Upgrade',
    'Pragma: no-cache',
    'Cache-Control: no-cache',
    `User-Agent: ${USER_AGENT}`,
    'Upgrade: websocket',
    `Origin: http://127.0.0.1:${String(port)}`,
    'Sec-WebSocket-Version: 13',
    'Accept-Encoding: gzip, deflate, br, zstd',
    'Accept-Language: en-US,en;q=0.9',
    `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
    'Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits',
    '\r\n',
  ].join('\r\n');
}

/** As long as a browser's, because every server parses it. */
export const USER_AGENT =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36';

// RFC 6455 §5.2 and §7.4.1.
const TEXT = 0x1;
const CLOSE = 0x8;
const PING = 0x9;
const PONG = 0xa;
const GOING_AWAY = Buffer.of(1001 >> 8, 1001 & 0xff);
