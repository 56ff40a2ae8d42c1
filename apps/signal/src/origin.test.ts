import { expect, it } from 'vitest';

import { isOriginAllowed } from './origin.ts';

it.each([
  ['http://localhost:3000', 'localhost:3000'],
  ['https://chat.example', 'chat.example'],
  ['https://chat.example', 'Chat.Example'],
  ['http://[::1]:3000', '[::1]:3000'],
  ['https://listed.example', 'chat.example'],
])('takes the origin %s on host %s', (origin, host) => {
  expect(isOriginAllowed({ origin, host }, ['https://listed.example'])).toBe(true);
});

it.each([
  [undefined, 'chat.example'],
  ['null', 'chat.example'],
  ['', 'chat.example'],
  ['https://evil.example', 'chat.example'],
  ['https://chat.example.evil.example', 'chat.example'],
  ['https://chat.example:8443', 'chat.example'],
  ['https://chat.example/', 'chat.example'],
  ['https://evil@chat.example', 'chat.example'],
  ['https://chat.example', undefined],
  ['http://listed.example', 'chat.example'],
  ['file://', ''],
])('refuses the origin %s on host %s', (origin, host) => {
  const headers = { ...(origin === undefined ? {} : { origin }), ...(host === undefined ? {} : { host }) };
  expect(isOriginAllowed(headers, ['https://listed.example'])).toBe(false);
});
