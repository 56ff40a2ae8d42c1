import { readdirSync, readFileSync } from 'node:fs';

import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Locator, type Page } from 'playwright/test';

import { at } from '../scripts/places.js';

/** WCAG 2.2 A and AA, and what axe recommends beyond it. */
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
/** WCAG 2.2, 2.5.8; for fingers what the platforms recommend. */
const TARGET_PX = { mouse: 24, touch: 44 };
/** Of one screen. One fault often stands in many places. */
const MOST_TOLD = 10;
/** WCAG 2.2, 1.4.10 and 1.4.4: 400 % and 200 % of a window 1280 × 800. */
const ZOOMED = [
  { width: 320, height: 640 },
  { width: 640, height: 400 },
];
/** What still does not fit by then will not. */
const SETTLE_MS = 2_000;

const softly = expect.configure({ soft: true });

/**
 * Everything that keeps people from using a screen as it is now, one line each, light and dark: what axe finds, targets too
 * small to hit, things that move although motion was refused, what a magnified page cuts off. `touch`: fingers do it.
 */
export async function obstacles(page: Page, { touch }: { touch: boolean }): Promise<string[]> {
  const found: string[] = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    // In this page and not in one more, for which axe would ask otherwise: there are no frames.
    const { violations } = await new AxeBuilder({ page }).withTags(RULES).setLegacyMode(true).analyze();
    for (const { id, help, nodes } of violations) {
      found.push(
        ...nodes.map(
          ({ html, failureSummary = '' }) =>
            `${colorScheme}: ${id}: ${help}: ${html.slice(0, 200)} ${failureSummary.slice(0, 300).replaceAll(/\s+/g, ' ')}`,
        ),
      );
    }
  }
  await page.emulateMedia({ colorScheme: 'light' });
  found.push(...(await page.evaluate(smallTargets, touch ? TARGET_PX.touch : TARGET_PX.mouse)));
  found.push(...(await page.evaluate(movingThings)));

  const usual = page.viewportSize();
  for (const size of ZOOMED) {
    await page.setViewportSize(size);
    found.push(...(await whatScrollsSideways(page)).map((what) => `at ${size.width} px: ${what}`));
  }
  if (usual !== null) await page.setViewportSize(usual);
  return found.slice(0, MOST_TOLD);
}

/** Menus are put in their place anew a moment after the window has changed. */
async function whatScrollsSideways(page: Page): Promise<string[]> {
  const until = Date.now() + SETTLE_MS;
  let found = await page.evaluate(sidewaysThings);
  while (found.length > 0 && Date.now() < until) found = await page.evaluate(sidewaysThings);
  return found;
}

/** Runs in the page. What can be pressed and is smaller than `px` either way, pseudo-elements and labels counted in. */
function smallTargets(px: number): string[] {
  const all = document.querySelectorAll<HTMLElement>(
    'a[href], button, input, textarea, select, summary, [role^="menuitem"], [role="option"], [role="switch"], [role="button"]',
  );
  const modal = document.querySelector('dialog:modal');
  return (
    [...all]
      .filter((element) => !element.matches(':disabled') && element.checkVisibility({ visibilityProperty: true }))
      .filter((element) => element.closest('[inert]') === null && (modal === null || modal.contains(element)))
      // Within a sentence the line sets the size: WCAG 2.2, 2.5.8, "Inline".
      .filter((element) => getComputedStyle(element).display !== 'inline' || element.matches('input'))
      .flatMap((element) => {
        const target = element.closest('label') ?? element;
        const { left, top, width, height } = target.getBoundingClientRect();
        if (width >= px - 0.5 && height >= px - 0.5) return [];
        // What is painted smaller may be hit around it.
        const [x, y, reach] = [left + width / 2, top + height / 2, px / 2 - 1];
        const around = [
          [x - Math.max(reach, 0), y],
          [x + reach, y],
          [x, y - reach],
          [x, y + reach],
        ] as const;
        if (around.every((point) => target.contains(document.elementFromPoint(...point)))) return [];
        return [`${Math.round(width)} × ${Math.round(height)} px: ${element.outerHTML.slice(0, 160)}`];
      })
  );
}

