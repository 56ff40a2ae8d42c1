import { Transform } from 'node:stream';

/**
 * Lets the frames of a websocket pass one in each turn of the event loop. A browser takes every message in a task of its own,
 * and what a page waits for goes on before the next one; a client in Node takes all that came together at once. The client
 * has to be in this process.
 */
export function oneAtATime(): Transform {
  let upgraded = false;
  let rest: Buffer = Buffer.alloc(0);
  return new Transform({
    transform(chunk: Buffer, _, done) {
      rest = Buffer.concat([rest, chunk]);
      const pass = (): void => {
        const length = upgraded ? frameLength(rest) : headLength(rest);
        if (length === 0 || length > rest.length) {
          done();
          return;
        }
        upgraded = true;
        this.push(rest.subarray(0, length));
        rest = rest.subarray(length);
        setImmediate(pass);
      };
      pass();
    },
  });
}

/** Of the answer to the upgrade, with its empty line; 0 while that has not come. */
function headLength(bytes: Buffer): number {
  const end = bytes.indexOf('\r\n\r\n');
  return end < 0 ? 0 : end + 4;
}

/** Of a server's frame, which has no mask; 0 while that cannot be told. RFC 6455 §5.2. */
function frameLength(bytes: Buffer): number {
  const [, size] = bytes;
  if (size === undefined) return 0;
  if (size < 126) return 2 + size;
  if (size === 126) return bytes.length < 4 ? 0 : 4 + bytes.readUInt16BE(2);
  return bytes.length < 10 ? 0 : 10 + Number(bytes.readBigUInt64BE(2));
}
