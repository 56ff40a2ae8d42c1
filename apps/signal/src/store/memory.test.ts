import { expect, it } from 'vitest';

import type { Invite } from '../invites.ts';
import { createMemoryStore } from './memory.ts';

const open = (id: string, expiresAt = 1_000, opener = 'somewhere'): Invite => ({
  state: 'open',
  id,
  claimHash: '',
  hostHash: '',
  host: { here: false, since: 0 },
  expiresAt,
  opener,
  reservedAt: [],
});
const ended = (id: string, forgetAt = 2_000): Invite => ({ state: 'ended', id, why: 'ended', used: false, forgetAt });

function storing(inAll = 2, maxTombstones = 2, perAddress = inAll) {
  const store = createMemoryStore({ live: { inAll, perAddress }, maxTombstones });
  return {
    store,
    put: (invite: Invite) =>
      store.update(invite.id, () => ({ invite }), invite.state === 'ended' ? undefined : invite.opener),
    drop: (id: string) => store.update(id, () => ({ invite: undefined })),
    get: async (id: string) => (await store.update(id, (invite) => ({ invite }))).before,
    shortage: async (opener = 'somewhere') =>
      (await store.update('?', (invite, shortage) => ({ invite, shortage }), opener)).step.shortage,
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

const hosted = (id: string, opener?: string): Invite =>
  ({ ...open(id, 1_000, opener), host: { here: true, socket: 's' } }) as Invite;

it('makes room in the place of the oldest open invite whose host is away, and only for another invite', async () => {
  const { put, get, shortage } = storing(2);
  await put(hosted('a'));
  await put(open('b'));
  expect(await shortage('elsewhere')).toBeUndefined();
  expect(await get('b')).toEqual(open('b'));
  await put(hosted('c', 'elsewhere'));
  expect(await get('b')).toBeUndefined();
  expect(await get('a')).toEqual(hosted('a'));
  expect(await shortage('a third place')).toBe('full');
});

it('says that it is full of live invites, and makes room when one ends', async () => {
  const { put, shortage } = storing(2);
  await put(hosted('a'));
  expect(await shortage('elsewhere')).toBeUndefined();
  await put(hosted('b'));
  expect(await shortage('elsewhere')).toBe('full');
  await put(ended('a'));
  expect(await shortage('elsewhere')).toBeUndefined();
});

it('says that one address has its share, and makes room when one of its invites ends', async () => {
  const { put, shortage } = storing(10, 10, 2);
  await put(hosted('a', 'school'));
  await put(hosted('b', 'school'));
  expect(await shortage('school')).toBe('crowded');
  expect(await shortage('elsewhere')).toBeUndefined();
  await put(ended('a'));
  expect(await shortage('school')).toBeUndefined();
});

it('never makes room for an address in the place of an invite, which may be a neighbour’s', async () => {
  const { put, get, shortage } = storing(10, 10, 2);
  await put(open('a', 1_000, 'school'));
  await put(open('b', 1_000, 'school'));
  expect(await shortage('school')).toBe('crowded');
  expect([await get('a'), await get('b')]).toEqual([open('a', 1_000, 'school'), open('b', 1_000, 'school')]);
});

it('makes no room for an address that has its share, even where all is full', async () => {
  const { put, get, shortage } = storing(2, 2, 2);
  await put(open('a', 1_000, 'school'));
  await put(open('b', 1_000, 'school'));
  expect(await shortage('school')).toBe('crowded');
  expect(await shortage('elsewhere')).toBeUndefined();
  await put(hosted('c', 'elsewhere'));
  expect([await get('a'), await get('b')]).toEqual([undefined, open('b', 1_000, 'school')]);
});

it('counts an invite once, however often it changes', async () => {
  const { put, shortage } = storing(10, 10, 2);
  for (let i = 0; i < 5; i++) await put(hosted('a', 'school'));
  expect(await shortage('school')).toBeUndefined();
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
