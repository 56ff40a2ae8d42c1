import { DESK } from './exists.ts';
import { hold } from './hold.ts';
import { inTime } from './in-time.ts';
import { deleteIfPast, openIndexedVault } from './indexed.ts';
import { forgetEndsBut, withEnds } from './over.ts';
import { forgetTabKey, rememberTabKey, tabKey, toHex } from './tab.ts';
import type { Bytes, Vault } from './vault.ts';

const TAB = 'porchlight tab ';
/** So long may it take to read everything, in ms. */
const LOAD_MS = 5_000;

/** A vault and the right to it, which only one tab of this browser has. */
export interface Cabinet {
  readonly vault: Vault;
  /** Resolves when another tab takes it over; the vault is closed then. */
  readonly lost: Promise<void>;
}

/** `elsewhere`: another tab of this browser has it. `none`: this browser keeps nothing. */
export type Opening = { ok: true; cabinet: Cabinet } | { ok: false; problem: 'elsewhere' | 'none' };

/** The vault of the host’s desk, the same for all tabs of this browser. */
export function openDesk(how: 'ask' | 'take'): Promise<Opening> {
  void sweep('').catch(() => undefined);
  return open(DESK, how, () => openIndexedVault(DESK, 'browser'));
}

/** The vault of this tab. It can be read only as long as the tab is open; a tab that was duplicated begins anew. */
export async function openTab(): Promise<Opening> {
  try {
    const key = tabKey();
    const name = TAB + toHex(new Uint8Array(await crypto.subtle.digest('SHA-256', key)).subarray(0, 16));
    const opening = await open(name, 'ask', () => withItsKey(openIndexedVault(name, key), key));
    void sweep(name).catch(() => undefined);
    return opening;
  } catch {
    return { ok: false, problem: 'none' };
  }
}

async function open(name: string, how: 'ask' | 'take', make: () => Vault): Promise<Opening> {
  try {
    const held = await hold(name, how);
    if (held === null) return { ok: false, problem: 'elsewhere' };
    const vault = withLimit(withEnds(name, make()));
    const lost = held.lost.then(() => {
      vault.close();
      held.release();
    });
    return { ok: true, cabinet: { vault, lost } };
  } catch {
    return { ok: false, problem: 'none' };
  }
}

/** What is kept is not waited for longer than that. */
const withLimit = (vault: Vault): Vault => ({ ...vault, load: () => inTime(vault.load(), LOAD_MS) });

/** A tab’s vault whose key is there as long as something is kept, and no longer. */
function withItsKey(vault: Vault, key: Bytes): Vault {
  const kept = new Set<string>();
  const without = (id: string | null): void => {
    if (id !== null) kept.delete(id);
    if (kept.size === 0) forgetTabKey();
  };
  return {
    ...vault,
    async load() {
      const found = await vault.load();
      for (const { id } of found) kept.add(id);
      without(null);
      return found;
    },
    async keep(id, change) {
      const isNew = !kept.has(id);
      kept.add(id);
      await vault.keep(id, change);
      if (isNew && kept.has(id)) rememberTabKey(key);
    },
    forget(id) {
      without(id);
      return vault.forget(id);
    },
  };
}

/** Deletes what closed tabs left behind and cannot be of use to anyone. */
async function sweep(own: string): Promise<void> {
  const databases = await indexedDB.databases();
  forgetEndsBut([...databases.map(({ name = '' }) => name), own]);
  for (const { name = '' } of databases) {
    if (!name.startsWith(TAB) || name === own) continue;
    await navigator.locks.request(name, { ifAvailable: true }, (lock) =>
      lock === null ? undefined : deleteIfPast(name, Date.now()),
    );
  }
}
