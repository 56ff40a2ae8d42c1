import { describe, expect, it } from 'vitest';

import { partOf, withPart } from './page.ts';

describe('the page of both benchmarks', () => {
  const both = withPart(withPart('', 'npm run bench:server', '## Server\n\n1'), 'npm run bench', '## Browsers\n\n2');

  it('has the browsers first, whoever wrote first', () => {
    expect(both.indexOf('## Browsers')).toBeGreaterThan(0);
    expect(both.indexOf('## Server')).toBeGreaterThan(both.indexOf('## Browsers'));
  });

  it('keeps the part of one command when the other writes its own', () => {
    const later = withPart(both, 'npm run bench:server', '## Server\n\n3');
    expect(partOf(later, 'npm run bench')).toBe('## Browsers\n\n2');
    expect(partOf(later, 'npm run bench:server')).toBe('## Server\n\n3');
    const last = withPart(later, 'npm run bench', '## Browsers\n\n4');
    expect(partOf(last, 'npm run bench')).toBe('## Browsers\n\n4');
    expect(partOf(last, 'npm run bench:server')).toBe('## Server\n\n3');
  });

  it('does not grow when the same is written again', () => {
    expect(withPart(both, 'npm run bench', '## Browsers\n\n2')).toBe(both);
  });

  it('has no part that nobody wrote', () => {
    const one = withPart('', 'npm run bench', 'x');
    expect(partOf(one, 'npm run bench:server')).toBeUndefined();
    expect(one).not.toContain('<!-- npm run bench:server -->');
  });
});
