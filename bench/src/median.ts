/** The middle value (the mean of the two middle ones for an even count). Throws RangeError when there is none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.floor((sorted.length - 1) / 2)];
  if (upper === undefined || lower === undefined) throw new RangeError('no values to take a median of');
  return (lower + upper) / 2;
}

/** Smallest and largest value, for showing how far runs lie apart. Throws RangeError when there is none. */
export function range(values: readonly number[]): { min: number; max: number } {
  if (values.length === 0) throw new RangeError('no values to take a range of');
  return { min: Math.min(...values), max: Math.max(...values) };
}
