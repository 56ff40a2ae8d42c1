import { expect, it } from 'vitest';

import { signalOrigin } from './signal-origin.js';

it.each([
  ['https://signal.example.org', 'wss://signal.example.org'],
  ['https://signal.example.org:8443', 'wss://signal.example.org:8443'],
  ['http://localhost:3000', 'ws://localhost:3000'],
  ['http://127.0.0.1:3000', 'ws://127.0.0.1:3000'],
  ['http://[::1]:3000', 'ws://[::1]:3000'],
])('lets the page of %s connect to %s', (origin, source) => {
  expect(signalOrigin({ SIGNAL_ORIGIN: origin })).toEqual({ origin, source });
});

it('is the server that the page came from, unless something is said', () => {
  expect(signalOrigin({})).toBeUndefined();
  expect(signalOrigin({ SIGNAL_ORIGIN: ' ' })).toBeUndefined();
});

it.each([
  'signal.example.org',
  'https://signal.example.org/',
  'https://signal.example.org/socket.io',
  'https://*.example.org',
  'https://signal.example.org;connect-src',
  "https://signal.example.org; script-src 'unsafe-inline'",
  'https://a.example https://b.example',
  'https://someone@signal.example.org',
  'http://signal.example.org',
  'wss://signal.example.org',
  'https:',
])('refuses %s', (origin) => {
  expect(() => signalOrigin({ SIGNAL_ORIGIN: origin })).toThrow('SIGNAL_ORIGIN must be an origin');
});
