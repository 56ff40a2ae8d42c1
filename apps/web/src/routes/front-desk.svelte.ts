import type { Desk, Wishes } from '#lib/session/desk.svelte.ts';
import type { Hiding } from '#lib/session/hiding.ts';
import type { Session } from '#lib/session/session.svelte.ts';
import { isInside } from '#lib/ui/words.ts';
import { hasDesk } from '#lib/vault/exists.ts';
import { openInTab, rememberOpen, tabHasVault } from '#lib/vault/tab.ts';

/** What could not be done: the link was not made, what was kept could not be loaded. */
export type Problem = 'not-made' | 'not-restored';

/**
 * The host's desk as its page has it: loaded when it is needed, brought back when there was one, and one of its invites and
 * chats open at a time, or none.
 */
export class FrontDesk {
  #desk: Desk | null = $state.raw(null);
  #loading: Promise<Desk> | null = null;
  #openKey: string | null = $state(null);
  #leftKey: string | null = $state(null);
  #name = $state('');
  #creating = $state(false);
  #taking = $state(false);
  #problem: Problem | null = $state(null);
  #decided = $state(false);
  /** What is open stays open when the page is loaded again. */
  readonly #openBefore = openInTab();

  get sessions(): readonly Session[] {
    return this.#desk?.sessions ?? [];
  }
  /** The one that is shown; null while the form is. */
  get open(): Session | null {
    return this.sessions.find(({ key }) => key === this.#openKey) ?? null;
  }
  /** What was open before that. */
  get leftKey(): string | null {
    return this.#leftKey;
  }
  /** Another tab has what this browser keeps of the desk. */
  get elsewhere(): boolean {
    return this.#desk?.elsewhere ?? false;
  }
  get hiding(): Hiding {
    return this.#desk?.hiding ?? { available: false, byDefault: false };
  }
  /** The name the host gave last. */
  get name(): string {
    return this.#name;
  }
  get creating(): boolean {
    return this.#creating;
  }
  /** What another tab has is on its way here. */
  get taking(): boolean {
    return this.#taking;
  }
  get problem(): Problem | null {
    return this.#problem;
  }
  /** Whether it is known by now what was here before the page was loaded. */
  get decided(): boolean {
    return this.#decided;
  }

  /** Opens an invite or chat, or with null the form. */
  show(key: string | null): void {
    this.#leftKey = this.#openKey;
    this.#openKey = key;
  }

  /** Loads ahead of time what creating needs. A failure is told when the person presses the button. */
  prepare(): void {
    this.#load().then(
      (desk) => desk.warm(),
      () => undefined,
    );
  }

  /** Makes an invite and opens it. False when that failed (`problem`), or another tab has the desk. */
  async create(wishes: Wishes): Promise<boolean> {
    this.#name = wishes.name;
    this.#creating = true;
    this.#problem = null;
    try {
      const session = await (await this.#load()).create(wishes);
      if (session !== null) this.#openKey = session.key;
      return session !== null;
    } catch {
      this.#problem = 'not-made';
      return false;
    } finally {
      this.#creating = false;
    }
  }

  /** Finds out what was on the desk before this page was loaded, and brings it back. */
  async begin(): Promise<void> {
    if (tabHasVault() || (await hasDesk())) await this.#restore('ask');
    this.#decided = true;
  }

  /** Brings here what another tab has. */
  async take(): Promise<void> {
    if (this.#taking) return;
    this.#taking = true;
    await this.#restore('take');
    this.#taking = false;
  }

  /** Takes an invite or chat off the desk and shows the form. */
  remove(key: string): void {
    this.#desk?.remove(key);
    this.#openKey = null;
  }

  /** Has the page that is loaded next show what is open now. */
  remember(): void {
    if (!this.#decided) return;
    rememberOpen(this.open === null || this.open.state.phase === 'ended' ? null : this.open.key);
  }

  /** Loads what an invite needs, once; a load that failed is tried again at the next call. */
  #load(): Promise<Desk> {
    this.#loading ??= import('#lib/session/desk.svelte.ts').then(
      (module) => (this.#desk = new module.Desk()),
      (failure: unknown) => {
        this.#loading = null;
        throw failure;
      },
    );
    return this.#loading;
  }

  async #restore(how: 'ask' | 'take'): Promise<void> {
    this.#problem = null;
    try {
      const desk = await this.#load();
      await desk.restore(how);
      const [newest, another] = desk.sessions;
      const before = desk.sessions.find(({ key }) => key === this.#openBefore);
      const last = before ?? (another === undefined ? newest : undefined);
      this.#openKey ??= (last ?? desk.sessions.find(({ state }) => how === 'take' && isInside(state)))?.key ?? null;
    } catch {
      this.#problem = 'not-restored';
    }
  }
}
