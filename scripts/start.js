// npm start: installs what is missing, builds what has changed, serves. `npm start -- --check-config` builds and serves
// nothing, and says whether the environment is fine. Runs on Node 20 before anything is installed.
import { ensureBuilt } from './build.js';
import { ensureInstalled } from './install.js';
import { at, node, serverFlags } from './places.js';
import { inForeground, main } from './step.js';

await main(async () => {
  await ensureInstalled();
  const options = process.argv.slice(2);
  if (!options.includes('--check-config')) await ensureBuilt();
  return inForeground(node, [...serverFlags, at('apps', 'signal', 'src', 'main.ts'), ...options]);
});
