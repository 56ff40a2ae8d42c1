import type { IceServer } from '@porchlight/protocol';
import { expect, it } from 'vitest';

import { checks, eachCheck, type Check, type Finding } from './checks.ts';
import { examine, kindOf, type Probes } from './examine.ts';

const credential = { username: '1700000060:abc', credential: 'Zm9v' };
const servers: readonly IceServer[] = [
  { urls: 'stun:stun.example.org' },
  { urls: 'turn:turn.example.org', ...credential },
  { urls: 'turn:turn.example.org?transport=tcp', ...credential },
  { urls: 'turns:turn.example.org:443?transport=tcp', ...credential },
];

/** A world in which everything works, but for what is given. */
function world(differently: Partial<Probes> = {}): Probes {
  return {
    isSecure: () => true,
    hasWebrtc: () => true,
    server: () => Promise.resolve(servers),
    self: () => Promise.resolve(true),
    gathers: () => Promise.resolve(true),
    storage: () => Promise.resolve(true),
    ...differently,
  };
}

const examined = (differently?: Partial<Probes>) => examine(world(differently), () => undefined);

it('finds everything good in a good world', async () => {
  expect(await examined()).toEqual(eachCheck('good'));
});

it('tells one after the other, each as it begins and as it is found', async () => {
  const told: [Check, Finding | null][] = [];
  await examine(world(), (check, finding) => told.push([check, finding]));
  expect(told).toEqual(
    checks.flatMap((check) => [
      [check, null],
      [check, 'good'],
    ]),
  );
});

it('asks each transport of the relay by itself', async () => {
  const asked: [string, string[]][] = [];
  await examined({
    gathers: (type, those) => {
      asked.push([type, those.map(({ urls }) => urls)]);
      return Promise.resolve(true);
    },
  });
  expect(asked).toEqual([
    ['srflx', ['stun:stun.example.org']],
    ['relay', ['turn:turn.example.org']],
    ['relay', ['turn:turn.example.org?transport=tcp']],
    ['relay', ['turns:turn.example.org:443?transport=tcp']],
  ]);
});

it('finds absent what the server does not name', async () => {
  expect(await examined({ server: () => Promise.resolve(servers.slice(0, 2)) })).toEqual({
    ...eachCheck('good'),
    'turn-tcp': 'absent',
    'turn-tls': 'absent',
  });
});

const unasked = { stun: 'untested', 'turn-udp': 'untested', 'turn-tcp': 'untested', 'turn-tls': 'untested' } as const;

it.each([
  ['silent', 'bad'],
  ['turned-away', 'untested'],
  ['unknown', 'good'],
] as const)('asks no servers when it knows none: the server is %s', async (answer, server) => {
  const gathers = () => Promise.reject(new Error('nobody should ask'));
  expect(await examined({ server: () => Promise.resolve(answer), gathers })).toEqual({
    ...eachCheck('good'),
    ...unasked,
    server,
  });
});

it('connects nothing in a browser without WebRTC', async () => {
  const never = () => Promise.reject(new Error('there is no RTCPeerConnection'));
  expect(await examined({ hasWebrtc: () => false, self: never, gathers: never })).toEqual({
    ...eachCheck('good'),
    ...unasked,
    webrtc: 'bad',
    self: 'untested',
  });
});

it('counts what throws as not working, and goes on', async () => {
  const fails = () => Promise.reject(new Error('a surprise'));
  expect(await examined({ self: fails, gathers: fails, storage: fails })).toEqual({
    ...eachCheck('bad'),
    secure: 'good',
    webrtc: 'good',
    server: 'good',
  });
});

it.each([
  ['stun:stun.example.org:3478', 'stun'],
  ['turn:turn.example.org:3478', 'turn-udp'],
  ['turn:turn.example.org:3478?transport=udp', 'turn-udp'],
  ['turn:turn.example.org:3478?transport=tcp', 'turn-tcp'],
  ['turns:turn.example.org:443', 'turn-tls'],
  ['turns:turn.example.org:443?transport=tcp', 'turn-tls'],
] as const)('calls %s %s', (url, kind) => {
  expect(kindOf(url)).toBe(kind);
});
