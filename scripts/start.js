// npm start: installs what is missing, builds what has changed, serves. Runs on Node 20 before anything is installed.
import { ensureBuilt } from './build.js';
import { ensureInstalled } from './install.js';
import { at, node } from './places.js';
import { inForeground, main } from './step.js';

await main(async () => {
  await ensureInstalled();
  await ensureBuilt();
  return inForeground(node, [at('apps', 'signal', 'src', 'main.ts')]);
});
