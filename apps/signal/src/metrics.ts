import { monitorEventLoopDelay } from 'node:perf_hooks';
import { createServer } from 'node:http';

import { requests } from '@porchlight/protocol';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

import type { Figures } from './figures.ts';

/** Figures, and the way to read them. */
export interface Metrics extends Figures {
  /** All of them, as Prometheus reads them. */
  text: () => Promise<string>;
}

/**
 * Counts for Prometheus. All labels are of closed lists, so nobody makes the list of figures longer by what they send.
 * Everything is of this process; what holds for all processes is the sum.
 */
export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  addDefaults(registry);
  addEventLoopDelay(registry);

  const steps = new Counter({
    name: 'porchlight_invite_steps_total',
    help: 'Changes of state of invites that this process made. The sum over all processes counts each change once.',
    labelNames: ['from', 'to'],
    registers,
  });
  const claims = new Counter({
    name: 'porchlight_claims_total',
    help: 'Claims that this process answered: seated, or why not.',
    labelNames: ['outcome'],
    registers,
  });
  const refusals = new Counter({
    name: 'porchlight_refusals_total',
    help: 'Requests that this process refused, and why; connect is a connection refused without a word.',
    labelNames: ['request', 'reason'],
    registers,
  });
  const boxes = new Counter({
    name: 'porchlight_relayed_boxes_total',
    help: 'Boxes that this process took from one side and passed on to the other.',
    registers,
  });
  const bytes = new Counter({
    name: 'porchlight_relayed_bytes_total',
    help: 'Bytes in these boxes.',
    registers,
  });
  const storeSeconds = new Histogram({
    name: 'porchlight_store_seconds',
    help: 'How long the store took for what this process asked of it, failures included.',
    labelNames: ['operation'],
    buckets: [0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3],
    registers,
  });
  const storeFailures = new Counter({
    name: 'porchlight_store_failures_total',
    help: 'What this process asked of the store in vain.',
    labelNames: ['operation'],
    registers,
  });

  return {
    watch(there) {
      new Gauge({
        name: 'porchlight_sockets',
        help: 'Sockets of browsers at this process.',
        registers,
        collect() {
          this.set(there.sockets());
        },
      });
      new Gauge({
        name: 'porchlight_invites',
        help: 'Invites by state. Without Redis all there are; with Redis those this process looks after because a side is connected to it, so that two processes may each count the same one.',
        labelNames: ['state'],
        registers,
        collect() {
          for (const [state, count] of Object.entries(there.invites())) this.set({ state }, count);
        },
      });
    },

    stepped(from, to) {
      steps.inc({ from, to });
    },

    answered(name, reply) {
      const request = Object.hasOwn(requests, name) ? name : 'unknown';
      if (!reply.ok) refusals.inc({ request, reason: reply.refusal });
      if (request === 'invite:claim') claims.inc({ outcome: reply.ok ? 'seated' : reply.refusal });
    },

    turnedAway(reason) {
      refusals.inc({ request: 'connect', reason });
    },

    relayed(count) {
      boxes.inc();
      bytes.inc(count);
    },

    async timed(operation, work) {
      const stop = storeSeconds.startTimer({ operation });
      try {
        return await work();
      } catch (error) {
        storeFailures.inc({ operation });
        throw error;
      } finally {
        stop();
      }
    },

    text: () => registry.metrics(),
  };
}

/** What Prometheus asks of every process: memory, CPU, files, garbage. */
function addDefaults(registry: Registry): void {
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: 1_000 });
  // These count the time between two looks as delay, so that an idle process looks slow.
  for (const { name } of registry.getMetricsAsArray()) {
    if (name.startsWith('nodejs_eventloop_lag')) registry.removeSingleMetric(name);
  }
}

/** How often the event loop is looked at, in ms. */
const LOOK_EVERY_MS = 20;

function addEventLoopDelay(registry: Registry): void {
  const delay = monitorEventLoopDelay({ resolution: LOOK_EVERY_MS });
  delay.enable();
  new Gauge({
    name: 'porchlight_event_loop_delay_seconds',
    help: 'How late the event loop came since this was last read.',
    labelNames: ['quantile'],
    registers: [registry],
    collect() {
      // Node measures from one look to the next, so on time is LOOK_EVERY_MS and not 0.
      const late = (ns: number): number => Math.max(0, ns / 1e9 - LOOK_EVERY_MS / 1e3);
      this.set({ quantile: '0.5' }, late(delay.percentile(50)));
      this.set({ quantile: '0.99' }, late(delay.percentile(99)));
      this.set({ quantile: '1' }, late(delay.max));
      delay.reset();
    },
  });
}

/** Gives figures to whoever asks for `/metrics`, and nothing else. Rejects if the port is taken or may not be used. */
export async function serveMetrics(
  { text }: Metrics,
  where: { host: string; port: number },
): Promise<{ address: string; close: () => void }> {
  const server = createServer((request, response) => {
    response.setHeader('X-Content-Type-Options', 'nosniff');
    response.setHeader('Cache-Control', 'no-store');
    if (request.method !== 'GET' || request.url?.split('?', 1)[0] !== '/metrics') {
      response.writeHead(404).end();
      return;
    }
    void text().then((figures) => {
      response.writeHead(200, { 'Content-Type': Registry.PROMETHEUS_CONTENT_TYPE }).end(figures);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(where, resolve);
  });
  const bound = server.address();
  const port = typeof bound === 'object' && bound !== null ? bound.port : where.port;
  const host = where.host.includes(':') ? `[${where.host}]` : where.host;
  return {
    address: `http://${host}:${String(port)}/metrics`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
