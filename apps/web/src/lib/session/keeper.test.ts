import { describe, expect, it } from 'vitest';

import { VaultClosed } from '../vault/vault.ts';

import { settle } from './clock.ts';
import { Keeper } from './keeper.ts';

function createKeeper(write: () => Promise<void>) {
  const seen: unknown[] = [];
  const keeper = new Keeper({ write, failed: () => seen.push('failed') }, (error) => seen.push(error));
  const say = (word: string) => () => {
    seen.push(word);
  };
  return { keeper, seen, say };
}

describe('what waits to be kept', () => {
  it('is said in the order in which it was asked for, and what need not be kept behind it', async () => {
    const { keeper, seen, say } = createKeeper(() => Promise.resolve());
    keeper.keep(say('a'));
    keeper.after(say('b'));
    keeper.keep(() => {
      seen.push('c');
      keeper.after(say('e'));
    });
    keeper.after(say('d'));
    expect(seen).toEqual([]);
    await settle();
    expect(seen).toEqual(['a', 'b', 'c', 'd', 'e']);
    keeper.after(say('at once'));
    expect(seen.at(-1)).toBe('at once');
  });

  it('is said when the disk fails, after that was dealt with', async () => {
    const { keeper, seen, say } = createKeeper(() => Promise.reject(new Error('full')));
    keeper.keep(say('a'));
    await settle();
    expect(seen).toEqual(['failed', 'a']);
    keeper.keep(say('b'));
    expect(seen).toEqual(['failed', 'a', 'b']);
  });

  it('is never said when another page has the vault', async () => {
    const { keeper, seen, say } = createKeeper(() => Promise.reject(new VaultClosed()));
    keeper.keep(say('a'));
    keeper.after(say('b'));
    await settle();
    keeper.keep(say('c'));
    expect(seen).toEqual([]);
  });

  it('is not said any more once it was stopped, not even the rest of what was being said', async () => {
    const { keeper, seen, say } = createKeeper(() => Promise.resolve());
    keeper.keep(() => {
      keeper.stop();
    });
    keeper.after(say('a'));
    await settle();
    expect(seen).toEqual([]);
  });

  it('goes on, and tells, when one of it goes wrong', async () => {
    const { keeper, seen, say } = createKeeper(() => Promise.resolve());
    const fault = new Error('ours');
    keeper.keep(() => {
      throw fault;
    });
    keeper.after(say('a'));
    await settle();
    keeper.keep(say('b'));
    await settle();
    expect(seen).toEqual([fault, 'a', 'b']);
  });
});
