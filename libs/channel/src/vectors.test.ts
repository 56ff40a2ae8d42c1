import { readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import { BEGIN, DOCUMENT, END, ROOT, render, vectors } from '../vectors/generate.ts';

const read = (path: string) => readFileSync(new URL(path, ROOT), 'utf8');

describe('the vectors', () => {
  const all = vectors();

  it.each(Object.entries(all))('in %s are what the second implementation makes', (path, content) => {
    expect(JSON.parse(read(path))).toEqual(content);
  });

  it('are what docs/protocol.md prints', () => {
    const document = read(DOCUMENT);
    const printed = document.slice(document.indexOf(BEGIN) + BEGIN.length, document.indexOf(END));
    expect(printed.trim()).toBe(render(all));
  });
});
