/** How long a page waits for one that is just being closed, as in a reload, in ms. */
const PATIENCE_MS = 2000;
/** So many times it does, where nobody has the name and the machine is merely slow. */
const TIMES = 5;

/** What one tab has and no other tab of this browser. */
export interface Hold {
  /** Resolves when another tab takes it over. */
  readonly lost: Promise<void>;
  release(): void;
}

/**
 * Holds a name among the tabs of this browser (Web Locks), for as long as the page lives. Null when another tab has it.
 * `take` asks that tab for it, and takes it where no answer comes. Throws where nobody has it, and it is not granted.
 */
export async function hold(name: string, how: 'ask' | 'take'): Promise<Hold | null> {
  if (how === 'take') askFor(name);
  for (let time = 0; time < TIMES; time += 1) {
    const held = await request(name, { signal: AbortSignal.timeout(PATIENCE_MS) });
    if (held !== null) return held;
    if (how === 'take') return request(name, { steal: true });
    if (await isHeld(name)) return null;
  }
  // Nobody is robbed.
  const held = await request(name, { steal: true });
  if (held === null) throw new Error('not granted in time');
  return held;
}

async function isHeld(name: string): Promise<boolean> {
  const { held = [] } = await navigator.locks.query();
  return held.some((lock) => lock.name === name);
}

function askFor(name: string): void {
  const channel = new BroadcastChannel(name);
  channel.postMessage(null);
  channel.close();
}

function request(name: string, options: LockOptions): Promise<Hold | null> {
  return new Promise((resolve) => {
    const [over, lost] = [signal(), signal()];
    const others = new BroadcastChannel(name);
    navigator.locks
      .request(name, options, () => {
        others.onmessage = () => {
          lost.fire();
        };
        resolve({
          lost: lost.fired,
          release: () => {
            over.fire();
          },
        });
        return over.fired;
      })
      // Not granted in time, or taken away.
      .catch(() => {
        lost.fire();
        resolve(null);
      })
      .finally(() => {
        others.close();
      });
  });
}

/** Something that happens once. */
function signal(): { fired: Promise<void>; fire: () => void } {
  let fire = (): void => undefined;
  const fired = new Promise<void>((resolve) => {
    fire = resolve;
  });
  return { fired, fire };
}
