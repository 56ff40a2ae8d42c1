import { mintInvite, printLink } from '@porchlight/invite';

import { cleanName } from '../chat/text.ts';
import { openDesk, openTab, type Cabinet, type Opening } from '../vault/cabinet.ts';
import { tabHasVault, forgetTabKey } from '../vault/tab.ts';

import { hidingOf, type Hiding } from './hiding.ts';
import { cleanLabel } from './notes.ts';
import type { Ports } from './ports.ts';
import type { RunnerInput } from './runner.ts';
import { GUEST, linkOf, recall } from './saved.ts';
import type { Shelf } from './saving.ts';
import { Session } from './session.svelte.ts';
import { beforeGoing, openWorld, warmUp } from './world.ts';

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
  /** What the invite is called on the desk; only the host sees it. At most 80 characters. */
  label: string;
  /** The first message, sent to whoever is let in; '': none. */
  welcome: string;
  /** Whoever has the link is let in without being asked about. */
  letInEveryone: boolean;
}

/** The host's desk: every invite and chat of this browser. Opening it opens the line to the server. */
export class Desk {
  #sessions: readonly Session[] = $state.raw([]);
  readonly #world: Ports = openWorld();
  /** What is kept for the next start of this browser, and what goes with this tab; null: the browser keeps nothing. */
  #ofBrowser: Opening | null = null;
  #ofTab: Opening | null = null;
  /** Where each session is kept. */
  readonly #cabinets = new WeakMap<Session, Cabinet>();
  #elsewhere = $state(false);
  #last: Promise<unknown> = Promise.resolve();

  #hiding: Hiding = $state.raw(hidingOf({ welcome: null }));

  constructor() {
    this.#world.signaling.listen('', () => {
      this.#hiding = hidingOf(this.#world.signaling);
    });
    beforeGoing(() => {
      for (const session of this.#sessions) session.keepDraft();
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

  /** Whether another tab has what this browser keeps of the desk. */
  get elsewhere(): boolean {
    return this.#elsewhere;
  }

  /** Brings back what was on the desk. `take`: also from another tab that has it. */
  restore(how: 'ask' | 'take' = 'ask'): Promise<void> {
    return this.#oneByOne(async () => {
      if (tabHasVault()) await this.#bringBack(await this.#tab());
      const browser = await this.#browser(how);
      this.#elsewhere = !browser.ok && browser.problem === 'elsewhere';
      await this.#bringBack(browser);
    });
  }

  /** Mints an invite. Null when another tab has the desk. */
  create({
    name,
    lifetimeMs,
    hideAddress,
    forgetWithTab,
    label,
    welcome,
    letInEveryone,
  }: Wishes): Promise<Session | null> {
    return this.#oneByOne(async () => {
      const opening = await (forgetWithTab ? this.#tab() : this.#browser('ask'));
      this.#elsewhere = !opening.ok && opening.problem === 'elsewhere';
      if (this.#elsewhere) return null;
      const invite = mintInvite(this.#world.random);
      const now = this.#world.clock.now();
      const key = `${String(now)} ${crypto.randomUUID()}`;
      const session = this.#session(key, opening.ok ? opening.cabinet : null, {
        link: { role: 'host', invite },
        nickname: cleanName(name),
        expiresAt: now + lifetimeMs,
        hideAddress,
        notes: { label: cleanLabel(label), welcome, letInEveryone },
        saved: null,
      });
      this.#add([session]);
      this.warm();
      return session;
    });
  }

  /** Takes an ended session off the desk; one that still lives is ended first. */
  remove(key: string): void {
    this.#sessions.find((session) => session.key === key)?.leave();
    this.#sessions = this.#sessions.filter((session) => session.key !== key);
  }

  /** What is on the desk is looked at and changed by one thing at a time. */
  #oneByOne<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => undefined);
    return done;
  }

  async #browser(how: 'ask' | 'take'): Promise<Opening> {
    if (this.#ofBrowser !== null) return this.#ofBrowser;
    const opening = await openDesk(how);
    if (!opening.ok) return opening;
    this.#ofBrowser = opening;
    void opening.cabinet.lost.then(() => {
      this.#abandon(opening.cabinet);
    });
    return opening;
  }

  async #tab(): Promise<Opening> {
    this.#ofTab ??= await openTab();
    if (this.#ofTab.ok || this.#ofTab.problem !== 'elsewhere') return this.#ofTab;
    // This tab was duplicated: what its twin has is not ours.
    forgetTabKey();
    return (this.#ofTab = await openTab());
  }

  async #bringBack(opening: Opening): Promise<void> {
    if (!opening.ok) return;
    const { cabinet } = opening;
    const kept = await cabinet.vault.load();
    // Another tab may have taken it meanwhile.
    if (opening !== this.#ofBrowser && opening !== this.#ofTab) return;
    // What is on the desk is there already, and what a guest of this tab was in is not the desk's.
    const missing = kept.filter(({ id }) => id !== GUEST && this.#sessions.every(({ key }) => key !== id));
    this.#add(
      missing.flatMap((one) => {
        const saved = recall(one);
        if (saved === null || linkOf(saved.core).role !== 'host') {
          void cabinet.vault.forget(one.id);
          return [];
        }
        const { nickname, expiresAt, hideAddress } = saved.core;
        return [this.#session(one.id, cabinet, { link: linkOf(saved.core), nickname, expiresAt, hideAddress, saved })];
      }),
    );
  }

  /** The newest first. */
  #add(sessions: readonly Session[]): void {
    this.#sessions = [...this.#sessions, ...sessions].sort((one, other) => (one.key < other.key ? 1 : -1));
  }

  #session(key: string, cabinet: Cabinet | null, input: Omit<RunnerInput, 'changed' | 'ports' | 'shelf'>): Session {
    const shelf: Shelf | null =
      cabinet === null
        ? null
        : { keep: (change) => cabinet.vault.keep(key, change), forget: () => cabinet.vault.forget(key) };
    const opens = input.saved?.core.keys.secret !== null;
    const link = opens ? printLink(location.origin, input.link.invite) : null;
    const session = new Session(key, link, { ...input, shelf, ports: this.#world });
    if (cabinet !== null) this.#cabinets.set(session, cabinet);
    return session;
  }

  /** Another tab goes on with what this one had from the browser; what goes with this tab stays. */
  #abandon(cabinet: Cabinet): void {
    this.#ofBrowser = null;
    this.#elsewhere = true;
    for (const session of this.#sessions) if (this.#cabinets.get(session) === cabinet) session.abandon();
    this.#sessions = this.#sessions.filter((session) => this.#cabinets.get(session) !== cabinet);
  }
}
