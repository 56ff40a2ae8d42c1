/** How much of something there may be at the same time. */
export interface Crowd {
  inAll: number;
  perAddress: number;
}

/** Why there is no place: none for this address, or none at all. */
export type Shortage = 'crowded' | 'full';

/** Counts what is there, by the address it came from. */
export interface Counter {
  /** Why one more from `key` would be too many, with `spare` above the limits; undefined if it would not. */
  shortage: (key: string, spare?: number) => Shortage | undefined;
  add: (key: string) => void;
  /** Takes one of this key's away, which must have been added. */
  remove: (key: string) => void;
}

/** Counts up to `inAll`, and up to `perAddress` for each key. Holds nothing for a key that has nothing. */
export function createCounter({ inAll, perAddress }: Crowd): Counter {
  const counts = new Map<string, number>();
  let sum = 0;
  return {
    shortage(key, spare = 0) {
      if ((counts.get(key) ?? 0) >= perAddress + spare) return 'crowded';
      return sum >= inAll + spare ? 'full' : undefined;
    },
    add(key) {
      counts.set(key, (counts.get(key) ?? 0) + 1);
      sum += 1;
    },
    remove(key) {
      const left = (counts.get(key) ?? 0) - 1;
      if (left > 0) counts.set(key, left);
      else counts.delete(key);
      sum -= 1;
    },
  };
}
