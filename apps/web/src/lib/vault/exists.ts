/** The vault of the host’s desk, the same for all tabs of this browser. */
export const DESK = 'porchlight desk';

/** Whether there is a vault of this name. */
export async function exists(name: string): Promise<boolean> {
  return (await indexedDB.databases()).some((database) => database.name === name);
}

/** Whether this browser kept a host’s desk; no where it keeps nothing. */
export const hasDesk = (): Promise<boolean> => exists(DESK).catch(() => false);
