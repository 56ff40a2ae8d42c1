// npm run test:cuts [-- --cuts N --seed S]: a long conversation in two browsers while everything between them breaks.
import { ensureBrowsers } from './browsers.js';
import { ensureBuilt } from './build.js';
import { ensureInstalled } from './install.js';
import { at, node } from './places.js';
import { inForeground, main, StepFailed } from './step.js';

await main(async () => {
  await ensureInstalled();
  const { found, missing } = await ensureBrowsers();
  if (!found.chromium) throw new StepFailed('Looking for Chromium', 'nothing can be tried.', missing.chromium ?? '');
  await ensureBuilt();
  return inForeground(node, [at('cuts', 'main.ts'), ...process.argv.slice(2)]);
});
