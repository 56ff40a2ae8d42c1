import type { Vault } from './vault.ts';

/** In localStorage, for the moment that it takes to delete them: which sessions of which vaults are over, one a line. */
const ITEM = 'porchlight over';

/**
 * A vault that never gives back what was forgotten. Deleting takes a moment in which the page may vanish, so it is noted
 * first, at once.
 */
export function withEnds(name: string, vault: Vault): Vault {
  const noteOf = (id: string): string => `${name}/${id}`;

  async function forget(id: string): Promise<void> {
    const end = noteOf(id);
    note((over) => [...over.filter((other) => other !== end), end]);
    await vault.forget(id);
    note((over) => over.filter((other) => other !== end));
  }

  return {
    ...vault,
    async load() {
      const over = noted();
      const kept = await vault.load();
      const isOver = (id: string): boolean => over.includes(noteOf(id));
      for (const { id } of kept) if (isOver(id)) void forget(id).catch(() => undefined);
      return kept.filter(({ id }) => !isOver(id));
    },
    forget,
  };
}

/** Notes of vaults that are gone are of no use any more. */
export function forgetEndsBut(names: readonly string[]): void {
  note((over) => over.filter((end) => names.some((name) => end.startsWith(`${name}/`))));
}

function noted(): string[] {
  try {
    return (localStorage.getItem(ITEM) ?? '').split('\n').filter((end) => end !== '');
  } catch {
    return []; // Storage is switched off.
  }
}

function note(change: (over: string[]) => string[]): void {
  try {
    const over = change(noted());
    if (over.length === 0) localStorage.removeItem(ITEM);
    else localStorage.setItem(ITEM, over.join('\n'));
  } catch {
    // Storage is switched off.
  }
}
