import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import type { Item } from '#lib/chat/message.ts';

import { find, occurrencesOf } from './search.ts';

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

/** What is found in the end. */
function placesOf(items: readonly Item[], words: string): readonly number[] | null {
  let places: readonly number[] | null = null;
  find(items, words, (found) => {
    places = found;
  });
  vi.runAllTimers();
  return places;
}

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
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

  it('knows the sigma at the end of a word for the one within', () => {
    expect(placesOf([said('ὁδός'), said('ΟΔΟΣ'), said('οδοσήμανση')], 'Οδός')).toEqual([0, 1, 2]);
    expect(occurrencesOf('οδοσήμανση, ΟΔΟΣ', 'ὁδός')).toEqual([
      [0, 4],
      [12, 16],
    ]);
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

describe('a search in a long chat', () => {
  const MESSAGES = 100;
  const items = (): Item[] => Array.from({ length: MESSAGES }, (_, nth) => said(nth % 2 === 0 ? 'Heißa' : 'no'));
  const even = Array.from({ length: MESSAGES / 2 }, (_, nth) => 2 * nth);

  /** A machine on which it takes so long to make one text ready, in ms. */
  function slow(ms: number): void {
    let now = 0;
    vi.spyOn(performance, 'now').mockImplementation(() => (now += ms));
  }

  it('lets the page do something else in between, and says what it found when it has looked through all', () => {
    slow(5);
    const told: (readonly number[] | null)[] = [];
    find(items(), 'heiß', (found) => told.push(found));
    expect(told, 'it was not finished at once').toEqual([null]);
    vi.advanceTimersToNextTimer();
    expect(told).toEqual([null]);
    vi.runAllTimers();
    expect(told).toEqual([null, even]);
  });

  it('is quick once the texts were looked through', () => {
    slow(5);
    const all = items();
    expect(placesOf(all, 'heiß')).toEqual(even);
    const told: (readonly number[] | null)[] = [];
    find(all, 'heißa', (found) => told.push(found));
    expect(told).toEqual([even]);
  });

  it('goes on no longer when something else is searched for', () => {
    slow(5);
    const told: (readonly number[] | null)[] = [];
    const stop = find(items(), 'heiß', (found) => told.push(found));
    stop();
    vi.runAllTimers();
    expect(told).toEqual([null]);
  });
});
