import type { Browser, BrowserContext, BrowserContextOptions, Locator, Page } from 'playwright';
import { expect } from 'playwright/test';

import { watchPage } from '../e2e/watch.ts';
import { SIZES } from './camera.ts';
import type { Language, Say, Talk } from './words.ts';

/** Where a story takes place. */
export interface Place {
  readonly browser: Browser;
  readonly origin: string;
  readonly language: Language;
  readonly say: Say;
  readonly talk: Talk;
  /** Whoever has come; all of them go when the story is over. */
  readonly contexts: BrowserContext[];
  /** Servers of the story's own; they stop when it is over. */
  readonly servers: { close: () => Promise<void> }[];
}

/** The story is over. */
export async function leave({ contexts, servers }: Place): Promise<void> {
  await Promise.all(contexts.splice(0).map((context) => context.close()));
  await Promise.all(servers.splice(0).map((server) => server.close()));
}

/** Somebody in front of a browser, in a language. Like e2e/people.ts, which speaks English only. */
export class Person {
  readonly page: Page;
  readonly #place: Place;

  private constructor(page: Page, place: Place) {
    this.page = page;
    this.#place = place;
  }

  /** A new person, with a browser profile of their own. */
  static async comes(place: Place, options: BrowserContextOptions = {}): Promise<Person> {
    const context = await place.browser.newContext({
      locale: place.language,
      timezoneId: 'Europe/Stockholm',
      viewport: SIZES.desktop,
      reducedMotion: 'reduce',
      permissions: ['clipboard-write'],
      ...options,
    });
    place.contexts.push(context);
    await context.addInitScript(watchPage);
    return Person.#at(context, place);
  }

  /** The same person at one more tab of the browser. */
  async opensTab(): Promise<Person> {
    return Person.#at(this.page.context(), this.#place);
  }

  static async #at(context: BrowserContext, place: Place): Promise<Person> {
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    return new Person(page, place);
  }

  async goes(path: string): Promise<void> {
    await this.page.goto(new URL(path, this.#place.origin).href);
  }

  /** Closes the browser, without a word. */
  async leaves(): Promise<void> {
    await this.page.context().close();
  }

  button(key: string, inputs?: Record<string, string>): Locator {
    return this.page.getByRole('button', { name: this.#place.say(key, inputs), exact: true });
  }

  async presses(key: string, inputs?: Record<string, string>): Promise<void> {
    await this.button(key, inputs).first().click();
  }

  /** Fills in a field, by the key of its name. */
  async fills(key: string, text: string): Promise<void> {
    await this.page.getByRole('textbox', { name: this.#place.say(key), exact: true }).fill(text);
  }

  async sees(key: string, inputs?: Record<string, string>): Promise<void> {
    await this.seesText(this.#place.say(key, inputs));
  }

  async seesText(text: string): Promise<void> {
    await expect(this.#shown(text)).toBeVisible({ timeout: PATIENCE_MS });
  }

  /** Whether it is there now. */
  async isShown(key: string): Promise<boolean> {
    return this.#shown(this.#place.say(key)).isVisible();
  }

  #shown(text: string): Locator {
    return this.page.getByText(text).filter({ visible: true }).first();
  }

  /** Creates an invite on the start page, which is open; gives its link. */
  async invites(wishes: { label?: string; welcome?: string } = {}): Promise<string> {
    const { say, talk } = this.#place;
    await this.fills('common_your_name', talk.host);
    if (wishes.label !== undefined || wishes.welcome !== undefined) {
      await this.page.getByText(say('host_more'), { exact: true }).click();
      await this.fills('host_label', wishes.label ?? '');
      await this.fills('host_welcome', wishes.welcome ?? '');
    }
    await this.presses('host_create');
    const link = this.page.getByRole('textbox', { name: say('host_link'), exact: true });
    await expect(link).toHaveValue(/#/, { timeout: PATIENCE_MS });
    return link.inputValue();
  }

  /** Opens a link and asks to join. */
  async asks(link: string, name: string): Promise<void> {
    await this.page.goto(link);
    await this.fills('common_your_name', name);
    await this.presses('door_ask');
  }

  get composer(): Locator {
    return this.page.getByRole('textbox', { name: this.#place.say('compose_message'), exact: true });
  }

  /** The log of the chat. */
  get log(): Locator {
    return this.page.getByRole('log');
  }

  async says(text: string): Promise<void> {
    await this.composer.fill(text);
    await this.composer.press('Enter');
    await expect(this.composer).toHaveValue('', { timeout: PATIENCE_MS });
  }

  async hears(text: string): Promise<void> {
    await expect(this.log.getByText(text, { exact: true }).last()).toBeVisible({ timeout: PATIENCE_MS });
  }

  async isConnected(): Promise<void> {
    await this.sees('common_path_direct');
  }
}

/** How long anything may take that a person waits for. */
const PATIENCE_MS = 20_000;

/** Host and guest come together; gives the link that was used. */
export async function meet(host: Person, guest: Person, place: Place): Promise<string> {
  await host.goes('/');
  const link = await host.invites();
  await guest.asks(link, place.talk.guest);
  await host.presses('host_let_in');
  await host.isConnected();
  await guest.isConnected();
  return link;
}

/** They take turns, the guest first, and each waits for the other's words. */
export async function talk(host: Person, guest: Person, lines: readonly string[]): Promise<void> {
  for (const [nth, line] of lines.entries()) {
    const [speaker, hearer] = nth % 2 === 0 ? [guest, host] : [host, guest];
    await speaker.says(line);
    await hearer.hears(line);
  }
}
