import { refusals, requests } from '@porchlight/protocol';
import { expect, it, onTestFinished } from 'vitest';

import { measured } from './figures.ts';
import { createMetrics, serveMetrics } from './metrics.ts';
import { createMemoryStore } from './store/memory.ts';

const linesOf = async (metrics: ReturnType<typeof createMetrics>): Promise<string[]> =>
  (await metrics.text()).split('\n').filter((line) => line.startsWith('porchlight'));

it('counts what is there now, and what happened', async () => {
  const metrics = createMetrics();
  metrics.watch({ sockets: () => 7, invites: () => ({ open: 3, reserved: 2, committed: 1, ended: 0 }) });
  metrics.stepped('unknown', 'open');
  metrics.stepped('open', 'reserved');
  metrics.stepped('open', 'reserved');
  metrics.answered('invite:claim', { ok: true, value: {} });
  metrics.answered('invite:claim', { ok: false, refusal: 'used' });
  metrics.answered('relay', { ok: false, refusal: 'stale-seat' });
  metrics.answered('relay', { ok: true, value: {} });
  metrics.turnedAway('origin');
  metrics.relayed(100);
  metrics.relayed(28);
  const lines = await linesOf(metrics);
  for (const line of [
    'porchlight_sockets 7',
    'porchlight_invites{state="open"} 3',
    'porchlight_invites{state="ended"} 0',
    'porchlight_invite_steps_total{from="unknown",to="open"} 1',
    'porchlight_invite_steps_total{from="open",to="reserved"} 2',
    'porchlight_claims_total{outcome="seated"} 1',
    'porchlight_claims_total{outcome="used"} 1',
    'porchlight_refusals_total{request="invite:claim",reason="used"} 1',
    'porchlight_refusals_total{request="relay",reason="stale-seat"} 1',
    'porchlight_refusals_total{request="connect",reason="origin"} 1',
    'porchlight_relayed_boxes_total 2',
    'porchlight_relayed_bytes_total 128',
  ]) {
    expect(lines).toContain(line);
  }
});

it('never becomes longer by what people send', async () => {
  const metrics = createMetrics();
  for (const name of [
    '',
    'toString',
    '__proto__',
    '"} 1',
    ...Array.from({ length: 1_000 }, (_, i) => `request ${String(i)}`),
  ]) {
    metrics.answered(name, { ok: false, refusal: 'unknown-request' });
  }
  const named = (await linesOf(metrics)).filter((line) => line.startsWith('porchlight_refusals_total{'));
  expect(named).toEqual(['porchlight_refusals_total{request="unknown",reason="unknown-request"} 1004']);
  for (const request of Object.keys(requests)) {
    for (const refusal of refusals) metrics.answered(request, { ok: false, refusal });
  }
  expect((await linesOf(metrics)).length).toBeLessThan(400);
});

it('measures the store, and counts what it did in vain', async () => {
  const metrics = createMetrics();
  const memory = createMemoryStore({ live: { inAll: 1, perAddress: 1 }, maxTombstones: 1 });
  const store = measured({ ...memory, ping: () => Promise.reject(new Error('away')) }, metrics);
  await store.update('a', (invite) => ({ invite }));
  await store.due(0);
  await expect(store.ping()).rejects.toThrow('away');
  const lines = await linesOf(metrics);
  for (const line of [
    'porchlight_store_seconds_count{operation="update"} 1',
    'porchlight_store_seconds_count{operation="due"} 1',
    'porchlight_store_seconds_count{operation="ping"} 1',
    'porchlight_store_failures_total{operation="ping"} 1',
  ]) {
    expect(lines).toContain(line);
  }
  expect(lines.join()).not.toContain('porchlight_store_failures_total{operation="update"}');
});

it('measures how late the event loop comes, beyond the time between two looks', async () => {
  const metrics = createMetrics();
  const delays = async (): Promise<number[]> => {
    const lines = (await linesOf(metrics)).filter((line) => line.startsWith('porchlight_event_loop_delay_seconds{'));
    return lines.map((line) => Number(line.split(' ').at(-1)));
  };
  await new Promise((resolve) => setTimeout(resolve, 100));
  const until = performance.now() + 300;
  while (performance.now() < until);
  await new Promise((resolve) => setTimeout(resolve, 200));
  const [half, most, worst] = await delays();
  expect(worst).toBeGreaterThan(0.2);
  expect(worst).toBeLessThan(3);
  expect(most).toBeGreaterThan(0.2);
  expect(half).toBeLessThan(0.1);
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect((await delays()).at(-1)).toBeLessThan(0.2);
});

it('is what Prometheus reads of every process too', async () => {
  const text = await createMetrics().text();
  expect(text).toMatch(/^process_resident_memory_bytes \d+$/m);
  expect(text).not.toContain('nodejs_eventloop_lag');
});

it('is read at one path', async () => {
  const { address, close } = await serveMetrics(createMetrics(), { host: '127.0.0.1', port: 0 });
  onTestFinished(close);
  const figures = await fetch(address);
  expect(figures.status).toBe(200);
  expect(figures.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
  expect(await figures.text()).toContain('# HELP porchlight_relayed_boxes_total');
  expect((await fetch(address.replace('/metrics', '/'))).status).toBe(404);
  expect((await fetch(address, { method: 'POST' })).status).toBe(404);
});
