import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { highlight } from './highlight.ts';

/** A text node, an element with nothing but one in it, and a range, as far as they are needed here. */
class FakeText {
  readonly length: number;
  constructor(text: string) {
    this.length = text.length;
  }
}
let looks = 0;
const elementOf = (text: string): Element => {
  const node = new FakeText(text);
  const element = {
    node,
    get textContent() {
      looks += 1;
      return text;
    },
  };
  return element as unknown as Element;
};

const highlights = new Map<string, Set<unknown>>();
const marked = (name: string): number => highlights.get(name)?.size ?? 0;

beforeEach(() => {
  looks = 0;
  highlights.clear();
  vi.stubGlobal('CSS', { highlights });
  vi.stubGlobal('NodeFilter', { SHOW_TEXT: 4 });
  vi.stubGlobal('Text', FakeText);
  vi.stubGlobal(
    'Highlight',
    class extends Set {
      constructor(...ranges: unknown[]) {
        super(ranges);
      }
    },
  );
  vi.stubGlobal('document', {
    createTreeWalker: ({ node }: { node: FakeText }) => {
      const nodes = [node];
      return { nextNode: () => nodes.shift() ?? null };
    },
    createRange: () => ({ setStart: () => undefined, setEnd: () => undefined }),
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
});

describe('marking what was found', () => {
  it('marks each occurrence, and apart those in the message that is looked at', () => {
    const [one, other] = [elementOf('to be or not to be'), elementOf('be')];
    highlight([one, other], 'be', other);
    expect([marked('found'), marked('looked-at')]).toEqual([2, 1]);
  });

  it('looks at no text while nothing is searched for, and takes away what was marked', () => {
    highlight([elementOf('be')], 'be', null);
    looks = 0;
    highlight([elementOf('be')], ' ', null);
    expect([marked('found'), looks]).toEqual([0, 0]);
  });

  it('survives messages that are nothing but what is searched for', () => {
    const elements = Array.from({ length: 150 }, () => elementOf('e'.repeat(4000)));
    highlight(elements, 'e', elements[0] ?? null);
    expect(marked('found')).toBeGreaterThan(0);
    expect(marked('found')).toBeLessThanOrEqual(10_000);
    expect(marked('looked-at')).toBeGreaterThan(0);
  });
});
