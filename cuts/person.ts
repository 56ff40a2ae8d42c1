import { setTimeout as pause } from 'node:timers/promises';

import type { Browser, CDPSession, Page } from 'playwright';
import * as v from 'valibot';

import { watchPage } from '../e2e/watch.ts';
import type { Drawn, Ledger } from './ledger.ts';
import type { Side } from './plan.ts';
import type { Random } from './random.ts';
import { numberIn, textOf } from './texts.ts';
import { noticed, readLog, readOwnLog, watchLog, writeAll } from './watch.ts';

/** So long a person waits between two times of writing, at most, in ms. */
const LONGEST_REST_MS = 2_500;
/** What a page did not take is tried again after this time, in ms. */
const AGAIN_MS = 50;
/** Of writing so much at once, one time in so many; else it is 1 or 2. The other side takes 20 at once. */
const MUCH = 15;
const OFTEN_MUCH = 1 / 25;

/** One side's page, whoever writes in it, and what happens to it. */
export class Person {
  readonly side: Side;
  readonly page: Page;
  readonly #ledger: Ledger;
  readonly #random: Random;
  readonly #devtools: CDPSession;
  /** One thing at a time is done to a page: nobody writes while it is frozen or just being left. */
  #busy: Promise<unknown> = Promise.resolve();
  /** When this page was asked to load again, until it is back. */
  #leftAt: number | null = null;
  #talking = true;
  #hurried = false;
  #hurry: () => void = () => undefined;

  private constructor(given: { side: Side; page: Page; ledger: Ledger; random: Random; devtools: CDPSession }) {
    this.side = given.side;
    this.page = given.page;
    this.#ledger = given.ledger;
    this.#random = given.random;
    this.#devtools = given.devtools;
  }

  /** Opens a page of a fresh profile. From now on the ledger learns what its log shows. */
  static async arrives(side: Side, browser: Browser, ledger: Ledger, random: Random): Promise<Person> {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce' });
    await context.exposeBinding('tellCuts' satisfies keyof Window, (_, told: unknown) => {
      const at = performance.now();
      const what = v.parse(noticed, told);
      if (what.type === 'log') ledger.drewLog(side, what.messages, at);
      else if (what.type === 'more') ledger.drew(side, what.messages, at);
      else ledger.marked(side, what.text, at);
    });
    await context.addInitScript(watchPage);
    await context.addInitScript(watchLog);
    const page = await context.newPage();
    return new Person({ side, page, ledger, random, devtools: await context.newCDPSession(page) });
  }

  /** Writes now and then, sometimes much at once, until `rests`. */
  async talks(): Promise<void> {
    while (this.#talking) {
      const count = this.#random.next() < OFTEN_MUCH ? MUCH : this.#random.whole(1, 2);
      const taken = await this.#inTurn(() => this.#write(count));
      const rest = this.#random.whole(0, LONGEST_REST_MS);
      if (taken === 0) await pause(AGAIN_MS);
      else if (!this.#hurried) await Promise.race([pause(rest), new Promise<void>((done) => (this.#hurry = done))]);
      if (taken > 0) this.#hurried = false;
    }
  }

  rests(): void {
    this.#talking = false;
    this.hurries();
  }

  /** Writes the next message at once, or as soon as the page lets it. */
  hurries(): void {
    this.#hurried = true;
    this.#hurry();
  }

  /** Everything that the log shows now, from the top. */
  async log(): Promise<Drawn[]> {
    return this.#inTurn(() => this.page.evaluate(readLog));
  }

  /** What the page says, for who looks for the reason of a stall. */
  async words(): Promise<string> {
    const words = this.page.evaluate(() => document.body.innerText.replaceAll(/\s+/g, ' ').slice(0, 200));
    const statuses = this.page.evaluate(() => window.porchTest.statuses.slice(-5).join(' · '));
    const all = Promise.all([words, statuses]).then(
      ([text, last]) => `“${text}”; its last statuses: ${last}`,
      (error: unknown) => String(error),
    );
    return Promise.race([all, pause(5_000, 'nothing: it does not answer')]);
  }

  /** Closes the connection that is in use. */
  async losesTheLine(): Promise<void> {
    await this.#inTurn(() =>
      this.page.evaluate(() => {
        window.porchTest.connections.at(-1)?.close();
      }),
    );
  }

  /**
   * Loads the page again, and once more where the server cannot be reached, as people do. Resolves when the old one is
   * gone; gives the time at which the last one was asked for.
   */
  async reloads(): Promise<number> {
    return this.#inTurn(async () => {
      for (const limit = performance.now() + RELOAD_LIMIT_MS; ;) {
        const askedAt = performance.now();
        try {
          this.#leftAt ??= askedAt;
          await this.page.reload({ waitUntil: 'commit', timeout: RELOAD_LIMIT_MS });
          return askedAt;
        } catch (error) {
          if (performance.now() > limit) throw error;
          await pause(RELOAD_AGAIN_MS);
        }
      }
    });
  }

  /** The page stands still for so long. */
  async freezes(ms: number): Promise<void> {
    await this.#inTurn(async () => {
      // A visible page takes no notice of `Page.setWebLifecycleState`; a debugger stops it, and lets it go when it leaves.
      await this.#devtools.send('Debugger.enable');
      await this.#devtools.send('Debugger.pause');
      await pause(ms);
      await this.#devtools.send('Debugger.disable');
    });
  }

  /** What a page that was loaded again has of its own, once it is back. False while it is not. */
  async #isBack(): Promise<boolean> {
    if (this.#leftAt === null) return true;
    const log = await this.page.evaluate(readOwnLog).catch(() => null);
    if (log === null) return false;
    this.#ledger.cameBack(this.side, numberIn(this.side, log.last) ?? 0, this.#leftAt);
    this.#leftAt = null;
    return true;
  }

  async #write(count: number): Promise<number> {
    if (!(await this.#isBack())) return 0;
    const first = this.#ledger.written(this.side) + 1;
    const texts = Array.from({ length: count }, (_, place) => textOf(this.side, first + place));
    this.#ledger.offers(this.side, count);
    const taken = await this.page.evaluate(writeAll, texts).catch((error: unknown) => {
      // The page is between two documents, so there was no box to write in.
      if (error instanceof Error && /context was destroyed|navigation/i.test(error.message)) return 0;
      throw error;
    });
    this.#ledger.took(this.side, taken, performance.now());
    return taken;
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#busy.then(work);
    this.#busy = done.catch(() => undefined);
    return done;
  }
}

const RELOAD_LIMIT_MS = 30_000;
const RELOAD_AGAIN_MS = 500;
