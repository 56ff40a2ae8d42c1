// npm test: installs what is missing (browsers included), builds, runs every test, ends with one summary.
// npm run attack (`test.js attack`): the same for the attack suite alone. Both print what came of each of its rows.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';

import { ensureBrowsers } from './browsers.js';
import { ensureBuilt } from './build.js';
import { ensureInstalled } from './install.js';
import { at, node } from './places.js';
import { ensureRedis } from './redis.js';
import { inForeground, main } from './step.js';
import { readPlaywright, readVitest, summary, total } from './summary.js';

const project = process.argv[2];
const only = project === undefined ? [] : [`--project=${project}`];

await main(async () => {
  const counted = at('.cache', 'tests.json');
  const vitestReport = at('.cache', 'vitest.json');
  const playwrightReport = at('.cache', 'playwright.json');
  mkdirSync(at('.cache'), { recursive: true });
  // A report of an earlier run must never be taken for this one's.
  for (const file of [counted, vitestReport, playwrightReport]) rmSync(file, { force: true });

  await ensureInstalled();
  const browsers = await ensureBrowsers();
  const redis = await ensureRedis();
  await ensureBuilt();

  const vitest = at('node_modules', 'vitest', 'vitest.mjs');
  const vitestArgs = ['run', ...only, '--reporter=default', '--reporter=json', `--outputFile.json=${vitestReport}`];
  const unitCode = await inForeground(node, [vitest, ...vitestArgs]);

  const playwright = at('node_modules', 'playwright', 'cli.js');
  const e2eCode = await inForeground(node, [playwright, 'test', ...only, '--reporter=list,json'], {
    PLAYWRIGHT_JSON_OUTPUT_NAME: playwrightReport,
    FORCE_COLOR: '0',
  });

  console.log();
  const rowsCode = await inForeground(node, [at('attack', 'main.ts'), vitestReport, playwrightReport]);

  const parts = [...readVitest(vitestReport, unitCode), ...readPlaywright(playwrightReport, e2eCode)];
  const all = total(parts);
  writeFileSync(counted, `${JSON.stringify(all)}\n`);
  console.log(`\n${summary(parts, browsers)}`);
  console.log(
    'missing' in redis ? `Nothing ran on Redis: redis-server is ${redis.missing}.` : `Redis: ${redis.version}`,
  );
  return all.failed === 0 && rowsCode === 0 ? 0 : 1;
});
