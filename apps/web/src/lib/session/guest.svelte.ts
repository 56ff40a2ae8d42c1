import { parseLink } from '@porchlight/invite';

import type { Ports } from './ports.ts';
import { Session } from './session.svelte.ts';
import { openWorld, warmUp } from './world.ts';

/** The guest's side of a link that was read. Opening it opens the line to the server; nothing is claimed by that. */
export class GuestDoor {
  readonly session: Session;
  readonly #world: Ports = openWorld();

  constructor(fragment: string) {
    const link = parseLink(fragment);
    if (!link.ok) throw new Error(link.problem);
    const { invite } = link;
    this.session = new Session('guest', null, {
      link: { role: 'guest', invite },
      nickname: '',
      expiresAt: null,
      ports: this.#world,
    });
    addEventListener('pagehide', () => {
      this.session.goodbye();
    });
  }

  /** Gets ready ahead of time what a chat will need. */
  warm(): void {
    warmUp(this.#world);
  }
}
