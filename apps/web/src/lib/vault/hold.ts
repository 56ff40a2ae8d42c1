/** How long a page waits for one that is just being closed, as in a reload, in ms. */
const PATIENCE_MS = 2000;

/** What one tab has and no other tab of this browser. */
export interface Hold {
  /** Resolves when another tab takes it over. */
  readonly lost: Promise<unknown>;
  release(): void;
}

/**
 * Holds a name among the tabs of this browser (Web Locks), for as long as the page lives. Null when another tab has it.
 * `take` asks that tab for it, and takes it where no answer comes.
 */
export async function hold(name: string, how: 'ask' | 'take'): Promise<Hold | null> {
  if (how === 'take') askFor(name);
  const held = await request(name, { signal: AbortSignal.timeout(PATIENCE_MS) });
  return held ?? (how === 'take' ? request(name, { steal: true }) : null);
}

function askFor(name: string): void {
  const channel = new BroadcastChannel(name);
  channel.postMessage(null);
  channel.close();
}

function request(name: string, options: LockOptions): Promise<Hold | null> {
  return new Promise((resolve) => {
    const over = Promise.withResolvers<undefined>();
    const lost = Promise.withResolvers<undefined>();
    const others = new BroadcastChannel(name);
    navigator.locks
      .request(name, options, () => {
        others.onmessage = () => {
          lost.resolve(undefined);
        };
        resolve({
          lost: lost.promise,
          release: () => {
            over.resolve(undefined);
          },
        });
        return over.promise;
      })
      // Not granted in time, or taken away.
      .catch(() => {
        lost.resolve(undefined);
        resolve(null);
      })
      .finally(() => {
        others.close();
      });
  });
}
