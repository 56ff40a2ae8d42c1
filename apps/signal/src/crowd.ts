/** How much of something there may be at the same time. */
export interface Crowd {
  inAll: number;
  perAddress: number;
}

/** A network of IPv6 may have as much as so many addresses: a household makes up hundreds of addresses in its own. */
const ADDRESSES_PER_NETWORK = 4;

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

/**
 * Counts up to `inAll`, and up to `perAddress` for each key. A key `wider/own` counts towards `wider` as well, which has
 * four times as much. Holds nothing for a key that has nothing.
 */
export function createCounter({ inAll, perAddress }: Crowd): Counter {
  const counts = new Map<string, number>();
  let sum = 0;
  return {
    shortage(key, spare = 0) {
      const crowded = partsOf(key).some((part) => (counts.get(part) ?? 0) >= roomFor(part, key, perAddress) + spare);
      if (crowded) return 'crowded';
      return sum >= inAll + spare ? 'full' : undefined;
    },
    add(key) {
      for (const part of partsOf(key)) counts.set(part, (counts.get(part) ?? 0) + 1);
      sum += 1;
    },
    remove(key) {
      for (const part of partsOf(key)) {
        const left = (counts.get(part) ?? 0) - 1;
        if (left > 0) counts.set(part, left);
        else counts.delete(part);
      }
      sum -= 1;
    },
  };
}

/** How much may be counted towards this part of a key. */
export function roomFor(part: string, key: string, perAddress: number): number {
  return (part === key ? 1 : ADDRESSES_PER_NETWORK) * perAddress;
}

/** What a key counts towards: itself, and the wider network in it if there is one. */
export function partsOf(key: string): string[] {
  const end = key.indexOf('/');
  return end < 0 ? [key] : [key.slice(0, end), key];
}
