/** One way to write a value down: its name, and the bytes. */
export type Form = readonly [name: string, bytes: Buffer];

/**
 * The forms in which a text, or bytes, occur in traffic, files and memory: plain (texts as UTF-8, UTF-16 and JSON), two bytes
 * for each, hex, base64 and base64url at each of its three alignments. Throws for less than 6 bytes: they occur by chance.
 */
export function formsOf(value: string | Uint8Array): readonly Form[] {
  const isText = typeof value === 'string';
  const bytes = isText ? Buffer.from(value, 'utf8') : Buffer.from(value);
  if (bytes.length < 6) throw new RangeError('too short to search for');
  const wide = Buffer.from(isText ? value : bytes.toString('latin1'), 'utf16le');
  return [
    [isText ? 'utf-8' : 'bytes', bytes],
    // JSON writes quotes, backslashes and control characters in its own way.
    ...(isText ? [['json', Buffer.from(JSON.stringify(value).slice(1, -1), 'utf8')] as const] : []),
    ['utf-16le', wide],
    ['utf-16be', Buffer.from(wide).swap16()],
    ['hex', Buffer.from(bytes.toString('hex'))],
    ['HEX', Buffer.from(bytes.toString('hex').toUpperCase())],
    ...[0, 1, 2].flatMap((shift): Form[] => {
      const core = base64Core(bytes, shift);
      return [
        [`base64 +${shift}`, Buffer.from(core)],
        [`base64url +${shift}`, Buffer.from(core.replaceAll('+', '-').replaceAll('/', '_'))],
      ];
    }),
  ];
}

/** In which forms a text occurs in recorded traffic, and inside the base64url or base64 texts of the record (the boxes). */
export function tracesOf(text: string, record: Buffer): string[] {
  const forms = formsOf(text);
  const haystacks: [string, Buffer][] = [
    ['in plain', record],
    ['inside base64', unpacked(record)],
  ];
  return haystacks.flatMap(([where, haystack]) =>
    forms.filter(([, form]) => haystack.includes(form)).map(([name]) => `${name} ${where}`),
  );
}

/** The base64 characters that depend on `bytes` alone when `shift` bytes of something else come before. */
function base64Core(bytes: Buffer, shift: number): string {
  const text = Buffer.concat([Buffer.alloc(shift), bytes])
    .toString('base64')
    .replaceAll('=', '');
  const foreignAtStart = Math.ceil((shift * 8) / 6);
  const whole = Math.floor(((shift + bytes.length) * 8) / 6);
  return text.slice(foreignAtStart, whole);
}

/** Everything that looks like base64 or base64url, decoded, one after the other. */
export function unpacked(record: Buffer): Buffer {
  const packed = record.toString('latin1').match(/[A-Za-z0-9+/_-]{8,}/g) ?? [];
  return Buffer.concat(packed.map((text) => Buffer.concat([Buffer.from(text, 'base64url'), Buffer.from('\n')])));
}
