import { deleteDB, openDB, type DBSchema, type IDBPDatabase } from 'idb';

import { exists } from './exists.ts';
import { VaultClosed, type Bytes, type Change, type Kept, type Vault } from './vault.ts';

interface Sealed {
  nonce: Bytes;
  box: ArrayBuffer;
}

interface Schema extends DBSchema {
  keys: { key: string; value: CryptoKey };
  sessions: { key: string; value: Sealed & { until: number } };
  messages: { key: [session: string, place: number]; value: Sealed };
}
type Database = IDBPDatabase<Schema>;

interface Opened {
  database: Database;
  key: CryptoKey;
}

/** What the sealing key is called in the database. */
const KEY = 'key';
const ALGORITHM = { name: 'AES-GCM', length: 256 } as const;
/** NIST SP 800-38D 8.2.2: random, 96 bits. Far fewer than 2³² records are ever sealed with one key. */
const NONCE_BYTES = 12;

/**
 * Where the key is. A browser's key stays in the database and never leaves it as bytes; a tab's is handed in, and what was
 * sealed with it cannot be read once the tab is closed.
 */
export type VaultKey = 'browser' | Bytes;

/** A vault in IndexedDB, every record sealed. Nothing is made before the first `keep`. One page at a time may have it. */
export function openIndexedVault(name: string, vaultKey: VaultKey): Vault {
  let opened: Promise<Opened> | null = null;
  let closed = false;
  let last: Promise<unknown> = Promise.resolve();

  /** One thing after the other: a database that is being deleted must not be written to. */
  function inOrder<T>(work: () => Promise<T>): Promise<T> {
    const done = last.then(() => (closed ? Promise.reject(new VaultClosed()) : twice(work)));
    last = done.catch(() => undefined);
    return done;
  }

  async function open(): Promise<Opened> {
    const database = await openDatabase(name, () => {
      opened = null;
    });
    return { database, key: vaultKey === 'browser' ? await browsersKey(database) : await importKey(vaultKey) };
  }
  const ready = (): Promise<Opened> => (opened ??= open());

  /** Some browsers cut the database of a page that sleeps, and say so only when it is used. */
  async function twice<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (closed) throw error;
      disconnect();
      return work();
    }
  }

  function disconnect(): void {
    opened?.then(
      ({ database }) => {
        database.close();
      },
      () => undefined,
    );
    opened = null;
  }

  async function keep(id: string, { until, core, messages }: Change): Promise<void> {
    const { database, key } = await ready();
    // A transaction does not wait for WebCrypto, so everything is sealed before it begins.
    const sealedCore = await seal(key, nameOf(id), core);
    const sealed = await Promise.all(
      [...messages].map(async ([place, message]) => ({ place, record: await seal(key, nameOf(id, place), message) })),
    );
    if (closed) throw new VaultClosed();
    const transaction = database.transaction(['sessions', 'messages'], 'readwrite');
    void transaction.objectStore('sessions').put({ ...sealedCore, until }, id);
    for (const { place, record } of sealed) void transaction.objectStore('messages').put(record, [id, place]);
    // From here on it is written though the page goes.
    transaction.commit();
    await transaction.done;
  }

  async function load(): Promise<Kept[]> {
    if (!(await exists(name))) return [];
    const { database, key } = await ready();
    const found: Kept[] = [];
    for (const id of await database.getAllKeys('sessions')) {
      const record = await database.get('sessions', id);
      const core = record === undefined ? null : await unseal(key, nameOf(id), record);
      const sealed = await database.getAll('messages', messagesOf(id));
      const messages = await Promise.all(sealed.map((message, place) => unseal(key, nameOf(id, place), message)));
      if (core === null || messages.includes(null)) await remove(database, id);
      else found.push({ id, core, messages: messages.filter((message) => message !== null) });
    }
    if (found.length === 0) await destroy(database);
    return found;
  }

  async function forget(id: string): Promise<void> {
    if (opened === null && !(await exists(name))) return;
    const { database } = await ready();
    await remove(database, id);
    if ((await database.count('sessions')) === 0) await destroy(database);
  }

  async function destroy(database: Database): Promise<void> {
    if (closed) throw new VaultClosed();
    opened = null;
    database.close();
    await deleteDB(name);
  }

  return {
    load: () => inOrder(load),
    keep: (id, change) => inOrder(() => keep(id, change)),
    forget: (id) => inOrder(() => forget(id)),
    close() {
      closed = true;
      disconnect();
    },
  };
}

/** Deletes the vault of this name if nothing in it is of use any more. For those whose tab is gone. */
export async function deleteIfPast(name: string, now: number): Promise<void> {
  const database = await openDatabase(name);
  const sessions = await database.getAll('sessions');
  database.close();
  if (sessions.every(({ until }) => until < now)) await deleteDB(name);
}

/** `gone`: the browser has closed it, as some do with pages that sleep. */
const openDatabase = (name: string, gone: () => void = () => undefined): Promise<Database> =>
  openDB<Schema>(name, 1, {
    upgrade(fresh) {
      fresh.createObjectStore('keys');
      fresh.createObjectStore('sessions');
      fresh.createObjectStore('messages');
    },
    terminated: gone,
    // Another page deletes it, and has the right to.
    blocking(_current, _wanted, event) {
      (event.target as IDBDatabase).close();
    },
  });

async function remove(database: Database, id: string): Promise<void> {
  const transaction = database.transaction(['sessions', 'messages'], 'readwrite');
  void transaction.objectStore('sessions').delete(id);
  void transaction.objectStore('messages').delete(messagesOf(id));
  await transaction.done;
}

const messagesOf = (id: string): IDBKeyRange => IDBKeyRange.bound([id, 0], [id, Infinity]);

/** Made once, and never to be had as bytes. */
async function browsersKey(database: Database): Promise<CryptoKey> {
  const known = await database.get('keys', KEY);
  if (known !== undefined) return known;
  const made = await crypto.subtle.generateKey(ALGORITHM, false, ['encrypt', 'decrypt']);
  await database.put('keys', made, KEY);
  return made;
}

const importKey = (bytes: Bytes): Promise<CryptoKey> =>
  crypto.subtle.importKey('raw', bytes, ALGORITHM, false, ['encrypt', 'decrypt']);

async function seal(key: CryptoKey, name: string, plain: Bytes): Promise<Sealed> {
  const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
  return { nonce, box: await crypto.subtle.encrypt(parameters(nonce, name), key, plain) };
}

async function unseal(key: CryptoKey, name: string, { nonce, box }: Sealed): Promise<Bytes | null> {
  try {
    return new Uint8Array(await crypto.subtle.decrypt(parameters(nonce, name), key, box));
  } catch {
    return null;
  }
}

/** A record opens only in its own place. */
const nameOf = (id: string, place?: number): string => (place === undefined ? id : `${id} ${place}`);

const parameters = (iv: Bytes, name: string): AesGcmParams => ({
  name: ALGORITHM.name,
  iv,
  additionalData: new TextEncoder().encode(name),
});
