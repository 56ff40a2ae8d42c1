// npm run fuzz [-- --minutes N | --seed S]: installs what is missing, throws hostile input at everything that reads any.
import { ensureInstalled } from './install.js';
import { at, node } from './places.js';
import { inForeground, main } from './step.js';

await main(async () => {
  await ensureInstalled();
  return inForeground(node, [at('fuzz', 'main.ts'), ...process.argv.slice(2)]);
});
