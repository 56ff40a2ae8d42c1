import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';

import { fingerprint } from './fingerprint.js';

describe('a fingerprint of files', () => {
  let folder = '';
  const print = () => fingerprint(['src', 'lock.json'], folder);

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'porchlight-'));
    mkdirSync(join(folder, 'src/deep'), { recursive: true });
    writeFileSync(join(folder, 'src/deep/a.ts'), 'a');
    writeFileSync(join(folder, 'lock.json'), '{}');
  });

  it('stays the same while nothing changes', () => {
    expect(print()).toBe(print());
  });

  it.each([
    ['a content', () => writeFileSync(join(folder, 'src/deep/a.ts'), 'b')],
    ['a new file', () => writeFileSync(join(folder, 'src/b.ts'), '')],
    ['a removed file', () => rmSync(join(folder, 'src/deep/a.ts'))],
    ['a listed file that is gone', () => rmSync(join(folder, 'lock.json'))],
  ])('changes with %s', (_what, change) => {
    const before = print();
    change();
    expect(print()).not.toBe(before);
  });

  it('looks neither at tests nor at what installing and building leave behind', () => {
    const before = print();
    writeFileSync(join(folder, 'src/a.test.ts'), 'x');
    mkdirSync(join(folder, 'src/node_modules'));
    writeFileSync(join(folder, 'src/node_modules/x.js'), 'x');
    mkdirSync(join(folder, 'src/build'));
    writeFileSync(join(folder, 'src/build/x.js'), 'x');
    expect(print()).toBe(before);
  });
});
