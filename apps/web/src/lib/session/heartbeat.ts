import type { Clock } from './ports.ts';

/** How often we look, in milliseconds. A hidden page's timers run once a second, and then up to two seconds apart. */
const TICK_MS = 1000;

/** Silent for so long, in milliseconds, a side sends a ping: at a tick, so after 2.5 s at the latest. docs/protocol.md §5.1 */
const IDLE_MS = 1500;

/** No two pings are closer together than this, in milliseconds. */
const SOONEST_MS = 800;

/** The other side not heard for so long, in milliseconds: the way is lost. docs/protocol.md §5.1 */
const SILENCE_MS = 5000;

/** What the other side has to show that it is there, in milliseconds, when we cannot trust our own sense of time. */
const GRACE_MS = 3000;

/** Two ticks so far apart, in milliseconds: the page stood still, and what came meanwhile was not read yet. */
const STOOD_STILL_MS = 2000;

/**
 * Notices that nothing comes any more, long before the browser does, and keeps the other side from thinking so of us.
 * On a reliable channel nothing needs an answer: each side says by itself that it is there.
 */
export class Heartbeat {
  readonly #clock: Clock;
  readonly #ping: () => void;
  readonly #lost: () => void;
  #cancel: (() => void) | null = null;
  #passedAt: number;
  #sinceSentMs = 0;
  #sinceHeardMs = 0;
  /** We stood still since we last heard anything. */
  #excused = false;

  /** From when the way is open. `ping` sends one and says `sent`; `lost` is told once. */
  constructor(input: { clock: Clock; ping: () => void; lost: () => void }) {
    this.#clock = input.clock;
    this.#ping = input.ping;
    this.#lost = input.lost;
    this.#passedAt = this.#clock.now();
    this.#schedule();
  }

  /** Something left, pings included. */
  sent(): void {
    this.#pass();
    this.#sinceSentMs = 0;
  }

  /** Something arrived. It wakes a page whose own timers sleep, so the other side need not take it for gone. */
  heard(): void {
    this.#pass();
    this.#sinceHeardMs = 0;
    this.#excused = false;
    this.#pingAfter(IDLE_MS);
  }

  /** Something may have changed: the other side must be heard within 3 s. */
  probe(): void {
    this.#pass();
    this.#sinceHeardMs = Math.max(this.#sinceHeardMs, SILENCE_MS - GRACE_MS);
    this.#pingAfter(SOONEST_MS);
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = null;
  }

  #schedule(): void {
    this.#cancel = this.#clock.after(TICK_MS, () => {
      this.#schedule();
      this.#tick();
    });
  }

  #tick(): void {
    this.#pass();
    if (this.#sinceHeardMs >= SILENCE_MS) {
      this.stop();
      this.#lost();
    } else {
      // A page that sleeps wakes up when something arrives: once it is late, it is called at every tick.
      this.#pingAfter(this.#sinceHeardMs >= SILENCE_MS - GRACE_MS ? SOONEST_MS : IDLE_MS);
    }
  }

  #pingAfter(quietMs: number): void {
    if (this.#cancel !== null && this.#sinceSentMs >= quietMs) this.#ping();
  }

  /** Time goes by: not backwards when the clock is set, and without blame for the other side where we stood still, once. */
  #pass(): void {
    const now = this.#clock.now();
    const ms = Math.max(0, now - this.#passedAt);
    this.#passedAt = now;
    this.#sinceSentMs += ms;
    if (ms < STOOD_STILL_MS || this.#excused) this.#sinceHeardMs += ms;
    else {
      this.#excused = true;
      this.#sinceHeardMs = SILENCE_MS - GRACE_MS;
    }
  }
}
