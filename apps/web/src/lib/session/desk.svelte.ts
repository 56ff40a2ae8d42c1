import { mintInvite, printLink } from '@porchlight/invite';

import { cleanName } from '../chat/text.ts';
import { openDesk, openTab, type Cabinet, type Opening } from '../vault/cabinet.ts';
import { tabHasVault, forgetTabKey } from '../vault/tab.ts';

import { hidingOf, type Hiding } from './hiding.ts';
import type { Ports } from './ports.ts';
import type { RunnerInput, Shelf } from './runner.ts';
import { linkOf, recall, type SavedSession } from './saved.ts';
import { Session } from './session.svelte.ts';
import { openWorld, warmUp } from './world.ts';

/** What a host chooses for an invite. */
export interface Wishes {
  /** Guests will see it. */
  name: string;
  /** How long the link works. */
  lifetimeMs: number;
  /** Null: as whoever runs the server has it. */
  hideAddress: boolean | null;
  /** Nothing outlives this tab. */
  forgetWithTab: boolean;
}

/** The host's desk: every invite and chat of this browser. Opening it opens the line to the server. */
export class Desk {
  #sessions: readonly Session[] = $state.raw([]);
  readonly #world: Ports = openWorld();
  /** What is kept for the next start of this browser, and what goes with this tab; null: the browser keeps nothing. */
  #ofBrowser: Promise<Opening> | null = null;
  #ofTab: Promise<Opening> | null = null;

  #hiding: Hiding = $state.raw(hidingOf({ welcome: null }));

  constructor() {
    this.#world.signaling.listen('', () => {
      this.#hiding = hidingOf(this.#world.signaling);
    });
    addEventListener('pagehide', () => {
      for (const session of this.#sessions) session.goodbye();
    });
  }

  get sessions(): readonly Session[] {
    return this.#sessions;
  }

  get hiding(): Hiding {
    return this.#hiding;
  }

  /** Gets ready ahead of time what a chat will need. */
  warm(): void {
    warmUp(this.#world);
  }

  /** Brings back what was on the desk. `elsewhere`: another tab has it. `take`: then this one does from now on. */
  async restore(how: 'ask' | 'take' = 'ask'): Promise<'restored' | 'elsewhere'> {
    const browser = await this.#browser(how);
    if (!browser.ok && browser.problem === 'elsewhere') return 'elsewhere';
    const tab = tabHasVault() ? await this.#tab() : null;
    const found = await Promise.all([browser, tab].map((opening) => this.#sessionsIn(opening)));
    this.#sessions = found.flat().sort((one, other) => (one.key < other.key ? 1 : -1));
    return 'restored';
  }

  /** Mints an invite. `elsewhere`: another tab has the desk. */
  async create({ name, lifetimeMs, hideAddress, forgetWithTab }: Wishes): Promise<Session | 'elsewhere'> {
    const opening = await (forgetWithTab ? this.#tab() : this.#browser('ask'));
    if (!opening.ok && opening.problem === 'elsewhere') return 'elsewhere';
    const invite = mintInvite(this.#world.random);
    const now = this.#world.clock.now();
    const key = `${String(now)} ${crypto.randomUUID()}`;
    const session = this.#session(key, opening.ok ? opening.cabinet : null, {
      link: { role: 'host', invite },
      nickname: cleanName(name),
      expiresAt: now + lifetimeMs,
      hideAddress,
      saved: null,
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

  async #browser(how: 'ask' | 'take'): Promise<Opening> {
    this.#ofBrowser ??= openDesk(how).then((opening) => {
      if (opening.ok)
        void opening.cabinet.lost.then(() => {
          this.#abandon();
        });
      return opening;
    });
    const opening = await this.#ofBrowser;
    // Asked again at the next try.
    if (!opening.ok) this.#ofBrowser = null;
    return opening;
  }

  async #tab(): Promise<Opening> {
    const opening = await (this.#ofTab ??= openTab());
    if (opening.ok || opening.problem !== 'elsewhere') return opening;
    // This tab was duplicated: what its twin has is not ours.
    forgetTabKey();
    return (this.#ofTab = openTab());
  }

  async #sessionsIn(opening: Opening | null): Promise<Session[]> {
    if (opening?.ok !== true) return [];
    const { cabinet } = opening;
    const kept = await cabinet.vault.load().catch(() => []);
    return kept.flatMap((one) => {
      const saved = recall(one);
      if (!isHosts(saved)) {
        void cabinet.vault.forget(one.id);
        return [];
      }
      const { nickname, expiresAt, hideAddress } = saved.core;
      return [this.#session(one.id, cabinet, { link: linkOf(saved.core), nickname, expiresAt, hideAddress, saved })];
    });
  }

  #session(key: string, cabinet: Cabinet | null, input: Omit<RunnerInput, 'changed' | 'ports' | 'shelf'>): Session {
    const shelf: Shelf | null =
      cabinet === null
        ? null
        : { keep: (change) => cabinet.vault.keep(key, change), forget: () => cabinet.vault.forget(key) };
    const opens = input.saved === null || input.saved?.core.keys.secret !== null;
    const link = opens ? printLink(location.origin, input.link.invite) : null;
    return new Session(key, link, { ...input, shelf, ports: this.#world });
  }

  /** Another tab goes on: from here nothing more is said, and the page begins anew. */
  #abandon(): void {
    for (const session of this.#sessions) session.abandon();
    location.reload();
  }
}

const isHosts = (saved: SavedSession | null): saved is SavedSession =>
  saved !== null && linkOf(saved.core).role === 'host';
