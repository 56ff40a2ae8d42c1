import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { hold } from './hold.ts';

/** So long the tests wait, in ms, for what a page waits for longer. */
const PATIENCE_MS = 20;

let names = 0;
let name = '';

beforeEach(() => {
  names += 1;
  name = `hold ${String(names)}`;
  const timeout = AbortSignal.timeout.bind(AbortSignal);
  vi.spyOn(AbortSignal, 'timeout').mockImplementation(() => timeout(PATIENCE_MS));
});

afterEach(() => {
  vi.restoreAllMocks();
});

/** A machine on which a lock is granted only at the nth request, though nobody has it. */
function slowUntil(nth: number): void {
  const { locks } = navigator;
  const request = locks.request.bind(locks);
  let requests = 0;
  vi.spyOn(locks, 'request').mockImplementation(
    (of: string, options: LockOptions, granted: LockGrantedCallback<unknown>) => {
      requests += 1;
      if (requests >= nth) return request(of, options, granted);
      return new Promise((_, reject) => {
        options.signal?.addEventListener('abort', () => {
          reject(new DOMException('', 'TimeoutError'));
        });
      });
    },
  );
}

describe('a name among tabs', () => {
  it('is held by one of them, until it is released', async () => {
    const held = await hold(name, 'ask');
    expect(held).not.toBeNull();
    expect(await hold(name, 'ask'), 'another tab has it').toBeNull();
    held?.release();
    expect(await hold(name, 'ask')).not.toBeNull();
  });

  it('is waited for on a machine that is merely slow', async () => {
    slowUntil(3);
    expect(await hold(name, 'ask')).not.toBeNull();
  });

  it('is taken when nobody has it and it is not granted', async () => {
    slowUntil(6);
    expect(await hold(name, 'ask')).not.toBeNull();
  });

  it('is taken from a tab that does not answer, which is told', async () => {
    const held = await hold(name, 'ask');
    const taken = await hold(name, 'take');
    expect(taken).not.toBeNull();
    await held?.lost;
    held?.release();
    expect(await hold(name, 'ask'), 'the other one has it').toBeNull();
    taken?.release();
  });
});
