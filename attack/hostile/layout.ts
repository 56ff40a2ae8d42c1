import { expect, type Locator, type Page } from 'playwright/test';

/** The narrowest phone that is promised, and a desk. */
export const WINDOWS = [
  { width: 360, height: 640 },
  { width: 1280, height: 800 },
] as const;

/** Nothing is wider than the window, and all of these are in it, whole, and in front. */
export async function expectInSight(page: Page, things: Readonly<Record<string, Locator>>): Promise<void> {
  const wider = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect.soft(wider, 'pixels by which the page is wider than the window').toBe(0);
  for (const [name, thing] of Object.entries(things)) {
    await expect.soft(thing, name).toBeInViewport({ ratio: 0.99 });
    expect.soft(await coveredBy(thing), `what covers ${name}`).toBe('');
  }
}

/** What lies over a thing, looked at in its middle and near its corners; empty when it is in front everywhere. */
function coveredBy(thing: Locator): Promise<string> {
  return thing.evaluate((element) => {
    const { left, top, width, height } = element.getBoundingClientRect();
    const points = [0.5, 0.1, 0.9].flatMap((x) => [0.5, 0.2, 0.8].map((y) => [left + width * x, top + height * y]));
    for (const [x = 0, y = 0] of points) {
      const front = document.elementFromPoint(x, y);
      if (front === null || !(element.contains(front) || front.contains(element))) return front?.outerHTML ?? 'nothing';
    }
    return '';
  });
}

/** Waits until the page has come to rest: fonts are there, what moves has arrived. */
export async function settled(page: Page): Promise<void> {
  await page.evaluate(async () => {
    await document.fonts.ready;
    const moving = document.getAnimations().filter(({ effect }) => effect?.getComputedTiming().endTime !== Infinity);
    await Promise.allSettled(moving.map(({ finished }) => finished));
    await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
  });
}

/** What can be seen of `inner` does not stand out of `outer` to the side, in pixels; half a pixel is rounding. */
export async function expectWithin(inner: Locator, outer: Locator, what: string): Promise<void> {
  const [small, large] = [await seenOf(inner), await seenOf(outer)];
  expect.soft(small.left, `${what}, at the left`).toBeGreaterThanOrEqual(large.left - 0.5);
  expect.soft(small.right, `${what}, at the right`).toBeLessThanOrEqual(large.right + 0.5);
}

/** From where to where a thing is drawn across, less what is cut off by what it lies in. */
function seenOf(thing: Locator): Promise<{ left: number; right: number }> {
  return thing.evaluate((element) => {
    let { left, right } = element.getBoundingClientRect();
    for (let around = element.parentElement; around !== null; around = around.parentElement) {
      if (getComputedStyle(around).overflowX === 'visible') continue;
      const cut = around.getBoundingClientRect();
      left = Math.max(left, cut.left);
      right = Math.min(right, cut.right);
    }
    return { left, right };
  });
}

/** The words of a thing stand in one line. */
export async function expectOneLine(thing: Locator, what: string): Promise<void> {
  const lines = await thing.evaluate((element) => {
    const range = document.createRange();
    range.selectNodeContents(element);
    return new Set([...range.getClientRects()].map(({ top }) => Math.round(top))).size;
  });
  expect.soft(lines, `lines of ${what}`).toBe(1);
}

/** The text `words`, which stands directly in `place`, is drawn from left to right, letter after letter in every line. */
export async function expectLeftToRight(place: Locator, words: string): Promise<void> {
  const order = await place.evaluate((element, text) => {
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const start = node.textContent?.indexOf(text) ?? -1;
      if (start < 0) continue;
      const boxes = [...text].map((_, at) => {
        const range = document.createRange();
        range.setStart(node, start + at);
        range.setEnd(node, start + at + 1);
        return range.getBoundingClientRect();
      });
      return boxes.every((box, at) => {
        const before = boxes[at - 1];
        return before === undefined || box.top > before.top + 4 || box.left >= before.left;
      });
    }
    return null;
  }, words);
  expect.soft(order, `“${words}” is drawn from left to right`).toBe(true);
}
