import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { at } from './places.js';
import { readPlaywright, readVitest, summary, total } from './summary.js';

const folder = mkdtempSync(join(tmpdir(), 'porchlight-'));

/** @param {string} name @param {unknown} content */
function report(name, content) {
  const file = join(folder, name);
  writeFileSync(file, JSON.stringify(content));
  return file;
}

/** @param {string} projectName @param {string} status */
const played = (projectName, status) => ({ specs: [{ title: 'a chat', tests: [{ projectName, status }] }] });

describe('the summary of a test run', () => {
  it('counts unit tests by package', () => {
    const file = report('vitest.json', {
      testResults: [
        {
          name: at('libs/invite/src/a.test.ts'),
          status: 'passed',
          assertionResults: [{ status: 'passed' }, { status: 'skipped' }],
        },
        { name: at('libs/invite/src/b.test.ts'), status: 'failed', assertionResults: [{ status: 'failed' }] },
        { name: at('scripts/c.test.js'), status: 'passed', assertionResults: [{ status: 'passed' }] },
      ],
    });
    expect(readVitest(file, 1)).toEqual([
      { name: 'libs/invite', passed: 1, failed: 1, skipped: 1 },
      { name: 'scripts', passed: 1, failed: 0, skipped: 0 },
    ]);
  });

  it('counts a test file that does not load as a failure', () => {
    const file = report('broken.json', {
      testResults: [{ name: at('apps/signal/src/a.test.ts'), status: 'failed', assertionResults: [] }],
    });
    expect(total(readVitest(file, 1)).failed).toBe(1);
  });

  it('counts a run without a report as a failure, whatever its exit code', () => {
    expect(total(readVitest(join(folder, 'none.json'), 0)).failed).toBe(1);
    expect(total(readPlaywright(join(folder, 'none.json'), 1)).failed).toBe(1);
  });

  it('counts an exit code that no test explains as a failure', () => {
    const file = report('green.json', { suites: [played('chromium', 'expected')] });
    expect(total(readPlaywright(file, 0)).failed).toBe(0);
    expect(total(readPlaywright(file, 1)).failed).toBe(1);
  });

  it('counts browser tests by pairing, and names those that passed on a second attempt', () => {
    const suites = [
      { suites: [played('chromium-firefox', 'expected'), played('chromium-firefox', 'flaky')] },
      played('chromium-firefox', 'unexpected'),
      played('chromium', 'skipped'),
    ];
    const parts = readPlaywright(report('playwright.json', { suites }), 1);
    expect(parts).toEqual([
      { name: 'e2e chromium-firefox', passed: 2, failed: 1, skipped: 0, second: ['a chat'] },
      { name: 'e2e chromium', passed: 0, failed: 0, skipped: 1 },
    ]);
    expect(summary(parts, { found: {}, missing: {} }).split('\n')).toContain('e2e chromium-firefox: a chat');
  });

  it('says in its last two lines which browsers ran and which were not to be had', () => {
    const found = {
      chromium: { path: '/usr/bin/chromium', version: 'Chromium 156', own: false },
      firefox: { path: '/usr/bin/firefox-esr', version: 'Firefox 153', own: false },
    };
    const parts = [{ name: 'e2e chromium-chromium', passed: 1, failed: 0, skipped: 0 }];
    const lines = summary(parts, { found, missing: { webkit: 'not installed' } }).split('\n');
    expect(lines.slice(-2)).toEqual([
      'Browsers that ran: Chromium 156 (/usr/bin/chromium)',
      'Not to be had: webkit (not installed); firefox (found, but no test with it ran)',
    ]);
    expect(lines).toContain('total                  1 passed, 0 failed, 0 skipped');
  });
});
