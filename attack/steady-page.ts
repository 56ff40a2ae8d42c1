import type { Page } from 'playwright';

/**
 * The bytes of the `nth` draw of a page with this seed. Runs in the page as well, from its text, so it uses nothing from
 * outside; nothing is kept between draws, so that what lies in the page's memory was put there by the page.
 */
function drawOf(seed: number, nth: number, length: number): Uint8Array {
  let state = (Math.imul(seed, 0x9e3779b1) ^ Math.imul(nth + 1, 0x85ebca6b)) | 1;
  const bytes = new Uint8Array(length);
  for (let i = 0; i < length; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    bytes[i] = state >>> 24;
  }
  return bytes;
}

/** Makes what the page draws from now on repeatable. For pages whose keys a test wants to know and not to ask for. */
export async function drawSteadily(page: Page, seed: number): Promise<void> {
  await page.addInitScript(`(() => {
    const drawOf = ${drawOf.toString()};
    const lengths = [];
    window.porchDraws = lengths;
    crypto.getRandomValues = (array) => {
      new Uint8Array(array.buffer, array.byteOffset, array.byteLength).set(drawOf(${seed}, lengths.length, array.byteLength));
      lengths.push(array.byteLength);
      return array;
    };
  })()`);
}

/** Everything the page has drawn so far, in order. */
export async function drawsOf(page: Page, seed: number): Promise<Uint8Array[]> {
  const lengths = await page.evaluate<number[]>('window.porchDraws');
  return lengths.map((length, nth) => drawOf(seed, nth, length));
}
