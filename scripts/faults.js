// npm run test:faults [-- --pairings N --nodes N --faults node,restart,slow,late --seed S]: pairs meet over several real servers
// while these and their Redis break. Says so where there is no Redis to be had.
import { ensureInstalled } from './install.js';
import { at, node } from './places.js';
import { ensureRedis } from './redis.js';
import { inForeground, main } from './step.js';

await main(async () => {
  await ensureInstalled();
  const redis = await ensureRedis();
  if ('missing' in redis) {
    console.log(`skipped: redis-server is ${redis.missing}.`);
    return 0;
  }
  return inForeground(node, [at('faults', 'main.ts'), ...process.argv.slice(2)]);
});
