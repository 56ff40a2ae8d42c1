/**
 * In which readable forms a text occurs in recorded traffic: plain (UTF-8, UTF-16), hex, base64 and base64url at each
 * of its three alignments, and all of these again inside every base64url or base64 text of the record (the boxes).
 * `text` must have at least 6 bytes: shorter ones occur in random bytes by chance.
 */
export function tracesOf(text: string, record: Buffer): string[] {
  const utf8 = Buffer.from(text, 'utf8');
  if (utf8.length < 6) throw new RangeError('too short to search for');
  const utf16 = Buffer.from(text, 'utf16le');
  const forms: [string, Buffer][] = [
    ['utf-8', utf8],
    // JSON writes quotes, backslashes and control characters in its own way.
    ['json', Buffer.from(JSON.stringify(text).slice(1, -1), 'utf8')],
    ['utf-16le', utf16],
    ['utf-16be', Buffer.from(utf16).swap16()],
    ['hex', Buffer.from(utf8.toString('hex'))],
    ['HEX', Buffer.from(utf8.toString('hex').toUpperCase())],
    ...[0, 1, 2].flatMap((shift): [string, Buffer][] => {
      const core = base64Core(utf8, shift);
      return [
        [`base64 +${shift}`, Buffer.from(core)],
        [`base64url +${shift}`, Buffer.from(core.replaceAll('+', '-').replaceAll('/', '_'))],
      ];
    }),
  ];
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
function unpacked(record: Buffer): Buffer {
  const packed = record.toString('latin1').match(/[A-Za-z0-9+/_-]{8,}/g) ?? [];
  return Buffer.concat(packed.map((text) => Buffer.concat([Buffer.from(text, 'base64url'), Buffer.from('\n')])));
}
