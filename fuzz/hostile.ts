import { concat } from '@porchlight/invite';
import fc from 'fast-check';

/** Texts that have broken parsers before. Pieces of them go into genuine texts. */
const SNIPPETS = [
  ...[
    '',
    ' ',
    '\0',
    '\n',
    '\r\n',
    '\t',
    '\u2028',
    '\uFEFF',
    '\u202E',
    '\u2066',
    '\u200B',
    '\u200D',
    '\u2800',
    '\u3164',
  ],
  ...['\uD800', '\uDC00', '\u{E0041}', '\u{10FFFF}', '👩‍👩‍👧', '\u0301', '\u0336\u0315\u031B'],
  ...['\u0301\u200D'.repeat(9), '\u0301\u200B'.repeat(9), ' \u200B'.repeat(9)],
  ...['=', '==', '+', '/', '-', '_', '%00', '#', '&', '"', '\\', "'", '<img src=x onerror=alert(1)>', '__proto__'],
  ...['0', '-1', '1e999', '4294967296', '65536', '9'.repeat(400), 'NaN', '0x10', '::', '[', '{', ']', '}', ','],
  ...['\r\na=fingerprint:sha-256 00', '\r\nm=audio 9 RTP/AVP 0', ' raddr :: rport 9', '{"__proto__":{"type":"ended"}}'],
  ...['A'.repeat(43), 'A'.repeat(2000), '\u0301'.repeat(200), '\u0301\u0315'.repeat(100), '['.repeat(2000)],
];

/** Names of fields that are not fields. */
const KEYS = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'length',
  'then',
  'toJSON',
  '',
  '0',
];

/** JSON nested so deep: what one packet has room for. */
const DEEP = 8000;

/** Bytes from elsewhere: random ones of any and of the genuine length, the genuine ones, and mutations of those. */
export function bytesNear(...genuine: readonly Uint8Array[]): fc.Arbitrary<Uint8Array> {
  const lengths = genuine.map((bytes) => bytes.length);
  const ofGenuineLength = fc
    .constantFrom(...lengths)
    .chain((length) => fc.uint8Array({ minLength: length, maxLength: length }));
  return fc.oneof(
    { weight: 1, arbitrary: fc.constantFrom(...genuine) },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 64 }) },
    { weight: 1, arbitrary: fc.constantFrom(0, 16_385, 262_144).map((length) => new Uint8Array(length)) },
    { weight: 1, arbitrary: ofGenuineLength },
    { weight: 6, arbitrary: mutated(genuine, bytesEdit(genuine)) },
  );
}

/** Texts from elsewhere: random ones, the genuine ones, and mutations of those. At most a few thousand characters. */
export function textNear(...genuine: readonly string[]): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 1, arbitrary: fc.constantFrom(...genuine) },
    { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
    { weight: 1, arbitrary: codeUnits },
    { weight: 1, arbitrary: fc.array(fc.constantFrom(...SNIPPETS), { maxLength: 12 }).map((parts) => parts.join('')) },
    { weight: 6, arbitrary: mutated(genuine, textEdit(genuine)) },
  );
}

/** Values from elsewhere: any at all, those of JSON, very deep ones, the genuine objects, and mutations of those. */
export function valueNear(...genuine: readonly object[]): fc.Arbitrary<unknown> {
  return fc.oneof(
    { weight: 1, arbitrary: fc.constantFrom<unknown>(...genuine) },
    { weight: 1, arbitrary: hostileValue },
    { weight: 6, arbitrary: mutated<unknown>(genuine, valueEdit(genuine)) },
  );
}

type Edit<T> = (value: T) => T;

/** One of `genuine` after one to four edits, or after none, where the edits had nothing to do. */
function mutated<T>(genuine: readonly T[], edit: fc.Arbitrary<Edit<T>>): fc.Arbitrary<T> {
  return fc
    .tuple(fc.constantFrom(...genuine), fc.array(edit, { minLength: 1, maxLength: 4 }))
    .map(([value, edits]) => edits.reduce((changed, next) => next(changed), value));
}

// Halves of surrogate pairs included.
const codeUnits = fc
  .array(fc.nat(0xffff), { maxLength: 300 })
  .map((units) => units.map((unit) => String.fromCharCode(unit)).join(''));

/** A piece of something `length` long, from one share of it and as long as another. */
const piece = fc.tuple(fc.nat(9999), fc.nat(9999)).map(([from, size]) => (length: number) => {
  const start = Math.floor((from * length) / 10_000);
  return [start, start + Math.ceil((size * (length - start)) / 10_000)] as const;
});

