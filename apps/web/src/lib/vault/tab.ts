import type { Bytes } from './vault.ts';

/** In sessionStorage: the key of this tab’s vault, in hex. It stays with the tab and goes with it. */
const ITEM = 'porchlight';

/** In sessionStorage: which session of the host’s desk this tab shows. */
const OPEN = 'porchlight open';

/** Whether this tab has something in its vault. */
export const tabHasVault = (): boolean => read(ITEM) !== null;

/** Which session was open here. */
export const openInTab = (): string | null => read(OPEN);

/** Has the tab show it again when it is loaded again. */
export function rememberOpen(key: string | null): void {
  try {
    if (key === null) sessionStorage.removeItem(OPEN);
    else sessionStorage.setItem(OPEN, key);
  } catch {
    // Storage is switched off: then nothing is there after a reload anyway.
  }
}

/** The key of this tab’s vault, or a new one where there is none yet. Throws where storage is switched off. */
export const tabKey = (): Bytes =>
  fromHex(sessionStorage.getItem(ITEM) ?? '') ?? crypto.getRandomValues(new Uint8Array(32));

/** This tab has something in its vault. */
export const rememberTabKey = (key: Bytes): void => {
  sessionStorage.setItem(ITEM, toHex(key));
};

/** This tab has nothing in its vault any more, or what it has is another tab’s. */
export const forgetTabKey = (): void => {
  sessionStorage.removeItem(ITEM);
};

export const toHex = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

function fromHex(text: string): Bytes | null {
  if (!/^[0-9a-f]{64}$/.test(text)) return null;
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

function read(item: string): string | null {
  try {
    return sessionStorage.getItem(item);
  } catch {
    return null; // Storage is switched off.
  }
}
