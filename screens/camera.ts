import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

import type { Page } from 'playwright';

/** The sizes in which every screen is looked at, in CSS pixels. */
export const SIZES = {
  phone: { width: 360, height: 640 },
  tablet: { width: 768, height: 1024 },
  desktop: { width: 1440, height: 900 },
} as const;

/** A folder of pictures, and the scheme of colours in them. */
export interface Look {
  readonly folder: 'light' | 'dark' | 'right-to-left';
  readonly colorScheme: 'light' | 'dark';
}

/** Takes a screen in every size and look. The page keeps the size of a desktop between two pictures. */
export class Camera {
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
    for (const [size, viewport] of Object.entries(SIZES)) {
      await page.setViewportSize(viewport);
      for (const { folder, colorScheme } of this.#looks) {
        await page.emulateMedia({ colorScheme });
        await settled(page);
        const path = join(folder, `${name}-${size}.png`);
        await page.screenshot({ path: join(this.#folder, path), caret: 'hide' });
        this.taken.push(path);
      }
      if (size === 'phone') await this.#takeEnd(page, name);
    }
  }

  /** What a phone shows only after scrolling, once. */
  async #takeEnd(page: Page, name: string): Promise<void> {
    const [look] = this.#looks;
    if (look === undefined || !(await page.evaluate(scrollToEnd))) return;
    await page.emulateMedia({ colorScheme: look.colorScheme });
    await settled(page);
    const path = join(look.folder, `${name}-end-phone.png`);
    await page.screenshot({ path: join(this.#folder, path), caret: 'hide' });
    this.taken.push(path);
    await page.evaluate(scrollToStart);
  }
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
