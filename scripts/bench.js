// npm run bench: installs what is missing, builds what has changed, measures, writes docs/benchmarks.md.
import { ensureBrowsers } from './browsers.js';
import { ensureBuilt } from './build.js';
import { ensureInstalled } from './install.js';
import { at, node } from './places.js';
import { inForeground, main, StepFailed } from './step.js';

await main(async () => {
  await ensureInstalled();
  const { found, missing } = await ensureBrowsers();
  if (!found.chromium) throw new StepFailed('Looking for Chromium', 'nothing can be measured.', missing.chromium ?? '');
  await ensureBuilt();
  return inForeground(node, [at('bench', 'src', 'main.ts')], { PORCHLIGHT_CHROMIUM: found.chromium.path });
});
