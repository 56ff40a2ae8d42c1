import type { Browser, CDPSession, Page } from 'playwright';

import { type Form, findIn, memoryOfProcess, stringsOf } from './heap.ts';

/** Has to be called before the page is opened: from then on the page can be asked which byte arrays live. */
export async function watchBytes(page: Page): Promise<void> {
  await page.addInitScript(watchArrays);
}

/**
 * What a page of Chromium holds on to, after a collection: every string of its JavaScript heap, the bytes of every living
 * array that its code made, and the text of every input, in the document or not.
 */
export async function liveOf(page: Page): Promise<Buffer[]> {
  const session = await page.context().newCDPSession(page);
  try {
    await session.send('HeapProfiler.enable');
    await session.send('HeapProfiler.collectGarbage');
    const bytes = Buffer.from(await page.evaluate<string>('window.porchBytes()'), 'base64');
    return [bytes, stringsOf(await snapshotOf(session)), Buffer.from(await inputsOf(session))];
  } finally {
    await session.detach();
  }
}

/** What of this stands in the memory of the process behind a page, dead or alive; the page is known by `mark`. Null where no process shows it. */
export async function rawOf(browser: Browser, mark: readonly Form[], forms: readonly Form[]): Promise<string[] | null> {
  const session = await browser.newBrowserCDPSession();
  try {
    const { processInfo } = await session.send('SystemInfo.getProcessInfo');
    for (const { type, id } of processInfo) {
      if (type !== 'renderer') continue;
      const memory = memoryOfProcess(id);
      if (memory === null) continue;
      const found = findIn(memory, [...mark, ...forms]);
      const marks = mark.map(({ what }) => what);
      if (found.some((what) => marks.includes(what))) return found.filter((what) => !marks.includes(what));
    }
    return null;
  } finally {
    await session.detach();
  }
}

/**
 * Runs in the page before its own scripts. No heap snapshot shows what a typed array holds, so every one that the page
 * makes is known here by a weak reference, which keeps nothing alive. Slices and views are made by the same constructors.
 */
function watchArrays(): void {
  let made: WeakRef<ArrayBufferView | ArrayBuffer>[] = [];
  let pruneAt = 10_000;
  const prune = (): void => {
    made = made.filter((one) => one.deref() !== undefined);
    pruneAt = 2 * made.length + 10_000;
  };
  for (const name of ['ArrayBuffer', 'Uint8Array', 'Uint16Array', 'Uint32Array', 'DataView'] as const) {
    const Native = globalThis[name];
    const watched = new Proxy(Native, {
      construct(target, args, newTarget) {
        const one = Reflect.construct(target, args, newTarget === watched ? target : newTarget) as Uint8Array;
        made.push(new WeakRef(one));
        if (made.length > pruneAt) prune();
        return one;
      },
    });
    Object.defineProperty(Native.prototype, 'constructor', { value: watched, writable: true, configurable: true });
    Object.defineProperty(globalThis, name, { value: watched, writable: true, configurable: true });
  }
  const porchBytes = (): string => {
    let text = '';
    for (const ref of made) {
      const one = ref.deref();
      if (one === undefined) continue;
      const bytes = 'buffer' in one ? new Uint8Array(one.buffer) : new Uint8Array(one);
      for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
      text += '\n';
    }
    return btoa(text);
  };
  Object.defineProperty(window, 'porchBytes', { value: porchBytes });
}

async function inputsOf(session: CDPSession): Promise<string> {
  const { result } = await session.send('Runtime.evaluate', { expression: 'HTMLInputElement.prototype' });
  const { objects } = await session.send('Runtime.queryObjects', { prototypeObjectId: result.objectId ?? '' });
  const { result: values } = await session.send('Runtime.callFunctionOn', {
    objectId: objects.objectId ?? '',
    functionDeclaration: "function () { return this.map((one) => one.value).join('\\n'); }",
    returnByValue: true,
  });
  await session.send('Runtime.releaseObject', { objectId: objects.objectId ?? '' });
  return String(values.value);
}

async function snapshotOf(session: CDPSession): Promise<string> {
  const chunks: string[] = [];
  const add = ({ chunk }: { chunk: string }): void => void chunks.push(chunk);
  session.on('HeapProfiler.addHeapSnapshotChunk', add);
  await session.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false });
  session.off('HeapProfiler.addHeapSnapshotChunk', add);
  return chunks.join('');
}
