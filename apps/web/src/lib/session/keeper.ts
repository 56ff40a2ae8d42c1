import { VaultClosed } from '../vault/vault.ts';

/** Where it is kept. */
export interface Disk {
  /** Keeps everything as it is when this is called. Throws VaultClosed when another page has it. */
  write: () => Promise<void>;
  /** It could not: nothing is kept from then on. What was kept before must go, or a reload would go back to it. */
  failed: () => void;
}

const nothing = (): void => undefined;

/**
 * Keeps what a session must not forget, one write after the other, each with what is true by then. What may be said only
 * once it would survive the page waits for the write, and whatever is said after that waits behind it. Where nothing is
 * kept, nothing waits.
 */
export class Keeper {
  #disk: Disk | null;
  readonly #fault: (error: unknown) => void;
  /** Waiting for the write that is under way, and for the next one. */
  #now: (() => void)[] = [];
  #next: (() => void)[] = [];
  #asked = false;
  #writing = false;
  #stopped = false;

  /** `fault` hears of what goes wrong in what waited. */
  constructor(disk: Disk | null, fault: (error: unknown) => void) {
    this.#disk = disk;
    this.#fault = fault;
  }

  /** Whether anything is kept. */
  get keeps(): boolean {
    return this.#disk !== null;
  }

  /** Calls `then` when what is true now would survive the page. */
  keep(then: () => void = nothing): void {
    if (this.#stopped) return;
    if (this.#disk === null) {
      then();
      return;
    }
    this.#asked = true;
    this.#next.push(then);
    if (!this.#writing) void this.#writeAll();
  }

  /** Calls `then` after everything that waits already; at once if nothing does. */
  after(then: () => void): void {
    if (this.#stopped) return;
    const queue = this.#next.length > 0 ? this.#next : this.#now;
    if (queue.length > 0) queue.push(then);
    else then();
  }

  /** Whatever waits is said now: there will be no later. */
  flush(): void {
    for (const queue of [this.#now, this.#next]) this.#say(queue);
  }

  /** Nothing is written any more, and what still waits is never said. */
  stop(): void {
    this.#stopped = true;
    this.#disk = null;
    this.#now.length = this.#next.length = 0;
  }

  async #writeAll(): Promise<void> {
    this.#writing = true;
    while (this.#asked) {
      // What happens in the same turn is written at once.
      await Promise.resolve();
      const disk: Disk | null = this.#disk;
      if (disk === null) break;
      this.#asked = false;
      this.#now = this.#next;
      this.#next = [];
      try {
        await disk.write();
      } catch (error) {
        if (error instanceof VaultClosed) this.stop();
        if (this.#stopped) break;
        console.warn('This chat will not survive a reload:', error);
        this.#disk = null;
        disk.failed();
        break;
      }
      this.#say(this.#now);
    }
    this.#writing = false;
    if (this.#disk === null) this.flush();
  }

  #say(queue: (() => void)[]): void {
    for (let then = queue.shift(); then !== undefined; then = queue.shift()) {
      try {
        then();
      } catch (error) {
        this.#fault(error);
      }
    }
  }
}
