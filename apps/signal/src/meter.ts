/** A burst that may be spent at once, refilled at a steady rate. */
export interface Allowance {
  burst: number;
  perSecond: number;
}

/**
 * Meters one socket's requests. The returned function spends one and says how many milliseconds too early it came
 * (0: welcome). `now` gives ms; a clock that steps back refills nothing.
 */
export function createMeter({ burst, perSecond }: Allowance, now: () => number): () => number {
  // The allowance is counted in the milliseconds it takes to earn it, so that no fraction is ever rounded.
  const costMs = 1000 / perSecond;
  let leftMs = burst * costMs;
  let filledAt = now();
  return () => {
    const at = now();
    leftMs = Math.min(burst * costMs, leftMs + Math.max(0, at - filledAt));
    filledAt = at;
    if (leftMs < costMs) return Math.ceil(costMs - leftMs);
    leftMs -= costMs;
    return 0;
  };
}
