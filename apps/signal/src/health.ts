/** Whether a server takes new people: the one word it answers with, and whether that is a yes. */
export type Readiness = 'ready' | 'draining' | 'store-away';

/** Knows whether a server takes new people. */
export interface Health {
  /** Asks the store, unless it answered within the last second: whoever asks how often, the store hears little of it. */
  readiness: () => Promise<Readiness>;
  /** From now on it takes nobody. */
  drain: () => void;
}

/** The health of a server whose store answers `ping`, with a clock in ms that never steps. A store that takes longer than a second is away. */
export function createHealth({ ping, now }: { ping: () => Promise<void>; now: () => number }): Health {
  let draining = false;
  let last: { at: number; answers: Promise<boolean> } | undefined;

  return {
    async readiness() {
      if (draining) return 'draining';
      if (last === undefined || now() - last.at >= ASK_EVERY_MS) {
        last = { at: now(), answers: answersInTime(ping) };
      }
      return (await last.answers) ? 'ready' : 'store-away';
    },

    drain() {
      draining = true;
    },
  };
}

/** Whoever asks for readiness, a balancer or an orchestrator, waits about as long. */
const ANSWER_MS = 1_000;

const ASK_EVERY_MS = 1_000;

async function answersInTime(ping: () => Promise<void>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, ANSWER_MS, false);
  });
  const answers = ping().then(
    () => true,
    () => false,
  );
  const answered = await Promise.race([answers, late]);
  clearTimeout(timer);
  return answered;
}
