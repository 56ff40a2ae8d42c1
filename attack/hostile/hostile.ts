import type { BrowserContextOptions } from 'playwright';
import { expect, type Page } from 'playwright/test';

import type {} from '../pages/hostile.ts';

import { hostileScript } from './bundle.ts';

/** A page of the real server with nothing of the product in it: it makes the origin right. */
const BARE_PATH = '/healthz';

/** Whoever is hostile does not let a page's content security policy stop them. */
export const HOSTILE_BROWSER: BrowserContextOptions = { bypassCSP: true };

/** Someone hostile in front of a browser: attack/pages/hostile.ts, in a page of the server's own origin. */
export class Hostile {
  readonly page: Page;
  readonly #origin: string;

  private constructor(page: Page, origin: string) {
    this.page = page;
    this.#origin = origin;
  }

  /** Opens the hostile page in `page`, which must be one whose browser obeys no policy: `HOSTILE_BROWSER`. */
  static async in(page: Page, origin: string): Promise<Hostile> {
    const hostile = new Hostile(page, origin);
    await hostile.startsAnew();
    return hostile;
  }

  /** Forgets everything: new keys, a new socket. */
  async startsAnew(): Promise<void> {
    await this.page.goto(this.#origin + BARE_PATH);
    await this.page.addScriptTag({ content: await hostileScript() });
  }

  /** Asks to come in under this name, to the letter, and waits until the host sees the knock. */
  async knocks(link: string, nickname: string): Promise<void> {
    await this.page.evaluate(([url, name]) => window.hostile.knock(url, name), [link, nickname] as const);
    await this.stands('knocking');
  }

  /** Makes an invite under this name, to the letter, and will let in whoever knocks. Gives the link. */
  async invites(nickname: string): Promise<string> {
    const link = await this.page.evaluate((name) => window.hostile.invite(name), nickname);
    await this.stands('waiting');
    return link;
  }

  async leaves(): Promise<void> {
    await this.page.evaluate(() => window.hostile.leave());
  }

  /** Says something as soon as asked, however long or often. */
  async says(text: string): Promise<void> {
    await this.page.evaluate((words) => window.hostile.say(words), text);
  }

  /** Waits until its session is in this phase, or ended for this reason. */
  async stands(where: string): Promise<void> {
    // Asked often: by itself, Playwright soon waits a second between two questions, and rows ask hundreds of times.
    const options = { message: 'the hostile page', intervals: [25] };
    await expect.poll(() => this.page.evaluate(() => window.hostile.stands), options).toBe(where);
  }
}
