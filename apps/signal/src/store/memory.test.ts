import { expect, it } from 'vitest';

import type { Invite } from '../invites.ts';
import { createMemoryStore } from './memory.ts';

const open = (id: string, expiresAt = 1_000): Invite => ({
  state: 'open',
  id,
  claimHash: '',
  hostHash: '',
  host: { here: false, since: 0 },
  expiresAt,
  reservedAt: [],
});
const ended = (id: string, forgetAt = 2_000): Invite => ({ state: 'ended', id, why: 'ended', used: false, forgetAt });

function storing(maxLive = 2, maxTombstones = 2) {
  const store = createMemoryStore({ maxLive, maxTombstones });
  return {
    store,
    put: (invite: Invite) => store.update(invite.id, () => ({ invite })),
    drop: (id: string) => store.update(id, () => ({ invite: undefined })),
    get: async (id: string) => (await store.update(id, (invite) => ({ invite }))).before,
    isFull: async () => (await store.update('?', (invite, full) => ({ invite, full }))).step.full,
  };
}

it('keeps, gives back and forgets', async () => {
  const { put, get, drop } = storing();
  expect(await get('a')).toBeUndefined();
  await put(open('a'));
  expect(await get('a')).toEqual(open('a'));
  await put(ended('a'));
  expect(await get('a')).toEqual(ended('a'));
  await drop('a');
  expect(await get('a')).toBeUndefined();
});

it('lets each of many simultaneous changes see the one before', async () => {
  const { store, put, get } = storing();
  await put(open('a', 0));
  await Promise.all(
    Array.from({ length: 50 }, () =>
      store.update('a', (invite) => ({ invite: open('a', invite?.state === 'open' ? invite.expiresAt + 1 : -1) })),
    ),
  );
  expect(await get('a')).toEqual(open('a', 50));
});

const hosted = (id: string): Invite => ({ ...open(id), host: { here: true, socket: 's' } }) as Invite;

it('makes room in the place of the oldest open invite whose host is away, and only for another invite', async () => {
  const { put, get, isFull } = storing(2);
  await put(hosted('a'));
  await put(open('b'));
  expect(await isFull()).toBe(false);
  expect(await get('b')).toEqual(open('b'));
  await put(hosted('c'));
  expect(await get('b')).toBeUndefined();
  expect(await get('a')).toEqual(hosted('a'));
  expect(await isFull()).toBe(true);
});

it('says that it is full of live invites, and makes room when one ends', async () => {
  const { put, isFull } = storing(2);
  await put(hosted('a'));
  expect(await isFull()).toBe(false);
  await put(hosted('b'));
  expect(await isFull()).toBe(true);
  await put(ended('a'));
  expect(await isFull()).toBe(false);
});

it('drops the oldest tombstone when there are too many', async () => {
  const { put, get } = storing(2, 2);
  for (const id of ['a', 'b', 'c']) await put(ended(id));
  expect([await get('a'), await get('b'), await get('c')]).toEqual([undefined, ended('b'), ended('c')]);
});

it('finds what the clock changes, live or ended', async () => {
  const { store, put } = storing();
  await put(open('soon', 10));
  await put(open('later', 11));
  await put(ended('old', 10));
  expect(await store.due(9)).toEqual([]);
  expect(await store.due(10)).toEqual(['soon', 'old']);
});
