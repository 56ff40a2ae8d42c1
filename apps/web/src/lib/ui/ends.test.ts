import { expect, it } from 'vitest';

import { m } from '#lib/words/words.svelte.ts';

import { ends, headingFor, sentenceFor } from './ends.ts';

it('says to a host that there is no invite and to a guest that there is no connection, when the server takes no more', () => {
  for (const reason of ['full', 'crowded', 'slow-down'] as const) {
    expect(headingFor(m(), reason, 'host')).toBe('No new invite right now');
    expect(headingFor(m(), reason, 'guest')).toBe('Could not connect');
  }
  expect(headingFor(m(), 'could-not-connect', 'host')).toBe('Could not connect');
});

it('names the hidden address first to who found no way because of it, and to nobody else', () => {
  expect(sentenceFor(m(), 'could-not-connect', true)).toMatch(/^You hide your address/);
  expect(sentenceFor(m(), 'could-not-connect', false)).toMatch(/^The two browsers found no way/);
  expect(sentenceFor(m(), 'left', true)).toBe(sentenceFor(m(), 'left', false));
});

it('says something else of every end', () => {
  const sentences = Object.values(ends).map(({ sentence }) => sentence);
  expect(new Set(sentences).size).toBe(sentences.length);
});
