import { createHash } from 'node:crypto';

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { Item, Message } from './message.ts';
import { transcriptHtml, transcriptJson, type Look } from './transcript.ts';

const look: Look = {
  language: 'en',
  direction: 'ltr',
  region: 'en-GB',
  words: {
    title: 'Chat',
    saved: (when) => `Saved on ${when}.`,
    edited: 'edited',
    unsent: 'Unsent',
    copySaved: (name) => `${name} saved a copy`,
    notVerified: 'Nobody vouches for it.',
  },
};
const noon = Date.UTC(2026, 10, 23, 12);

function message(from: 'me' | 'peer', id: number, text: string, more: Partial<Message> = {}): Message {
  return {
    ...{ kind: 'message', from, id, text, at: noon + id * 60_000, delivery: 'delivered' },
    ...{ quote: null, edited: false, unsent: false, reactions: { me: null, peer: null }, ...more },
  };
}

const html = (items: readonly Item[], peer = 'Mia'): string =>
  transcriptHtml({ me: 'Harriet', peer, savedAt: noon, items }, look);

/** What is left without the markup that a transcript is made of. */
const TAG =
  /<\/?(?:html|head|body|meta|title|style|h1|h2|ol|li|p|b|bdi|time|span|blockquote)(?: [a-z-]+="[^"<>]*")*>|<!doctype html>/g;

describe('a transcript as a page', () => {
  it('tells who said what and when, what answers what, and what was changed', () => {
    const page = html([
      message('me', 1, 'Shall we meet?'),
      message('peer', 1, 'On Friday\nat six', { quote: { from: 'me', id: 1 }, edited: true }),
      message('me', 2, '', { unsent: true }),
      message('me', 3, 'Good', { reactions: { me: null, peer: '👍' } }),
      { kind: 'copy-saved', from: 'peer', id: 2, at: noon },
    ]);
    expect(page).toContain('<p class="text" dir="auto">Shall we meet?</p>');
    expect(page).toMatch(/<b><bdi>Mia<\/bdi><\/b> <time datetime="2026-11-23T12:01:00.000Z">[^<]+<\/time> · edited/);
    expect(page).toContain('<blockquote><b><bdi>Harriet</bdi></b> <bdi>Shall we meet?</bdi></blockquote>');
    expect(page).toContain('On Friday\nat six');
    expect(page).toContain('<p class="note">Unsent</p>');
    expect(page).toContain('<span class="reaction">👍 <bdi>Mia</bdi></span>');
    expect(page).toContain('Mia saved a copy');
    expect(page.match(/Monday,? 23 November 2026<\/h2>/g)).toHaveLength(1);
  });

  it('shows of a message that was taken back neither words nor signs, also where it is quoted', () => {
    const gone = message('peer', 1, 'secret', { unsent: true, edited: true, reactions: { me: '🔥', peer: null } });
    const page = html([gone, message('me', 1, 'why?', { quote: { from: 'peer', id: 1 } })]);
    expect(page).not.toMatch(/secret|🔥|· edited/);
    expect(page).toContain('<bdi>Unsent</bdi></blockquote>');
  });

  it('may load nothing and run nothing, and its one style sheet is the one its policy names', () => {
    const page = html([message('me', 1, 'hello')]);
    const [, style = ''] = /<style>([^<]*)<\/style>/.exec(page) ?? [];
    const hash = createHash('sha256').update(style).digest('base64');
    expect(/<meta http-equiv="content-security-policy" content="([^"]*)">/.exec(page)?.[1]).toBe(
      `default-src &#39;none&#39;; style-src &#39;sha256-${hash}&#39;; base-uri &#39;none&#39;; form-action &#39;none&#39;`,
    );
    expect(page).not.toMatch(/<script|url\(|@import| on[a-z]+=/);
  });

  it.each(['<script>alert(1)</script>', '</p><img src=x onerror=alert(1)>', '"><b onclick="x', '&lt;', "' onload='x"])(
    'has %j as text, in a message, in a quote and in a name',
    (hostile) => {
      const page = html(
        [message('me', 1, hostile), message('peer', 1, 'x', { quote: { from: 'me', id: 1 } })],
        hostile,
      );
      expect(page.replaceAll(TAG, '')).not.toMatch(/[<>]/);
      expect(page).not.toContain(hostile);
    },
  );

  it('of whatever people write has no markup but its own, and each text comes back', { timeout: 20_000 }, () => {
    const text = fc.array(
      fc.oneof(
        fc.constantFrom('<', '>', '&', '"', "'", '</', '<!--', ']]>', '\r', '&amp;'),
        fc.string({ unit: 'binary' }),
      ),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(text, (pieces) => {
        const written = `a${pieces.join('')}`;
        const page = html(
          [message('me', 1, written), message('peer', 1, 'x', { quote: { from: 'me', id: 1 } })],
          written,
        );
        expect(page.replaceAll(TAG, '')).not.toMatch(/[<>]/);
        const [, inside = ''] = /<p class="text" dir="auto">([^<]*)<\/p>/.exec(page) ?? [];
        expect(unescaped(inside)).toBe(written.replaceAll('\0', '\uFFFD'));
      }),
      { numRuns: 50 },
    );
  });

  it('of ten thousand messages is made at once', { timeout: 20_000 }, () => {
    const items = Array.from({ length: 10_000 }, (_, n) => message(n % 2 ? 'me' : 'peer', n, `message ${n}`));
    const start = performance.now();
    html(items);
    expect(performance.now() - start).toBeLessThan(10_000);
  });
});

describe('a transcript as JSON', () => {
  it('has all that is shown, and its times in UTC', () => {
    const items: Item[] = [
      message('me', 1, 'Shall we?'),
      message('peer', 1, 'Yes', { quote: { from: 'me', id: 1 }, edited: true, reactions: { me: '🎉', peer: null } }),
      { kind: 'copy-saved', from: 'me', id: 2, at: noon },
    ];
    const made: unknown = JSON.parse(transcriptJson({ me: 'Harriet', peer: 'Mia', savedAt: noon, items }));
    const plain = { answers: null, edited: false, unsent: false, reactions: { me: null, peer: null } };
    expect(made).toEqual({
      people: { me: 'Harriet', peer: 'Mia' },
      savedAt: '2026-11-23T12:00:00.000Z',
      entries: [
        { by: 'me', id: 1, kind: 'message', at: '2026-11-23T12:01:00.000Z', text: 'Shall we?', ...plain },
        {
          ...{ by: 'peer', id: 1, kind: 'message', at: '2026-11-23T12:01:00.000Z', text: 'Yes', unsent: false },
          ...{ answers: { by: 'me', id: 1 }, edited: true, reactions: { me: '🎉', peer: null } },
        },
        { by: 'me', id: 2, kind: 'copy-saved', at: '2026-11-23T12:00:00.000Z' },
      ],
    });
  });
});

function unescaped(text: string): string {
  const signs: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', '#39': "'", '#13': '\r', amp: '&' };
  return text.replace(/&([a-z]+|#\d+);/g, (entity, name: string) => signs[name] ?? entity);
}
