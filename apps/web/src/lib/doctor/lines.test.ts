import { expect, it } from 'vitest';

import { checks, eachCheck } from './checks.ts';
import { linesOf } from './lines.ts';

const noRelay = { 'turn-udp': 'absent', 'turn-tcp': 'absent', 'turn-tls': 'absent' } as const;

it('shows every check in its order, as it stands', () => {
  const lines = linesOf({ ...eachCheck('waiting'), secure: 'good' });
  expect(lines.map(({ about }) => about)).toEqual(checks);
  expect(lines.map(({ state }) => state)).toEqual(checks.map((check) => (check === 'secure' ? 'good' : 'waiting')));
});

it('says in one line that the server has no relay', () => {
  const lines = linesOf({ ...eachCheck('good'), ...noRelay });
  expect(lines.map(({ about }) => about).slice(4)).toEqual(['stun', 'relays', 'storage']);
  expect(lines[5]).toEqual({ about: 'relays', state: 'absent' });
});

it('shows each relay by itself as soon as there is one', () => {
  expect(linesOf({ ...eachCheck('good'), ...noRelay, 'turn-tcp': 'bad' }).map(({ about }) => about)).toEqual(checks);
});
