// npm run test:uws: the tests of the server once more, with SIGNAL_ENGINE=uws, on a Node that uWebSockets.js runs on.
// Says so where it is not to be had.
import { ensureInstalled } from './install.js';
import { at } from './places.js';
import { inForeground, main } from './step.js';
import { ensureUws } from './uws.js';

const FILES = ['server', 'main', 'operations', 'uws-engine'];

await main(async () => {
  await ensureInstalled();
  const uws = await ensureUws();
  if ('missing' in uws) {
    console.log(`skipped: uWebSockets.js ${uws.missing}.`);
    return 0;
  }
  const vitest = at('node_modules', 'vitest', 'vitest.mjs');
  const files = FILES.map((name) => `apps/signal/src/${name}.test.ts`);
  const env = { ...uws.env, PORCHLIGHT_TEST_ENGINE: 'uws' };
  return inForeground(uws.node, [vitest, 'run', '--project=node', '--testTimeout=20000', ...files], env);
});
