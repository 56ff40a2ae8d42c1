import type { ElementHandle, Locator, Page } from 'playwright/test';

/** The narrowest phone that is promised, and a desk. */
export const WINDOWS = [
  { width: 360, height: 640 },
  { width: 1280, height: 800 },
] as const;

/** What things say, and how they lie in a window, when a page is in order. */
export interface Layout {
  /** By name: its whole text is this. */
  readonly says?: Readonly<Record<string, readonly [thing: Locator, text: string]>>;
  /** By name: whole in the window, and in front. */
  readonly inSight: Readonly<Record<string, Locator>>;
  /** By name: what can be seen of the first does not stand out of the second to the side. */
  readonly within: Readonly<Record<string, readonly [inner: Locator, outer: Locator]>>;
  /** By name: nothing in it is wider than it shows. The page itself always counts. */
  readonly notWider?: Readonly<Record<string, Locator>>;
  /** By name: its words stand in one line. */
  readonly oneLine?: Readonly<Record<string, Locator>>;
  /** These words stand directly in the place, and are drawn from left to right, letter after letter in every line. */
  readonly leftToRight: readonly (readonly [place: Locator, words: string])[];
}

/**
 * What is not in order in the page as it is now, in words; among it, that the page or one of `notWider` is wider than it
 * shows. Everything is looked at in one go, because asking a browser takes longer than looking.
 */
export async function faultsOf(page: Page, layout: Layout): Promise<string[]> {
  const named = (things: Readonly<Record<string, Locator>>) =>
    Promise.all(Object.entries(things).map(async ([name, thing]) => ({ name, element: await elementOf(thing) })));
  const within = Object.entries(layout.within).map(async ([name, [inner, outer]]) => ({
    name,
    inner: await elementOf(inner),
    outer: await elementOf(outer),
  }));
  const says = Object.entries(layout.says ?? {}).map(async ([name, [thing, text]]) => ({
    name,
    element: await elementOf(thing),
    text,
  }));
  const leftToRight = layout.leftToRight.map(async ([place, words]) => ({ place: await elementOf(place), words }));
  return page.evaluate(look, {
    says: await Promise.all(says),
    inSight: await named(layout.inSight),
    within: await Promise.all(within),
    notWider: await named(layout.notWider ?? {}),
    oneLine: await named(layout.oneLine ?? {}),
    leftToRight: await Promise.all(leftToRight),
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

type Place = HTMLElement | SVGElement;

/** The one element that this names. Throws if it names several. */
const elementOf = (thing: Locator): Promise<ElementHandle<Place>> => thing.elementHandle();

/** A Layout whose things were found. */
interface Found {
  readonly says: readonly { readonly name: string; readonly element: Place; readonly text: string }[];
  readonly inSight: readonly { readonly name: string; readonly element: Place }[];
  readonly within: readonly { readonly name: string; readonly inner: Place; readonly outer: Place }[];
  readonly notWider: readonly { readonly name: string; readonly element: Place }[];
  readonly oneLine: readonly { readonly name: string; readonly element: Place }[];
  readonly leftToRight: readonly { readonly place: Place; readonly words: string }[];
}

/** Runs in the page, so it uses nothing from outside. */
async function look({ says, inSight, within, notWider, oneLine, leftToRight }: Found): Promise<string[]> {
  /** How much of each is in the window, from 0 to 1. */
  const shares = (elements: readonly Element[]): Promise<Map<Element, number>> =>
    new Promise((resolve) => {
      const seen = new Map<Element, number>();
      const observer = new IntersectionObserver((entries) => {
        for (const { target, intersectionRatio } of entries) seen.set(target, intersectionRatio);
        if (seen.size < new Set(elements).size) return;
        observer.disconnect();
        resolve(seen);
      });
      for (const element of elements) observer.observe(element);
      if (elements.length === 0) resolve(seen);
    });

  /** What lies over a thing, looked at in its middle and near its corners; empty when it is in front everywhere. */
  const coveredBy = (element: Element): string => {
    const { left, top, width, height } = element.getBoundingClientRect();
    const points = [0.5, 0.1, 0.9].flatMap((x) => [0.5, 0.2, 0.8].map((y) => [left + width * x, top + height * y]));
    for (const [x = 0, y = 0] of points) {
      const front = document.elementFromPoint(x, y);
      if (front === null || !(element.contains(front) || front.contains(element))) return front?.outerHTML ?? 'nothing';
    }
    return '';
  };

  /** From where to where a thing is drawn across, less what is cut off by what it lies in. */
  const seenOf = (element: Element): { left: number; right: number } => {
    let { left, right } = element.getBoundingClientRect();
    for (let around = element.parentElement; around !== null; around = around.parentElement) {
      if (getComputedStyle(around).overflowX === 'visible') continue;
      const cut = around.getBoundingClientRect();
      left = Math.max(left, cut.left);
      right = Math.min(right, cut.right);
    }
    return { left, right };
  };

  const linesOf = (element: Element): number => {
    const range = document.createRange();
    range.selectNodeContents(element);
    return new Set([...range.getClientRects()].map(({ top }) => Math.round(top))).size;
  };

  /** Null where the words do not stand. */
  const isLeftToRight = (place: Element, words: string): boolean | null => {
    const walker = document.createTreeWalker(place, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const start = node.textContent?.indexOf(words) ?? -1;
      if (start < 0) continue;
      const boxes = [...words].map((_, at) => {
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
  };

  const faults: string[] = [];
  for (const { name, element } of [{ name: 'the page', element: document.documentElement }, ...notWider]) {
    const wider = element.scrollWidth - element.clientWidth;
    if (wider !== 0) faults.push(`${name}: it is ${wider} pixels wider than it shows`);
  }

  for (const { name, element, text } of says) {
    const said = element.textContent;
    if (said !== text) faults.push(`${name}: it says ${JSON.stringify(said)} and not ${JSON.stringify(text)}`);
  }
  const shown = await shares(inSight.map(({ element }) => element));
  for (const { name, element } of inSight) {
    const share = shown.get(element) ?? 0;
    if (share < 0.99) faults.push(`${name}: only ${share} of it is in the window`);
    const cover = coveredBy(element);
    if (cover !== '') faults.push(`${name}: it lies behind ${cover}`);
  }
  for (const { name, inner, outer } of within) {
    const [small, large] = [seenOf(inner), seenOf(outer)];
    // Half a pixel is rounding.
    if (!(small.left >= large.left - 0.5))
      faults.push(`${name}: it stands out by ${large.left - small.left} at the left`);
    if (!(small.right <= large.right + 0.5))
      faults.push(`${name}: it stands out by ${small.right - large.right} at the right`);
  }
  for (const { name, element } of oneLine) {
    const lines = linesOf(element);
    if (lines !== 1) faults.push(`${name}: it has ${lines} lines`);
  }
  for (const { place, words } of leftToRight) {
    if (isLeftToRight(place, words) !== true) faults.push(`“${words}” is not drawn from left to right`);
  }
  return faults;
}
