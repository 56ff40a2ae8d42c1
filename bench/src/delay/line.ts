/** Things on their way: each happens `delayMs` after it was sent, in the order of sending. */
export interface DelayLine {
  send(arrive: () => void): void;
  /** Drops what is still on its way. */
  cut(): void;
}

/** A path of one direction. Node fires timers of one duration in the order they were set, so nothing overtakes. */
export function createDelayLine(delayMs: number): DelayLine {
  const underway = new Set<NodeJS.Timeout>();
  return {
    send(arrive) {
      const timer = setTimeout(() => {
        underway.delete(timer);
        arrive();
      }, delayMs);
      underway.add(timer);
    },
    cut() {
      for (const timer of underway) clearTimeout(timer);
      underway.clear();
    },
  };
}
