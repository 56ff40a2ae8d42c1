// npm run screenshots: every screen of the running product as pictures; `-- --docs`: those of the README.
import { ensureBrowsers } from './browsers.js';
import { ensureBuilt } from './build.js';
import { ensureInstalled } from './install.js';
import { at, node } from './places.js';
import { inForeground, main, StepFailed } from './step.js';

await main(async () => {
  await ensureInstalled();
  const { found, missing } = await ensureBrowsers();
  if (!found.chromium) throw new StepFailed('Looking for Chromium', 'nothing can be seen.', missing.chromium ?? '');
  await ensureBuilt();
  return inForeground(node, [at('screens', 'main.ts'), ...process.argv.slice(2)]);
});
