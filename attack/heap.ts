import { closeSync, openSync, readFileSync, readSync } from 'node:fs';

/** Something looked for: its name in a failure, and the bytes. At least 6, because fewer occur by chance. */
export interface Needle {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Where something was found: the needle's name and the form it had. */
export type Found = string;

/** A needle for a text as UTF-8. */
export const textNeedle = (name: string, text: string): Needle => ({ name, bytes: Buffer.from(text, 'utf8') });

/** One form of a needle, ready to be looked for. */
export interface Form {
  readonly what: string;
  readonly bytes: Buffer;
}

/** The forms a value takes in memory: its bytes, also two for each, hex, base64, and base64url at each of three alignments. */
export function formsOf(needles: readonly Needle[]): Form[] {
  return needles.flatMap(({ name, bytes }) => {
    if (bytes.length < 6) throw new RangeError(`${name} is too short to search for`);
    const raw = Buffer.from(bytes);
    const forms: [string, Buffer][] = [
      ['bytes', raw],
      ['two bytes each', Buffer.from(raw.toString('latin1'), 'utf16le')],
      ['hex', Buffer.from(raw.toString('hex'))],
      ['base64', Buffer.from(raw.toString('base64').replace(/.?=*$/, ''))],
      ...[0, 1, 2].map((shift): [string, Buffer] => [`base64url +${shift}`, Buffer.from(base64urlCore(raw, shift))]),
    ];
    return forms.map(([form, formBytes]) => ({ what: `${name} (${form})`, bytes: formBytes }));
  });
}

/** Which forms occur, each once. One pass for all of them, because memory is large and forms are many. */
export function findIn(haystacks: Iterable<Buffer>, forms: readonly Form[]): Found[] {
  const beginning = new Map<number, Form[]>();
  for (const form of forms) {
    const start = form.bytes.readInt32BE(0);
    beginning.set(start, [...(beginning.get(start) ?? []), form]);
  }
  const mayBegin = new Uint8Array(2 ** 20);
  const slot = (start: number): number => Math.imul(start, 0x9e3779b1) >>> 12;
  for (const start of beginning.keys()) mayBegin[slot(start)] = 1;

  const found = new Set<Found>();
  for (const haystack of haystacks) {
    for (let at = 0, start = 0; at < haystack.length; at++) {
      // Most of what a process may write to it never did.
      if (start === 0 && at % ZEROS.length === 0 && haystack.subarray(at, at + ZEROS.length).equals(ZEROS)) {
        at += ZEROS.length - 1;
        continue;
      }
      start = (start << 8) | (haystack[at] ?? 0);
      if (mayBegin[slot(start)] === 0) continue;
      for (const { what, bytes } of beginning.get(start) ?? []) {
        if (haystack.subarray(at - 3, at - 3 + bytes.length).equals(bytes)) found.add(what);
      }
    }
  }
  return [...found];
}

/**
 * Every string of a V8 heap snapshot, as one UTF-8 text with a line each. V8 cuts strings at 1,024 characters unless
 * `--heap-snapshot-string-limit` says otherwise. Bytes of typed arrays are not in a snapshot.
 */
export function stringsOf(snapshot: string): Buffer {
  const parsed = JSON.parse(snapshot) as { strings: string[] };
  return Buffer.from(parsed.strings.join('\n'), 'utf8');
}

/** What a process may write to, page by page, as it is now: its heaps, live and dead, and its stacks. Linux only; throws where it may not be read. */
export function* memoryOf(pid: number): Generator<Buffer> {
  const maps = readFileSync(`/proc/${pid}/maps`, 'utf8');
  const memory = openSync(`/proc/${pid}/mem`, 'r');
  try {
    for (const [, from = '0', to = '0'] of maps.matchAll(/^([\da-f]+)-([\da-f]+) rw/gm)) {
      yield* pages(memory, Number.parseInt(from, 16), Number.parseInt(to, 16));
    }
  } finally {
    closeSync(memory);
  }
}

const ZEROS = Buffer.alloc(4096);
const CHUNK_BYTES = 16 * 1024 * 1024;
/** More than the longest form, so that nothing is cut in two by the border of two chunks. */
const OVERLAP_BYTES = 4096;

function* pages(memory: number, from: number, to: number): Generator<Buffer> {
  for (let at = from; at < to; at += CHUNK_BYTES) {
    const chunk = Buffer.alloc(Math.min(CHUNK_BYTES + OVERLAP_BYTES, to - at));
    let read: number;
    try {
      read = readSync(memory, chunk, 0, chunk.length, at);
    } catch {
      continue; // reserved and never touched, or gone meanwhile
    }
    if (read > 0) yield chunk.subarray(0, read);
  }
}

/** The base64url characters that depend on `bytes` alone when `shift` bytes of something else come before. */
function base64urlCore(bytes: Buffer, shift: number): string {
  const text = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64url');
  return text.slice(Math.ceil((shift * 8) / 6), Math.floor(((shift + bytes.length) * 8) / 6));
}