/** Runs in the page. What moves. */
function movingThings(): string[] {
  return document
    .getAnimations()
    .filter(({ playState }) => playState === 'running')
    .map(({ effect }) => {
      const target = effect instanceof KeyframeEffect ? effect.target : null;
      return `moves: ${target?.outerHTML.slice(0, 160) ?? 'something'}`;
    });
}

/** Runs in the page. What makes it scroll sideways; of several, the innermost. */
function sidewaysThings(): string[] {
  const { scrollWidth, clientWidth } = document.documentElement;
  if (scrollWidth <= clientWidth) return [];
  const wide = [...document.body.querySelectorAll('*')].filter((element) => {
    const { left, right } = element.getBoundingClientRect();
    return right > clientWidth + 1 || left < -1;
  });
  return [`scrolls sideways: ${wide.at(-1)?.outerHTML.slice(0, 160) ?? 'something'}`];
}

/** The English sentences and those of a language, by key. A sentence with forms for numbers is left out. */
function sentences(language: string): Map<string, string> {
  const folder = at('apps', 'web', 'messages', language);
  const all = readdirSync(folder).flatMap((file) => {
    const read: unknown = JSON.parse(readFileSync(`${folder}/${file}`, 'utf8'));
    return Object.entries(read ?? {});
  });
  return new Map(all.flatMap(([key, text]) => (typeof text === 'string' ? [[key, text] as const] : [])));
}

/**
 * How a page in this language says an English sentence of ours, written as in `apps/web/messages/en`. What stands in braces
 * there may be anything. Throws when it is no sentence of ours.
 */
export function saidIn(language: string): (english: string) => RegExp {
  const [english, own] = [sentences('en'), sentences(language)];
  return (sentence) => {
    const keys = [...english].filter(([, text]) => text === sentence).map(([key]) => key);
    if (keys.length === 0) throw new Error(`There is no sentence “${sentence}”.`);
    const said = new Set(keys.map((key) => own.get(key) ?? sentence));
    const patterns = [...said].map((text) => text.replaceAll(/[.*+?^$()|[\]\\]/g, '\\$&').replaceAll(/\{\w+\}/g, '.*'));
    return new RegExp(`^(?:${patterns.join('|')})$`);
  };
}

/** Where the focus is: what has it, as HTML, or null if nothing has. */
export async function focused(page: Page): Promise<string | null> {
  return page.evaluate(() => {
    const { activeElement } = document;
    const lost = activeElement === null || activeElement === document.body || !activeElement.checkVisibility();
    return lost ? null : activeElement.outerHTML.slice(0, 160);
  });
}

/** One thing that a screen reader was given to say by itself. */
export interface Said {
  text: string;
  how: 'polite' | 'assertive';
}

declare global {
  interface Window {
    porchSaid: Said[];
  }
}

/**
 * Runs in a page before its own scripts: notes what changes in its live regions, as a screen reader would say it: what is put
 * into one, all of one that says so (`aria-atomic`, and so a status and an alert), nothing of one that is hidden.
 * It is sent to the page as text, so it uses nothing from outside.
 */