function bytesEdit(genuine: readonly Uint8Array[]): fc.Arbitrary<Edit<Uint8Array>> {
  const put = (bytes: Uint8Array, from: number, to: number, between: Uint8Array) =>
    concat(bytes.subarray(0, from), between, bytes.subarray(to));
  const filled = (value: number) =>
    piece.map(
      (of): Edit<Uint8Array> =>
        (bytes) =>
          bytes.slice().fill(value, ...of(bytes.length)),
    );
  return fc.oneof(
    fc.nat().map(
      (bit): Edit<Uint8Array> =>
        (bytes) =>
          flip(bytes, bit),
    ),
    piece.map(
      (of): Edit<Uint8Array> =>
        (bytes) =>
          bytes.slice(0, of(bytes.length)[0]),
    ),
    piece.map(
      (of): Edit<Uint8Array> =>
        (bytes) =>
          put(bytes, ...of(bytes.length), new Uint8Array(0)),
    ),
    piece.map((of): Edit<Uint8Array> => (bytes) => {
      const [from, to] = of(bytes.length);
      return put(bytes, to, to, bytes.subarray(from, to));
    }),
    fc.tuple(piece, fc.constantFrom(...genuine)).map(([of, other]): Edit<Uint8Array> => (bytes) => {
      const [from, to] = of(bytes.length);
      return put(bytes, from, to, other.subarray(from, to));
    }),
    fc.tuple(piece, fc.uint8Array({ maxLength: 32 })).map(([of, more]): Edit<Uint8Array> => (bytes) => {
      const [from] = of(bytes.length);
      return put(bytes, from, from, more);
    }),
    filled(0),
    filled(0xff),
  );
}

function flip(bytes: Uint8Array, bit: number): Uint8Array {
  const changed = bytes.slice();
  if (changed.length === 0) return changed;
  const at = (bit >> 3) % changed.length;
  changed[at] = (changed[at] ?? 0) ^ (1 << (bit & 7));
  return changed;
}

function textEdit(genuine: readonly string[]): fc.Arbitrary<Edit<string>> {
  const put = (text: string, from: number, to: number, between: string) =>
    text.slice(0, from) + between + text.slice(to);
  return fc.oneof(
    fc.tuple(piece, fc.constantFrom(...SNIPPETS)).map(([of, more]): Edit<string> => (text) => {
      const [from] = of(text.length);
      return put(text, from, from, more);
    }),
    fc.tuple(piece, fc.constantFrom(...SNIPPETS)).map(([of, more]): Edit<string> => (text) => {
      return put(text, ...of(text.length), more);
    }),
    fc.tuple(piece, fc.string({ unit: 'binary', maxLength: 2 })).map(([of, more]): Edit<string> => (text) => {
      const [from] = of(text.length);
      return put(text, from, from + more.length, more);
    }),
    piece.map(
      (of): Edit<string> =>
        (text) =>
          text.slice(0, of(text.length)[0]),
    ),
    piece.map((of): Edit<string> => (text) => {
      const [from, to] = of(text.length);
      return put(text, to, to, text.slice(from, to));
    }),
    fc.tuple(piece, fc.constantFrom(...genuine)).map(([of, other]): Edit<string> => (text) => {
      const [from, to] = of(text.length);
      return put(text, from, to, other.slice(from, to));
    }),
  );
}

const hostileValue: fc.Arbitrary<unknown> = fc.oneof(
  fc.anything({ withBigInt: true, withNullPrototype: true, withTypedArray: true }),
  fc.jsonValue(),
  fc.constantFrom<unknown>(...SNIPPETS, null, undefined, true, NaN, Infinity, -0, 1.5, 2 ** 53, 1e308, -1, 0, [], {}),
  fc.constantFrom('[', '{').map((kind) => deep(kind)),
);

function deep(kind: '[' | '{'): unknown {
  let value: unknown = 0;
  for (let depth = 0; depth < DEEP; depth++) value = kind === '[' ? [value] : { value };
  return value;
}

function valueEdit(genuine: readonly object[]): fc.Arbitrary<Edit<unknown>> {
  const values = genuine.flatMap((object) => fieldsOf(object).map(([, value]) => value));
  const someValue = fc.oneof(hostileValue, fc.constantFrom(undefined, ...values));
  return fc.oneof(
    // The value of a field: another, or the same one damaged.
    fc.tuple(fc.nat(), someValue).map(([at, value]): Edit<unknown> => onField(at, () => value)),
    fc.tuple(fc.nat(), textEdit(['A'])).map(([at, edit]): Edit<unknown> => {
      return onField(at, (value) => (typeof value === 'string' ? edit(value) : value));
    }),
    fc.nat().map((at): Edit<unknown> => (object) => {
      const fields = fieldsOf(object);
      return isObject(object) ? objectOf(fields.filter((_, i) => i !== at % fields.length)) : object;
    }),
    fc.tuple(fc.constantFrom(...KEYS), someValue).map(([key, value]): Edit<unknown> => (object) => {
      return isObject(object) ? objectOf([...fieldsOf(object), [key, value]]) : object;
    }),
    fc.constant<Edit<unknown>>((value) => [value]),
  );
}

function onField(at: number, change: Edit<unknown>): Edit<unknown> {
  return (object) => {
    const fields = fieldsOf(object);
    if (!isObject(object)) return object;
    return objectOf(fields.map(([name, value], i) => [name, i === at % fields.length ? change(value) : value]));
  };
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

const fieldsOf = (value: unknown): [string, unknown][] =>
  isObject(value) && !Array.isArray(value) ? Object.entries(value) : [];

/** Every field its own, `__proto__` too, as JSON.parse makes them. */
function objectOf(fields: readonly (readonly [string, unknown])[]): object {
  const object = {};
  for (const [name, value] of fields)
    Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
  return object;
}
