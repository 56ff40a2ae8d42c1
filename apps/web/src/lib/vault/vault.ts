/** Bytes that a browser can encrypt and store. */
export type Bytes = Uint8Array<ArrayBuffer>;

/** One session as it was kept. */
export interface Kept {
  id: string;
  core: Bytes;
  /** In the order in which they were shown. */
  messages: Bytes[];
}

/** What one write changes: all of it, or nothing. */
export interface Change {
  /** After this time, in ms since epoch, it is of no use any more. */
  until: number;
  /** Replaces what was kept. */
  core: Bytes;
  /** Messages that are new or changed, by their places from 0 on. The others stay. */
  messages: ReadonlyMap<number, Bytes>;
}

/** Another page has the vault: nothing is read or written here any more. */
export class VaultClosed extends Error {}

/** What outlives a page, in the order in which it was asked for. */
export interface Vault {
  /** Everything that is kept. What cannot be read any more is deleted, not given. */
  load(): Promise<Kept[]>;
  /** Resolves when a page that comes after this one would find it. */
  keep(id: string, change: Change): Promise<void>;
  /** Deletes a session; with the last one goes everything, the key too. */
  forget(id: string): Promise<void>;
  /** From now on nothing is read or written: another page has it. */
  close(): void;
}
