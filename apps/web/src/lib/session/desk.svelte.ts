import { mintInvite, printLink } from '@porchlight/invite';

import { cleanName } from '../chat/text.ts';

import type { Ports } from './ports.ts';
import { Session } from './session.svelte.ts';
import { openWorld, warmUp } from './world.ts';

/** The host's desk: every invite and chat of this page. Opening it opens the line to the server. */
export class Desk {
  #sessions: readonly Session[] = $state.raw([]);
  readonly #world: Ports = openWorld();
  #made = 0;

  constructor() {
    addEventListener('pagehide', () => {
      for (const session of this.#sessions) session.goodbye();
    });
  }

  get sessions(): readonly Session[] {
    return this.#sessions;
  }

  /** Gets ready ahead of time what a chat will need. */
  warm(): void {
    warmUp(this.#world);
  }

  /** Mints an invite that works for `lifetimeMs`; guests will see `name`. */
  create(name: string, lifetimeMs: number): Session {
    const invite = mintInvite(this.#world.random);
    this.#made += 1;
    const session = new Session(String(this.#made), printLink(location.origin, invite), {
      link: { role: 'host', invite },
      nickname: cleanName(name),
      expiresAt: this.#world.clock.now() + lifetimeMs,
      ports: this.#world,
    });
    this.#sessions = [session, ...this.#sessions];
    this.warm();
    return session;
  }

  /** Takes an ended session off the desk; one that still lives is ended first. */
  remove(key: string): void {
    this.#sessions.find((session) => session.key === key)?.leave();
    this.#sessions = this.#sessions.filter((session) => session.key !== key);
  }
}
