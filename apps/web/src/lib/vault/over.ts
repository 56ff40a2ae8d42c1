import type { Vault } from './vault.ts';

/** In localStorage, for the moment that it takes to delete them: which sessions are over. */
const ITEM = 'porchlight over';

/**
 * A vault that never gives back what was forgotten. Deleting takes a moment in which the page may vanish, so it is noted
 * first, at once.
 */
export function withEnds(vault: Vault): Vault {
  return {
    ...vault,
    async load() {
      const over = noted();
      const kept = await vault.load();
      for (const { id } of kept) if (over.includes(id)) void forget(id).catch(() => undefined);
      return kept.filter(({ id }) => !over.includes(id));
    },
    forget,
  };

  async function forget(id: string): Promise<void> {
    note((over) => [...over.filter((other) => other !== id), id]);
    await vault.forget(id);
    note((over) => over.filter((other) => other !== id));
  }
}

function noted(): string[] {
  try {
    return (localStorage.getItem(ITEM) ?? '').split('\n').filter((id) => id !== '');
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
