// npm run bench:server: installs what is missing, measures the server beside others, writes its part of docs/benchmarks.md.
import { ensureInstalled } from './install.js';
import { at, node } from './places.js';
import { inForeground, main } from './step.js';

await main(async () => {
  await ensureInstalled();
  return inForeground(node, [at('bench', 'src', 'server', 'main.ts'), ...process.argv.slice(2)]);
});
