import type { Page } from 'playwright/test';

declare global {
  interface Window {
    paintDelaysMs?: number[];
  }
}

/**
 * Types into what has the focus, letter by letter, and gives how long each took from the key to the next paint, in ms:
 * the browser's own time stamp of the key, so that waiting for a busy page counts.
 */
export async function typeAndMeasure(page: Page, text: string): Promise<number[]> {
  await page.evaluate(() => {
    const delays: number[] = (window.paintDelaysMs = []);
    document.activeElement?.addEventListener('keydown', ({ timeStamp }) => {
      requestAnimationFrame(() => {
        // After the frame's own work: a task of its own follows the paint.
        setTimeout(() => delays.push(performance.now() - timeStamp));
      });
    });
  });
  await page.keyboard.type(text, { delay: 40 });
  await page.waitForFunction((count) => (window.paintDelaysMs ?? []).length >= count, text.length);
  return page.evaluate(() => window.paintDelaysMs ?? []);
}

/** The value that 95 of 100 do not exceed. */
export function p95(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * 0.95))] ?? 0;
}
