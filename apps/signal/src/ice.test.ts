import { createHmac } from 'node:crypto';

import { requests } from '@porchlight/protocol';
import { expect, it } from 'vitest';
import { safeParse } from 'valibot';

import { announce, iceServersAt, type Ice } from './ice.ts';

const NOW = 1_700_000_000_999;
const stun: Ice = { stunUrls: ['stun:stun.example.org'], turn: undefined, hideAddress: false };
const turn: Ice = {
  stunUrls: ['stun:stun.example.org'],
  turn: { urls: ['turn:turn.example.org?transport=udp', 'turns:turn.example.org:443?transport=tcp'], secret: 'north' },
  hideAddress: true,
};

it('announces what there is', () => {
  expect(announce({ ...stun, stunUrls: [] })).toEqual({ ice: 'none', hideAddress: false });
  expect(announce(stun)).toEqual({ ice: 'stun', hideAddress: false });
  expect(announce(turn)).toEqual({ ice: 'turn', hideAddress: true });
});

it('names STUN servers without credentials', () => {
  expect(iceServersAt(stun, NOW)).toEqual({ iceServers: [{ urls: 'stun:stun.example.org' }], validMs: 3_600_000 });
});

it('names TURN servers with a credential for an hour that coturn can check', () => {
  const { iceServers } = iceServersAt(turn, NOW);
  expect(iceServers.map(({ urls }) => urls)).toEqual([...turn.stunUrls, ...(turn.turn?.urls ?? [])]);
  for (const server of iceServers.slice(1)) {
    if (!('username' in server)) throw new Error('no credential');
    expect(server.username).toMatch(/^1700003600:[\w-]{16}$/);
    expect(server.credential).toBe(createHmac('sha1', 'north').update(server.username).digest('base64'));
  }
});

it('gives every asker a user name of its own', () => {
  const [one, other] = [iceServersAt(turn, NOW), iceServersAt(turn, NOW)];
  expect(one.iceServers[1]).not.toEqual(other.iceServers[1]);
});

it('makes credentials that end as soon as it is told', () => {
  const { iceServers, validMs } = iceServersAt(turn, NOW, 60_000);
  expect(validMs).toBe(60_000);
  expect(iceServers[1]).toMatchObject({ username: expect.stringMatching(/^1700000060:/) as unknown });
});

it('is what the protocol says', () => {
  for (const ice of [stun, turn]) expect(safeParse(requests.ice.output, iceServersAt(ice, NOW)).success).toBe(true);
  expect(safeParse(requests.doctor.output, iceServersAt(turn, NOW, 60_000)).success).toBe(true);
  expect(safeParse(requests.doctor.output, iceServersAt(turn, NOW)).success).toBe(false);
});
