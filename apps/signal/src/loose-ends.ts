/** What the store could not do while it was away, and must do once it is back. */
export interface LooseEnds {
  /** This place in this invite is vacant. */
  vacate: (inviteId: string, place: string) => void;
  /** Whether a change of this invite was made is not known, so its two sides must come and see. */
  doubt: (inviteId: string) => void;
  /** Does one after the other until one fails, which is tried again as the last. */
  tie: () => Promise<void>;
}

/** How to do it. Both reject while the store is away. */
export interface Tying {
  vacate: (inviteId: string, place: string) => Promise<void>;
  sendAway: (inviteId: string) => Promise<void>;
}

/** Remembers every vacant place, of which there are no more than sockets were; and doubts, of which anybody can raise some, while there is room. */
export function createLooseEnds({ vacate, sendAway }: Tying): LooseEnds {
  const ends = new Map<string, () => Promise<void>>();
  let isTying = false;
  return {
    vacate: (inviteId, place) => {
      ends.set(`${inviteId} ${place}`, () => vacate(inviteId, place));
    },
    doubt: (inviteId) => {
      if (ends.size < MAX_ENDS) ends.set(inviteId, () => sendAway(inviteId));
    },
    async tie() {
      if (isTying) return;
      isTying = true;
      try {
        for (const [name, end] of ends) {
          ends.delete(name);
          await end().catch((error: unknown) => {
            ends.set(name, end);
            throw error;
          });
        }
      } finally {
        isTying = false;
      }
    },
  };
}

/** About two hundred bytes each. */
const MAX_ENDS = 20_000;
