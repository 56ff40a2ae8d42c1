import { brotliCompressSync, constants } from 'node:zlib';

import type { Browser, Page } from 'playwright';

import { markOf, openPair } from './contenders/pair.ts';
import { porchlight } from './contenders/porchlight.ts';

/** JavaScript that Chromium really loaded by some moment: scripts, and their bytes after brotli quality 11. */
export interface Weight {
  readonly moment: string;
  readonly scripts: number;
  readonly brotliBytes: number;
}

interface Script {
  /** When it was asked for and when all of it was there; milliseconds on the machine's clock. */
  readonly requestedAt: number;
  readonly loadedAt: number;
  readonly brotliBytes: number;
}

/** The path has a delay as real ones do, so that what the page asks for in the background does not come in at once. */
const ONE_WAY_MS = 50;

/** Weighs one conversation with the product, from empty caches. The first entry is the page before **Ask to join**. */
export async function weigh(browser: Browser, serverPort: number): Promise<readonly [Weight, ...Weight[]]> {
  const pair = await openPair(browser, ONE_WAY_MS);
  try {
    const hostScripts = collectScripts(pair.host);
    const guestScripts = collectScripts(pair.guest);
    const { button } = await porchlight(serverPort).prepare(pair);
    await pair.host.getByRole('button', { name: button, exact: true }).click();
    await markOf(pair.guest, 'message shown');

    const canAskAt = await markOf(pair.guest, 'can Ask to join');
    const askedAt = await markOf(pair.guest, 'clicked Ask to join');
    const guest = await guestScripts();
    return [
      weight('guest, loaded when **Ask to join** can be pressed', by(canAskAt, guest)),
      weight(
        'guest, the same and what is on its way by then',
        guest.filter(({ requestedAt }) => requestedAt <= canAskAt),
      ),
      weight('guest, loaded when it is pressed (all is preloaded)', by(askedAt, guest)),
      weight('guest, in all, chat included', guest),
      weight('host, in all, chat included', await hostScripts()),
    ];
  } finally {
    await pair.close();
  }
}

function weight(moment: string, scripts: readonly Script[]): Weight {
  return {
    moment,
    scripts: scripts.length,
    brotliBytes: scripts.reduce((sum, { brotliBytes }) => sum + brotliBytes, 0),
  };
}

function by(moment: number, scripts: readonly Script[]): readonly Script[] {
  return scripts.filter(({ loadedAt }) => loadedAt <= moment);
}

/** Listens to what the page loads from now on; the function it returns gives all of it. */
function collectScripts(page: Page): () => Promise<readonly Script[]> {
  const bodies = new Map<string, Promise<Buffer>>();
  page.on('response', (response) => {
    const kind = response.headers()['content-type'] ?? '';
    if (/\bjavascript\b/.test(kind)) bodies.set(response.url(), response.body());
  });
  return async () => {
    const { inline, times } = await page.evaluate(() => ({
      inline: Array.from(document.scripts, (script) => (script.src === '' ? script.text : '')).join(''),
      times: performance.getEntriesByType('resource').map((entry) => ({
        url: entry.name,
        requestedAt: performance.timeOrigin + entry.startTime,
        loadedAt: performance.timeOrigin + entry.startTime + entry.duration,
      })),
    }));
    const scripts: Script[] = [];
    // Inline scripts came with the page, before everything else.
    if (inline !== '') scripts.push({ requestedAt: 0, loadedAt: 0, brotliBytes: brotliBytes(Buffer.from(inline)) });
    for (const [url, body] of bodies) {
      const time = times.find((entry) => entry.url === url);
      if (time === undefined) throw new Error(`no timing of ${url}`);
      scripts.push({ ...time, brotliBytes: brotliBytes(await body) });
    }
    return scripts;
  };
}

function brotliBytes(script: Buffer): number {
  return brotliCompressSync(script, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: 11,
      [constants.BROTLI_PARAM_SIZE_HINT]: script.length,
    },
  }).length;
}
