/** Numbers that look random and come again with the same seed. */
export interface Random {
  /** From 0 up to, but not including, 1. */
  next: () => number;
  /** A whole number from `least` to `most`. */
  whole: (least: number, most: number) => number;
  /** One of these. Throws where there is none. */
  oneOf: <T>(all: readonly T[]) => T;
}

/** `seed`: a whole number below 2³². mulberry32 (Tommy Ettinger, public domain): good enough for faults, and short. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const whole = (least: number, most: number): number => least + Math.floor(next() * (most - least + 1));
  return {
    next,
    whole,
    oneOf(all) {
      const [chosen] = all.slice(whole(0, all.length - 1));
      if (chosen === undefined) throw new RangeError('There is nothing to choose from.');
      return chosen;
    },
  };
}
