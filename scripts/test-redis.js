// npm run test:redis [-- number of nodes]: the end-to-end and the attack suite once more, against several servers that share a
// real Redis, behind a balancer that gives host and guest to different ones. Says so where there is no Redis to be had.
import { mkdirSync, rmSync } from 'node:fs';

import { ensureBrowsers } from './browsers.js';
import { ensureBuilt } from './build.js';
import { ensureInstalled } from './install.js';
import { at, node } from './places.js';
import { ensureRedis } from './redis.js';
import { inForeground, main } from './step.js';
import { readPlaywright, readVitest, summary, total } from './summary.js';

await main(async () => {
  await ensureInstalled();
  const redis = await ensureRedis();
  if ('missing' in redis) {
    console.log(`skipped: redis-server is ${redis.missing}.`);
    return 0;
  }
  const browsers = await ensureBrowsers();
  await ensureBuilt();

  const vitestReport = at('.cache', 'vitest-redis.json');
  const playwrightReport = at('.cache', 'playwright-redis.json');
  mkdirSync(at('.cache'), { recursive: true });
  // A report of an earlier run must never be taken for this one's.
  for (const file of [vitestReport, playwrightReport]) rmSync(file, { force: true });
  const env = { PORCHLIGHT_TEST_NODES: process.argv[2] ?? '2', FORCE_COLOR: '0' };

  const vitest = at('node_modules', 'vitest', 'vitest.mjs');
  const reports = ['--reporter=default', '--reporter=json', `--outputFile.json=${vitestReport}`];
  const unitCode = await inForeground(node, [vitest, 'run', '--project=attack', ...reports], env);
  const playwright = at('node_modules', 'playwright', 'cli.js');
  const e2eCode = await inForeground(node, [playwright, 'test', '--reporter=list,json'], {
    ...env,
    PLAYWRIGHT_JSON_OUTPUT_NAME: playwrightReport,
  });

  console.log();
  const rowsCode = await inForeground(node, [at('attack', 'main.ts'), vitestReport, playwrightReport]);

  const parts = [...readVitest(vitestReport, unitCode), ...readPlaywright(playwrightReport, e2eCode)];
  console.log(`\n${env.PORCHLIGHT_TEST_NODES} nodes on ${redis.version}\n${summary(parts, browsers)}`);
  return total(parts).failed === 0 && rowsCode === 0 ? 0 : 1;
});
