// The real server with a clock that can be moved: each line on standard input is a number of milliseconds to let pass.
import { createInterface } from 'node:readline';

import { parseConfig } from '../apps/signal/src/config.ts';
import { recorder } from '../apps/signal/src/recorder.ts';
import { startServer } from '../apps/signal/src/server.ts';

const parsed = parseConfig(process.env);
if (!parsed.ok) throw new Error(parsed.problem);
const { recordTo = '' } = parsed.config;

let ahead = 0;
createInterface(process.stdin).on('line', (line) => {
  ahead += Number(line);
});
const server = await startServer(parsed.config, {
  now: () => Date.now() + ahead,
  onTraffic: recorder(recordTo),
});
console.log(`Porchlight is at ${server.address}`);
process.once('SIGTERM', () => void server.close().then(() => process.exit(0)));
