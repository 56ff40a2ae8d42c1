import { describe, expect, it } from 'vitest';

import type { Item } from '#lib/chat/message.ts';

import { occurrencesOf, placesOf } from './search.ts';

const said = (text: string, unsent = false): Item => ({
  kind: 'message',
  from: 'me',
  id: 1,
  text,
  at: 0,
  delivery: 'delivered',
  quote: null,
  edited: false,
  unsent,
  reactions: { me: null, peer: null },
});

describe('the search', () => {
  it('finds messages by a part of their text, whatever the case and the accents', () => {
    const items = [said('The café opens'), said('no'), said('At the CAFE'), said('cafe\u0301')];
    expect(placesOf(items, 'Café')).toEqual([0, 2, 3]);
    expect(placesOf(items, '  cafe ')).toEqual([0, 2, 3]);
  });

  it('finds nothing without words, in what was taken back, and where a copy was saved', () => {
    expect(placesOf([said('anything')], '  ')).toEqual([]);
    expect(placesOf([said('', true)], 'a')).toEqual([]);
    expect(placesOf([{ kind: 'copy-saved', from: 'me', id: 2, at: 0 }], 'copy')).toEqual([]);
  });

  it('takes characters as they are, not as patterns', () => {
    expect(placesOf([said('1 + 1 = 2?'), said('11')], '1 + 1')).toEqual([0]);
    expect(placesOf([said('anything')], '.*')).toEqual([]);
  });

  it('knows where the words stand in the text as it was written', () => {
    const text = 'İ Café, cafe\u0301 👍CAFE';
    const found = occurrencesOf(text, 'cafe').map(([start, end]) => text.slice(start, end));
    expect(found).toEqual(['Café', 'cafe\u0301', 'CAFE']);
  });

  it('keeps the marks of scripts that are written with them', () => {
    expect(placesOf([said('हिन्दी')], 'हन')).toEqual([]);
    expect(placesOf([said('हिन्दी')], 'हिन्')).toEqual([0]);
  });
});
