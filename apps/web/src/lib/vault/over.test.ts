import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { createMemoryVault } from './memory.ts';
import { forgetEndsBut, withEnds } from './over.ts';

/** Until whatever is on its way has arrived. */
const settle = (): Promise<void> => new Promise((done) => setTimeout(done, 5));

/** A browser's localStorage. */
function createStorage() {
  const items = new Map<string, string>();
  return {
    items,
    getItem: (name: string) => items.get(name) ?? null,
    setItem: (name: string, value: string) => items.set(name, value),
    removeItem: (name: string) => items.delete(name),
  };
}

describe('what was forgotten', () => {
  let storage = createStorage();
  beforeEach(() => {
    storage = createStorage();
    vi.stubGlobal('localStorage', storage);
  });
  afterEach(() => {
    vi.unstubAllGlobals();
  });

  const core = new Uint8Array(1);
  const change = { until: 1, core, messages: new Map<number, Uint8Array<ArrayBuffer>>() };

  it('is not given back though the page went before it was deleted', async () => {
    const disk = createMemoryVault();
    const first = disk.open();
    await withEnds('one', first).keep('guest', change);
    void withEnds('one', first)
      .forget('guest')
      .catch(() => undefined);
    first.close();
    await settle();
    expect(disk.records.size).toBe(1);

    expect(await withEnds('one', disk.open()).load()).toEqual([]);
    await settle();
    expect(disk.records.size).toBe(0);
    expect(storage.items.size).toBe(0);
  });

  it('says nothing of what another vault calls the same', async () => {
    const [one, two] = [createMemoryVault(), createMemoryVault()];
    const gone = one.open();
    await withEnds('two', two.open()).keep('guest', change);
    void withEnds('one', gone)
      .forget('guest')
      .catch(() => undefined);
    gone.close();
    await settle();
    expect(await withEnds('two', two.open()).load()).toHaveLength(1);

    forgetEndsBut(['two']);
    expect(storage.items.size).toBe(0);
  });
});
