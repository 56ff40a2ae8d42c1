import { expect, it } from 'vitest';

import { createCounter } from './crowd.ts';

it('says when one key has its share, and when all have', () => {
  const counter = createCounter({ inAll: 3, perAddress: 2 });
  expect(counter.shortage('a')).toBeUndefined();
  counter.add('a');
  counter.add('a');
  expect([counter.shortage('a'), counter.shortage('b')]).toEqual(['crowded', undefined]);
  counter.add('b');
  expect([counter.shortage('a'), counter.shortage('b'), counter.shortage('c')]).toEqual(['crowded', 'full', 'full']);
});

it('has room again when one went', () => {
  const counter = createCounter({ inAll: 2, perAddress: 1 });
  counter.add('a');
  counter.add('b');
  counter.remove('a');
  expect([counter.shortage('a'), counter.shortage('b')]).toEqual([undefined, 'crowded']);
});

it('can be asked for a few more than the limit', () => {
  const counter = createCounter({ inAll: 1, perAddress: 1 });
  counter.add('a');
  expect([counter.shortage('a', 1), counter.shortage('b', 1)]).toEqual([undefined, undefined]);
  counter.add('a');
  expect([counter.shortage('a', 1), counter.shortage('b', 1)]).toEqual(['crowded', 'full']);
});

it('counts a network in a wider one, which has four times as much', () => {
  const counter = createCounter({ inAll: 100, perAddress: 2 });
  const homes = ['a/1', 'a/2', 'a/3', 'a/4'];
  for (const home of homes) {
    counter.add(home);
    expect(counter.shortage(home)).toBeUndefined();
    counter.add(home);
    expect(counter.shortage(home)).toBe('crowded');
  }
  expect([counter.shortage('a/5'), counter.shortage('b/5')]).toEqual(['crowded', undefined]);
  counter.remove('a/1');
  expect([counter.shortage('a/1'), counter.shortage('a/5'), counter.shortage('a/2')]).toEqual([
    undefined,
    undefined,
    'crowded',
  ]);
});
