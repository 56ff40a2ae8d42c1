import { VaultClosed, type Bytes, type Vault } from './vault.ts';

interface Record {
  core: Bytes;
  messages: Map<number, Bytes>;
}

/** A vault in memory, for tests: what `keep` has resolved for is there for the next page, and nothing else. */
export function createMemoryVault(turns = 20) {
  const records = new Map<string, Record>();
  const shelf = {
    records,
    /** Writes that take place from now on fail, as on a full disk. */
    broken: false,
    /** Writes that take place from now on never end. */
    hangs: false,
    /** The vault as one page has it; with the page's end, what it was still writing is lost. */
    open(): Vault {
      let closed = false;
      let last: Promise<unknown> = Promise.resolve();
      const inOrder = <T>(work: () => T, isWrite = false): Promise<T> => {
        const done = last.then(async () => {
          for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
          if (closed) throw new VaultClosed();
          if (shelf.hangs) return new Promise<never>(() => undefined);
          if (shelf.broken && isWrite) throw new Error('the disk is full');
          return work();
        });
        last = done.catch(() => undefined);
        return done;
      };
      return {
        load: () =>
          inOrder(() =>
            [...records].map(([id, { core, messages }]) => ({
              id,
              core: core.slice(),
              messages: [...messages].sort(([one], [other]) => one - other).map(([, message]) => message.slice()),
            })),
          ),
        keep: (id, { core, messages }) =>
          inOrder(() => {
            const known = records.get(id)?.messages ?? new Map<number, Bytes>();
            records.set(id, { core: core.slice(), messages: new Map([...known, ...messages]) });
          }, true),
        forget: (id) =>
          inOrder(() => {
            records.delete(id);
          }),
        close() {
          closed = true;
        },
      };
    },
  };
  return shelf;
}
