import { fileURLToPath } from 'node:url';

import type { Browser } from 'playwright';

import { p95, typeAndMeasure } from '../../attack/hostile/typing.ts';

import { bundleOf } from './bundles.ts';
import { median } from './median.ts';

/** How it is to write in a chat of so many messages. */
export interface TypingFigures {
  readonly messages: number;
  /** From the key to the next paint. */
  readonly medianMs: number;
  readonly p95Ms: number;
  /** Elements in the page, and what its scripts keep in memory. */
  readonly elements: number;
  readonly heapBytes: number;
}

const LENGTHS = [10, 10_000];
const TEXT = 'Whatever stands above, writing goes on as ever. '.repeat(6);
const STYLE = fileURLToPath(new URL('../../apps/web/src/app.css', import.meta.url));

/** Writes in the room of the product, letter by letter, below a short chat and below a long one. */
export async function measureTyping(browser: Browser): Promise<readonly TypingFigures[]> {
  const figures: TypingFigures[] = [];
  for (const messages of LENGTHS) {
    const page = await browser.newPage();
    await page.setContent('<!doctype html><html lang="en"><style>body { height: 100vh }</style></html>');
    await page.addStyleTag({ path: STYLE });
    await page.addScriptTag({ path: bundleOf('room') });
    await page.evaluate((count) => window.showRoom?.(count), messages);
    await page.getByRole('textbox', { name: 'Message', exact: true }).focus();
    // Once unmeasured: what is compiled and laid out first is none of the long chat's doing.
    await typeAndMeasure(page, 'Warming up. ');
    const delaysMs = await typeAndMeasure(page, TEXT);
    const heap = await page.context().newCDPSession(page);
    await heap.send('HeapProfiler.collectGarbage');
    const { usedSize } = await heap.send('Runtime.getHeapUsage');
    const elements = await page.locator('*').count();
    figures.push({ messages, medianMs: median(delaysMs), p95Ms: p95(delaysMs), elements, heapBytes: usedSize });
    await page.close();
  }
  return figures;
}
