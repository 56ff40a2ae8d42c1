import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { addressOf } from './address.ts';
import { MAX_LINKS, piecesOf } from './links.ts';

const linksIn = (text: string): string[] =>
  piecesOf(text)
    .filter(({ kind }) => kind === 'link')
    .map((piece) => piece.text);

describe('links in a text', () => {
  it.each([
    ['look at https://example.org/a?b=c#d now', 'https://example.org/a?b=c#d'],
    ['HTTP://EXAMPLE.ORG', 'HTTP://EXAMPLE.ORG'],
    ['see:https://example.org', 'https://example.org'],
    ['example.org/x', 'example.org/x'],
    ['I read it on en.wikipedia.org, today', 'en.wikipedia.org'],
    ['www.example.museum', 'www.example.museum'],
    ['a.very.deep.example.museum/path', 'a.very.deep.example.museum/path'],
    ['http://localhost:8080/', 'http://localhost:8080/'],
    ['http://[::1]/', 'http://[::1]/'],
    ['https://192.168.0.1/x', 'https://192.168.0.1/x'],
    ['müller.de', 'müller.de'],
    ['https://пример.рф/путь', 'https://пример.рф/путь'],
    ['https://bank.com@evil.example', 'https://bank.com@evil.example'],
    ['<https://example.org>', 'https://example.org'],
    ['“https://example.org”', 'https://example.org'],
    ['看https://example.org/。', 'https://example.org/'],
  ])('%j has %j', (text, link) => {
    expect(linksIn(text)).toEqual([link]);
  });

  it.each([
    ['(see https://example.org/a_(b)).', 'https://example.org/a_(b)'],
    ['[https://example.org/]', 'https://example.org/'],
    ['(example.org)', 'example.org'],
    ['*example.org*', 'example.org'],
    ['Was it https://example.org/?!', 'https://example.org/'],
    ['https://example.org/x...', 'https://example.org/x'],
  ])('%j: what belongs to the sentence is not in the link', (text, link) => {
    expect(linksIn(text)).toEqual([link]);
  });

  it.each([
    'no link',
    'mia@example.org',
    'notes.txt and and/or e.g. this',
    'The end.Then more',
    'version 1.2.3',
    '10.0.0.1/x',
    'javascript:alert(1)',
    'data:text/html,x',
    'file:///etc/passwd',
    'ftp://example.org',
    'xhttps://',
    'https://',
    'http://.',
    'https://%',
    '..... / ://',
  ])('%j has none', (text) => {
    expect(linksIn(text)).toEqual([]);
  });

  it('are found several in one text, in order', () => {
    expect(piecesOf('a https://x.org, b y.org\nc')).toEqual([
      { kind: 'text', text: 'a ' },
      { kind: 'link', text: 'https://x.org' },
      { kind: 'text', text: ', b ' },
      { kind: 'link', text: 'y.org' },
      { kind: 'text', text: '\nc' },
    ]);
  });

  it('are words beyond the first fifty', () => {
    const text = 'x.org '.repeat(MAX_LINKS + 10);
    expect(linksIn(text)).toHaveLength(MAX_LINKS);
    expect(joined(text)).toBe(text);
  });

  /** Texts made of what addresses are made of. */
  const hostile = fc
    .array(
      fc.oneof(
        fc.constantFrom(
          'https://',
          'http://',
          'www.',
          '.',
          '/',
          '@',
          ':',
          '(',
          ')',
          '[',
          ']',
          '-',
          'xn--',
          '%',
          '#',
          '?',
        ),
        fc.constantFrom('com', 'org', 'а', 'ο', '\u202E', '\u200B', '\uD800', ' ', '\n', '0x7f', '1', '»', '。'),
        fc.string({ unit: 'binary', maxLength: 8 }),
      ),
      { maxLength: 60 },
    )
    .map((pieces) => pieces.join(''));

  it('leave every text as it is, and can each be read as an address', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        expect(joined(text)).toBe(text);
        for (const link of linksIn(text)) expect(addressOf(link)?.href).toMatch(/^https?:\/\/./);
      }),
      { numRuns: 1000 },
    );
  });

  it('are looked for in time that grows with the text and not with its square', () => {
    const unit = fc.constantFrom(
      'a.',
      '(',
      ')',
      'https://',
      '.',
      '-',
      'www.',
      '@',
      'a',
      ':',
      '%',
      '/(',
      '[]',
      '_',
      'а.',
    );
    fc.assert(
      fc.property(
        fc.array(unit, { minLength: 1, maxLength: 3 }),
        fc.constantFrom('', '/', '!', '\u0000'),
        (some, end) => {
          const text = some.join('').repeat(40_000).slice(0, 80_000) + end;
          const start = performance.now();
          expect(joined(text)).toBe(text);
          expect(performance.now() - start).toBeLessThan(1500);
        },
      ),
      { numRuns: 40 },
    );
  });
});

function joined(text: string): string {
  return piecesOf(text)
    .map((piece) => piece.text)
    .join('');
}