export function listenToPage(): void {
  const said: Said[] = [];
  Object.defineProperty(window, 'porchSaid', { value: said });
  const REGION = '[aria-live], [role="status"], [role="alert"], [role="log"]';

  const howOf = (region: Element): string => {
    const role = region.getAttribute('role');
    return region.getAttribute('aria-live') ?? (role === 'alert' ? 'assertive' : 'polite');
  };
  const isAtomic = (region: Element): boolean => {
    const atomic = region.getAttribute('aria-atomic');
    return atomic === null ? /^(?:status|alert)$/.test(region.getAttribute('role') ?? '') : atomic === 'true';
  };
  /** Without what is hidden from screen readers. */
  const textOf = (node: Node): string => {
    if (node instanceof Text) return node.data;
    if (
      !(node instanceof Element) ||
      node.matches('[aria-hidden="true"], [aria-live="off"]') ||
      !node.checkVisibility()
    )
      return '';
    return [...node.childNodes].map(textOf).join(' ');
  };

  new MutationObserver((records) => {
    const news = new Map<Element, Set<Node>>();
    for (const { type, target, addedNodes } of records) {
      const element = target instanceof Element ? target : target.parentElement;
      const region = element?.closest(REGION) ?? null;
      const changed = type === 'childList' ? [...addedNodes] : [target];
      // An alert is said when it appears; of others only what comes into them later.
      for (const node of addedNodes) {
        if (!(node instanceof Element)) continue;
        const alerts = [node, ...node.querySelectorAll('*')].filter((one) => one.matches('[role="alert"]'));
        for (const alert of alerts) news.set(alert, new Set([alert]));
      }
      if (region === null || changed.length === 0 || region.closest('[aria-hidden="true"], [inert]') !== null) continue;
      if (type === 'characterData' && /^additions$/.test(region.getAttribute('aria-relevant') ?? '')) continue;
      const nodes = news.get(region) ?? new Set();
      for (const node of changed) nodes.add(node);
      news.set(region, nodes);
    }
    for (const [region, nodes] of news) {
      const how = howOf(region);
      const whole = isAtomic(region) ? [region] : [...nodes].filter((node) => node.isConnected);
      // What was put in together with what is around it is said once.
      const outermost = whole.filter((node) => !whole.some((other) => other !== node && other.contains(node)));
      const text = outermost.map(textOf).join(' ').replaceAll(/\s+/g, ' ').trim();
      if (text !== '' && (how === 'polite' || how === 'assertive')) said.push({ text, how });
    }
  }).observe(document, { subtree: true, childList: true, characterData: true });
}

/** Somebody without a mouse, at a page: goes on by keys alone, and must see each time where the focus is. */
export class Keyboard {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  /** Presses keys, one after the other. */
  async presses(...keys: string[]): Promise<void> {
    // Keys are for the window in front.
    await this.#page.bringToFront();
    for (const key of keys) {
      await this.#page.keyboard.press(key);
      // What a key opens takes the focus to where it is wanted a moment later.
      await softly
        .poll(() => unseen(this.#page), { message: `where the focus is after ${key}`, timeout: SETTLE_MS })
        .toBeNull();
    }
  }

  /** Writes where the focus is. */
  async types(text: string): Promise<void> {
    await this.#page.bringToFront();
    await this.#page.keyboard.type(text);
  }

  /**
   * Presses a key, Tab unless another is given, until this has the focus. Behind the last element the browser's own buttons
   * follow, so what lies before is reached with Shift+Tab.
   */
  async goesTo(target: Locator, key = 'Tab'): Promise<void> {
    await expect(target).toBeVisible();
    for (let presses = 0; presses < 60; presses += 1) {
      if (await target.evaluate((element) => element === document.activeElement)) return;
      await this.presses(key);
    }
    throw new Error(`${key} never comes to ${target.toString()}.`);
  }
}

/** What has the focus and does not show it, or lies hidden; null if all is well. */
export async function unseen(page: Page): Promise<string | null> {
  return page.evaluate(unseenFocus);
}

/** Runs in the page. */
function unseenFocus(): string | null {
  const active = document.activeElement;
  // Between the last element and the first one the focus is with the browser; and a heading shows none: nothing can be done with it.
  if (active === null || active === document.body || /^H[1-6]$/.test(active.tagName)) return null;
  const what = active.outerHTML.slice(0, 160);

  // What is drawn in place of a small input shows it, or around one.
  const label = active.closest('label');
  const drawn = label === null ? [active] : [active, label, ...label.querySelectorAll('*')];
  const shows = drawn.some((element) => {
    const { outlineStyle, outlineWidth } = getComputedStyle(element);
    return outlineStyle !== 'none' && parseFloat(outlineWidth) >= 1;
  });
  if (!shows) return `does not show the focus: ${what}`;

  // WCAG 2.2, 2.4.11: some of it must be in sight.
  const target = active.closest('label') ?? active;
  const { left, top, right, bottom } = target.getBoundingClientRect();
  const [x0, x1] = [Math.max(left, 0), Math.min(right, innerWidth)];
  const [y0, y1] = [Math.max(top, 0), Math.min(bottom, innerHeight)];
  const inSight = [0.1, 0.5, 0.9].some((part) => {
    const there = document.elementFromPoint(x0 + (x1 - x0) * part, y0 + (y1 - y0) * part);
    return there !== null && (target.contains(there) || there.contains(target));
  });
  return x1 > x0 && y1 > y0 && inSight ? null : `has the focus and is out of sight: ${what}`;
}
