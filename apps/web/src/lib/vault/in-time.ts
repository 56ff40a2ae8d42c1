/** Calls once after so many ms; returns the way to cancel. */
interface Timer {
  after(ms: number, then: () => void): () => void;
}

/** The browser's own. */
export const browserTimer: Timer = {
  after(ms, then) {
    const timer = setTimeout(then, ms);
    return () => {
      clearTimeout(timer);
    };
  },
};

/** A page that stands still gives a disk no time, so of each stretch only so much counts, in ms. */
const STEP_MS = 500;

/**
 * What a disk answers. Rejects when none has come within `ms` in which the page was awake: one that does not answer must
 * not hold up anything else.
 */
export async function inTime<T>(answer: Promise<T>, ms: number, timer = browserTimer): Promise<T> {
  let cancel = (): void => undefined;
  const late = new Promise<never>((_, reject) => {
    const wait = (leftMs: number): void => {
      if (leftMs <= 0) reject(new Error('no answer in time'));
      else {
        cancel = timer.after(STEP_MS, () => {
          wait(leftMs - STEP_MS);
        });
      }
    };
    wait(ms);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    cancel();
  }
}
