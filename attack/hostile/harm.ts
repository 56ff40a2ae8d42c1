import { expect, type Page } from 'playwright/test';

declare global {
  interface Window {
    /** What the corpus sets as soon as any of it runs. */
    attacked?: unknown;
  }
}

/** Notes whatever pages do that text alone never makes them do. */
export class HarmWatch {
  readonly #pages: readonly Page[];
  readonly #harm: string[] = [];

  constructor(pages: readonly Page[], origin: string) {
    this.#pages = pages;
    for (const page of pages) this.#watch(page, new URL(origin).host);
  }

  /** Nothing of it happened up to now; `when` says what the pages were shown last. */
  async expectNone(when: string): Promise<void> {
    for (const page of this.#pages)
      expect(await page.evaluate(() => window.attacked), `something ran, ${when}`).toBeUndefined();
    expect(this.#harm, `what the pages did, ${when}`).toEqual([]);
  }

  #watch(page: Page, home: string): void {
    page.on('dialog', (dialog) => {
      this.#harm.push(`a dialog: ${dialog.message()}`);
      dialog.dismiss().catch(() => undefined);
    });
    page.on('popup', (popup) => this.#harm.push(`a window: ${popup.url()}`));
    page.on('download', (download) => this.#harm.push(`a download: ${download.url()}`));
    page.on('pageerror', (error) => this.#harm.push(`an error: ${error.message}`));
    page.on('console', (message) => {
      // e2e/watch.ts writes these.
      if (message.text().startsWith('policy violation')) this.#harm.push(message.text());
    });
    page.context().on('request', (request) => {
      if (new URL(request.url()).host !== home) this.#harm.push(`a request: ${request.url()}`);
    });
  }
}

/**
 * Which elements a page is made of: every `tag[attributes]` in it, once. Values do not count, except where a value is
 * where the harm would be: addresses and styles.
 */
export function shapeOf(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const telling = ['href', 'src', 'srcset', 'action', 'style'];
    const describe = (element: Element): string => {
      const attributes = element
        .getAttributeNames()
        .map((name) => (telling.includes(name) ? `${name}=${element.getAttribute(name) ?? ''}` : name));
      return `${element.tagName}[${attributes.sort().join()}]`;
    };
    return [...new Set([...document.querySelectorAll('body *')].map(describe))].sort();
  });
}
