import { expect, it } from 'vitest';

import { headingFor, isExaminable, reasons, sentenceFor, type Reason } from './reasons.ts';

it('says to a host that there is no invite and to a guest that there is no connection, when the server takes no more', () => {
  for (const reason of ['full', 'crowded', 'slow-down'] as const) {
    expect(headingFor(reason, 'host')).toBe('No new invite right now');
    expect(headingFor(reason, 'guest')).toBe('Could not connect');
  }
  expect(headingFor('could-not-connect', 'host')).toBe('Could not connect');
});

it('names the hidden address first to who found no way because of it, and to nobody else', () => {
  expect(sentenceFor('could-not-connect', true)).toMatch(/^You hide your address/);
  expect(sentenceFor('could-not-connect', false)).toBe(reasons['could-not-connect'].sentence);
  expect(sentenceFor('left', true)).toBe(reasons.left.sentence);
});

it('offers an examination where the way between the browsers may be at fault, and nowhere else', () => {
  const offered = (Object.keys(reasons) as Reason[]).filter(isExaminable);
  expect(offered.sort()).toEqual(['could-not-connect', 'unreachable', 'unsupported']);
});
