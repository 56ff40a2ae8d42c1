/*
 * Loaded into every server before its own code (`node --import`), the same for all: tells the parent the port, collects
 * garbage and watches the event loop when it is asked to, and ends with the parent. Until asked it does nothing.
 */
import { subscribe } from 'node:diagnostics_channel';
import { Server } from 'node:net';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const DELAY_RESOLUTION_MS = 10;
const delay = monitorEventLoopDelay({ resolution: DELAY_RESOLUTION_MS });

subscribe('tracing:net.server.listen:asyncEnd', (message) => {
  if (typeof message !== 'object' || message === null || !('server' in message)) return;
  const address = message.server instanceof Server ? message.server.address() : null;
  if (typeof address === 'object' && address !== null) process.send?.({ port: address.port });
});

process.on('message', (asked) => {
  if (asked === 'gc') {
    setFlagsFromString('--expose-gc');
    runInNewContext('gc()');
    process.send?.({ done: true });
  } else if (asked === 'watch') {
    delay.enable();
  } else if (asked === 'delay') {
    delay.disable();
    // The timer is late by what it waits for anyway.
    process.send?.({ delayP99Ms: delay.percentile(99) / 1e6 - DELAY_RESOLUTION_MS });
  }
});
// Listening to the parent is no reason to live.
process.channel?.unref();
process.once('disconnect', () => process.exit(0));
