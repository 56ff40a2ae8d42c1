import type { Page } from 'playwright/test';

/** What a page of Chromium holds in memory, in bytes: JavaScript's heap, the buffers behind it, and the DOM's objects. */
export interface Memory {
  /** What is held now that everything unused was collected. */
  settled(): Promise<number>;
  /** The most that was held, unused things included, since the last call. */
  peak(): Promise<number>;
}

const EVERY_MS = 50;

/** Watches the memory of a page for as long as the page is open. */
export async function memoryOfPage(page: Page): Promise<Memory> {
  const devtools = await page.context().newCDPSession(page);
  let most = 0;
  const held = async (): Promise<number> => {
    const usage: object = await devtools.send('Runtime.getHeapUsage');
    const bytes = Object.entries(usage)
      .filter(([name]) => ['usedSize', 'embedderHeapUsedSize', 'backingStorageSize'].includes(name))
      .reduce((sum, [, value]) => sum + Number(value), 0);
    most = Math.max(most, bytes);
    return bytes;
  };
  const watching = setInterval(() => {
    held().catch(() => clearInterval(watching));
  }, EVERY_MS);
  page.once('close', () => clearInterval(watching));

  return {
    async settled() {
      await devtools.send('HeapProfiler.collectGarbage');
      return held();
    },
    async peak() {
      await held();
      const peak = most;
      most = 0;
      return peak;
    },
  };
}

/** Bytes as people read them: `3.1 MB`. */
export const megabytes = (bytes: number): string => `${(bytes / 1_000_000).toFixed(1)} MB`;
