import { closeSync, openSync, readFileSync, readSync } from 'node:fs';

import { formsOf } from '../e2e/traces.ts';

/** Something looked for: its name in a failure, and the text or the bytes. At least 6 bytes, because fewer occur by chance. */
export interface Needle {
  readonly name: string;
  readonly value: string | Uint8Array;
}

/** One form of a needle, ready to be looked for. */
export interface Form {
  readonly what: string;
  readonly bytes: Buffer;
}

/** Every form of all these. */
export const formsOfAll = (needles: readonly Needle[]): Form[] =>
  needles.flatMap(({ name, value }) => formsOf(value).map(([form, bytes]) => ({ what: `${name} (${form})`, bytes })));

/** Which forms occur, each once: the needle's name and the form. One pass for all of them, because memory is large and forms are many. */
export function findIn(haystacks: Iterable<Buffer>, forms: readonly Form[]): string[] {
  const beginning = new Map<number, Form[]>();
  for (const form of forms) {
    const start = form.bytes.readInt32BE(0);
    beginning.set(start, [...(beginning.get(start) ?? []), form]);
  }
  const mayBegin = new Uint8Array(2 ** 20);
  const slot = (start: number): number => Math.imul(start, 0x9e3779b1) >>> 12;
  for (const start of beginning.keys()) mayBegin[slot(start)] = 1;

  const found = new Set<string>();
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
 * Every string of a V8 heap snapshot, those put together from parts also as a whole, as one UTF-8 text with a line each. V8
 * cuts each part at 1,024 characters unless `--heap-snapshot-string-limit` says otherwise. Bytes of typed arrays are not in
 * a snapshot.
 */
export function stringsOf(text: string): Buffer {
  const { snapshot, nodes, edges, strings } = JSON.parse(text) as Snapshot;
  const { node_fields: fields, edge_fields: edgeFields, node_types: types } = snapshot.meta;
  const [type, name, count] = [fields.indexOf('type'), fields.indexOf('name'), fields.indexOf('edge_count')];
  const [edgeName, toNode] = [edgeFields.indexOf('name_or_index'), edgeFields.indexOf('to_node')];
  const joined = types[0].indexOf('concatenated string');

  const edgesAt: number[] = [];
  for (let at = 0, edge = 0; at < nodes.length; at += fields.length) {
    edgesAt[at] = edge;
    edge += (nodes[at + count] ?? 0) * edgeFields.length;
  }
  const whole = (root: number): string => {
    let result = '';
    // Built up by +=, such a string is a list as long as itself, so no recursion.
    for (const open = [root]; open.length > 0;) {
      const at = open.pop() ?? 0;
      if (nodes[at + type] !== joined) {
        result += strings[nodes[at + name] ?? 0] ?? '';
        continue;
      }
      const parts: Record<string, number> = {};
      const first = edgesAt[at] ?? 0;
      for (let edge = first; edge < first + (nodes[at + count] ?? 0) * edgeFields.length; edge += edgeFields.length) {
        parts[strings[edges[edge + edgeName] ?? 0] ?? ''] = edges[edge + toNode] ?? 0;
      }
      for (const part of ['second', 'first']) if (parts[part] !== undefined) open.push(parts[part]);
    }
    return result;
  };
  const put: string[] = [];
  for (let at = 0; at < nodes.length; at += fields.length) if (nodes[at + type] === joined) put.push(whole(at));
  return Buffer.from([...strings, ...put].join('\n'), 'utf8');
}

/**
 * What a process may write to, page by page, as it is now: its heaps, live and dead, and its stacks. Null where it may not
 * be read: it is not Linux, or Linux forbids it to those who are not the parent of a process, or to all.
 */
export function memoryOfProcess(pid: number): Iterable<Buffer> | null {
  try {
    const maps = readFileSync(`/proc/${pid}/maps`, 'utf8');
    return writable(maps, openSync(`/proc/${pid}/mem`, 'r'));
  } catch (error) {
    if (error instanceof Error && 'code' in error && ['ENOENT', 'EACCES', 'EPERM'].includes(String(error.code)))
      return null;
    throw error;
  }
}

function* writable(maps: string, memory: number): Generator<Buffer> {
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

interface Snapshot {
  readonly snapshot: {
    readonly meta: { readonly node_fields: string[]; readonly node_types: [string[]]; readonly edge_fields: string[] };
  };
  readonly nodes: number[];
  readonly edges: number[];
  readonly strings: string[];
}
