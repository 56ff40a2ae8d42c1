import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

import type { Page } from 'playwright';

import type { Language } from './words.ts';

/** The sizes in which every screen is looked at, in CSS pixels. */
export const SIZES = {
  phone: { width: 360, height: 640 },
  tablet: { width: 768, height: 1024 },
  desktop: { width: 1440, height: 900 },
} as const;

/** A folder of pictures, and what the screens in it have in common. */
export interface Look {
  readonly folder: 'light' | 'dark' | 'right-to-left';
  readonly colorScheme: 'light' | 'dark';
  readonly language: Language;
}

/** Whoever is shown each screen of a story as soon as it is there. */
export interface Looking {
  /** Looks at a page. `name` says which screen it is, in letters, digits and hyphens. */
  take: (page: Page, name: string) => Promise<void>;
}

/** Takes a screen in every size and look. The page has the size of a desktop between two pictures, and its own language. */
export class Camera implements Looking {
  /** Every picture taken, as a path below the folder of all. */
  readonly taken: string[] = [];
  readonly #folder: string;
  readonly #looks: readonly Look[];

  constructor(folder: string, looks: readonly Look[]) {
    this.#folder = folder;
    this.#looks = looks;
    for (const look of looks) mkdirSync(join(folder, look.folder), { recursive: true });
  }

  async take(page: Page, name: string): Promise<void> {
    await page.bringToFront();
    const own = await languageOf(page);
    for (const language of new Set(this.#looks.map((look) => look.language))) {
      await turnTo(page, language);
      await this.#takeIn(page, name, language);
    }
    await turnTo(page, own);
  }

  async #takeIn(page: Page, name: string, language: Language): Promise<void> {
    const looks = this.#looks.filter((look) => look.language === language);
    for (const [size, viewport] of Object.entries(SIZES)) {
      await page.setViewportSize(viewport);
      for (const look of looks) await this.#shoot(page, look, `${name}-${size}`);
      if (size === 'phone') await this.#takeEnd(page, name, looks[0]);
    }
  }

  /** What a phone shows only after scrolling, once. */
  async #takeEnd(page: Page, name: string, look: Look | undefined): Promise<void> {
    if (look === undefined || !(await page.evaluate(scrollToEnd))) return;
    await this.#shoot(page, look, `${name}-end-phone`);
    await page.evaluate(scrollToStart);
  }

  async #shoot(page: Page, { folder, colorScheme }: Look, name: string): Promise<void> {
    await page.emulateMedia({ colorScheme });
    await settled(page);
    const path = join(folder, `${name}.png`);
    await page.screenshot({ path: join(this.#folder, path), caret: 'hide' });
    this.taken.push(path);
  }
}

const languageOf = (page: Page): Promise<string> => page.evaluate(() => document.documentElement.lang);

/** Changes the language as a person does, at the foot of the page, unless it is this one already. */
export async function turnTo(page: Page, language: string): Promise<void> {
  if ((await languageOf(page)) === language) return;
  await page.locator('.language select').selectOption(language);
  await page.locator(`html[lang="${language}"]`).waitFor();
}

/** Runs in the page: whether there was more below, in the page or in what scrolls in it; a log is at its end already. */
function scrollToEnd(): boolean {
  const scrolling = [document.documentElement, ...document.querySelectorAll('main, .pane, [role="dialog"]')].find(
    (element) => element.scrollHeight > element.clientHeight + 1,
  );
  scrolling?.scrollTo(0, scrolling.scrollHeight);
  return scrolling !== undefined && scrolling.scrollTop > 0;
}

/** Runs in the page. */
function scrollToStart(): void {
  for (const element of [document.documentElement, ...document.querySelectorAll('main, .pane, [role="dialog"]')])
    element.scrollTo(0, 0);
}

/** Waits for two frames: what follows the size of the window has followed it then. */
async function settled(page: Page): Promise<void> {
  await page.evaluate(
    () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve(null)))),
  );
}
