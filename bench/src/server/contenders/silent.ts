import type { Contender, Pair } from '../contender.ts';
import { join } from '../socket-io.ts';

/** Two who join this one's Socket.IO server, say nothing and leave: what a pairing costs whatever is said in it. */
export function silent(contender: Contender): Contender {
  return {
    name: `${contender.name}, and nothing said`,
    start: () => contender.start(),
    async host(door) {
      const host = await join(door);
      return {
        gone: host.closed,
        cut: () => {
          host.cut();
        },
        async guest(guestDoor) {
          const guest = await join(guestDoor);
          const nobody = { send: () => undefined, onBox: () => undefined };
          return {
            host: nobody,
            guest: nobody,
            exchange: () => Promise.resolve(),
            leave: async () => {
              await Promise.all([host.leave(), guest.leave()]);
            },
          } satisfies Pair;
        },
      };
    },
  };
}
