import { setTimeout as pause } from 'node:timers/promises';

import type { Person } from './person.ts';
import type { Place } from './place.ts';
import type { Cut, Fault, Side } from './plan.ts';

/** Who and what a cut happens to. */
export interface Scene {
  readonly place: Place;
  readonly people: Readonly<Record<Side, Person>>;
}

/**
 * Makes a cut happen, and resolves when nothing stands in the way any more. `ended` is called for each fault with the
 * time at which it was over: when a page was asked to load again, goes on, has its network back; when its connection has
 * been closed; when the server listens.
 */
export async function happens(cut: Cut, scene: Scene, ended: (at: number) => void): Promise<void> {
  await Promise.all(cut.faults.map((fault) => faultHappens(fault, scene, ended)));
}

async function faultHappens(
  { kind, side, ms }: Fault,
  { place, people }: Scene,
  ended: (at: number) => void,
): Promise<void> {
  if (side === null) {
    await place.server.kill();
    await pause(ms);
    await place.server.start();
    ended(performance.now());
    return;
  }
  const person = people[side];
  switch (kind) {
    case 'transport':
      await person.losesTheLine();
      break;
    case 'reload':
      // The way from there to a page that is back is the product's time; what the old one still draws does not count.
      ended(await person.reloads());
      return;
    case 'freeze':
      await person.freezes(ms);
      break;
    case 'cable':
      place.network?.unplug(side);
      await pause(ms);
      place.network?.plug(side);
      break;
    case 'silence':
      place.network?.silence(side);
      await pause(ms);
      place.network?.restore(side);
      break;
    case 'signaling':
      throw new Error('The server has no side.');
  }
  ended(performance.now());
}
