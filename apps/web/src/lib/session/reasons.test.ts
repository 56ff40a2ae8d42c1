import { expect, it } from 'vitest';

import { headingFor } from './reasons.ts';

it('says to a host that there is no invite and to a guest that there is no connection, when the server takes no more', () => {
  for (const reason of ['full', 'crowded', 'slow-down'] as const) {
    expect(headingFor(reason, 'host')).toBe('No new invite right now');
    expect(headingFor(reason, 'guest')).toBe('Could not connect');
  }
  expect(headingFor('could-not-connect', 'host')).toBe('Could not connect');
});
