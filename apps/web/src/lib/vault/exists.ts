/** The vault of the host’s desk, the same for all tabs of this browser. */
export const DESK = 'porchlight desk';

/** Whether there is a vault of this name. */
export async function exists(name: string): Promise<boolean> {
  return (await indexedDB.databases()).some((database) => database.name === name);
}

/** Whether this browser kept a host’s desk; no where it keeps nothing, and yes where it does not say in time. */
export const hasDesk = (): Promise<boolean> =>
  Promise.race([
    exists(DESK).catch(() => false),
    new Promise<boolean>((say) => {
      setTimeout(() => {
        say(true);
      }, ANSWER_MS);
    }),
  ]);

/** So long a page waits to know how it begins, in ms. */
const ANSWER_MS = 1_000;
