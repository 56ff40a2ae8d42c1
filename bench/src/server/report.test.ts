import { describe, expect, it } from 'vitest';

import { serverAims, serverReport } from './report.ts';
import type { ServerResults } from './results.ts';

describe('the aims of the server', () => {
  it('are kept when it costs hardly more than the PeerJS server', () => {
    const kept = serverAims(results({ pairingUs: 1_200, hostBytes: 12_000, restPercent: 1 })).map((aim) => aim.kept);
    expect(kept).toEqual([true, true, true, true]);
  });

  it('are missed one by one', () => {
    const missed = (given: Partial<Given>): number[] =>
      serverAims(results(given)).flatMap(({ kept }, n) => (kept ? [] : [n]));
    expect(missed({ pairingUs: 1_201 })).toEqual([0]);
    expect(missed({ hostBytes: 12_001 })).toEqual([1]);
    expect(missed({ restPercent: 1.1 })).toEqual([2]);
    expect(missed({ delayP99Ms: 50 })).toEqual([3]);
    expect(missed({ dropped: 1 })).toEqual([3]);
  });

  it('are lower over uWebSockets.js, where that was measured', () => {
    const aims = (uws: Given['uws']): unknown[] =>
      serverAims(results({ uws })).flatMap(({ text, kept }) => (text.includes('with uws') ? [[text, kept]] : []));
    expect(aims(undefined)).toEqual([]);
    expect(aims({ pairingUs: 700, hostBytes: 8_000 })).toEqual([
      ['CPU of a pairing with uws at most 0.7 × the PeerJS server’s of its own: 0.70 ×', true],
      ['Memory of a waiting host with uws at most 8.0 kB: 8.0 kB', true],
    ]);
    expect(aims({ pairingUs: 701, hostBytes: 8_001 })).toMatchObject([{ 1: false }, { 1: false }]);
  });

  it('say of two nodes how much they carry, by what a pairing costs both', () => {
    expect(serverAims(results({ nodesUs: [600, 600] })).at(-1)).toEqual({
      text: 'Two nodes carry at least 1.7 × one, by their CPU, each pair across both: 1.67 ×',
      kept: false,
    });
    expect(serverAims(results({ nodesUs: [500, 500] })).at(-1)?.kept).toBe(true);
  });
});

describe('the report of the server', () => {
  it('shows medians with their spread, and what could not be measured', () => {
    const page = serverReport(results({}));
    expect(page).toContain('| Porchlight | 1,000 µs (900–1,100) | 1.00 × | 38 |');
    expect(page).toContain('| Porchlight | 10,000 | 9.0 kB (9.0–9.0) | 1.0 % | 3.0 ms | 0 |');
    expect(page).toContain('Two nodes were not measured: no Redis.');
    expect(page).not.toContain('#### Two nodes');
  });

  it('says how many Redis commands a pairing takes', () => {
    const page = serverReport(results({ nodesUs: [500, 500] }));
    expect(page).toContain('| 100 µs (100–100) | 2.00 × one | 11.0 | 31.0 |');
    expect(page).toContain(
      '- each pair across both: evalsha 6.0, eval 1.0, publish 5.0, get 8.0, set 5.0, zscore 1.0, zadd 2.0, pttl 3.0',
    );
  });
});

interface Given {
  pairingUs: number;
  hostBytes: number;
  restPercent: number;
  delayP99Ms: number;
  dropped: number;
  nodesUs: readonly [number, number] | undefined;
  uws: { pairingUs: number; hostBytes: number } | undefined;
}

function results(given: Partial<Given>): ServerResults {
  const { pairingUs = 1_000, hostBytes = 9_000, restPercent = 1, delayP99Ms = 3, dropped = 0, nodesUs, uws } = given;
  const pairing = (contender: string, us: number) => ({
    contender,
    runs: [us + 100, us - 100, us].map((cpuUs) => ({ cpuUs, cpuUsOf: [], frames: 38, commands: null })),
  });
  const waiting = (contender: string, bytesPerHost: number, cpuPercent: number) => ({
    contender,
    runs: [{ hosts: 10_000, bytesPerHost }],
    idle: { seconds: 30, cpuPercent, delayP99Ms, dropped },
  });
  const shared = nodesUs && {
    contender: 'Porchlight, two nodes on Redis',
    runs: [
      {
        cpuUs: 1_100,
        cpuUsOf: [
          { what: 'first node', us: nodesUs[0] },
          { what: 'second node', us: nodesUs[1] },
          { what: 'redis-server', us: 100 },
        ],
        frames: 38,
        commands: { evalsha: 6, eval: 1, publish: 5, get: 8, set: 5, zscore: 1, zadd: 2, pttl: 3 },
      },
    ],
  };
  return {
    machine: ['a machine'],
    rounds: 3,
    pairing: [
      pairing('Porchlight', pairingUs),
      ...(uws === undefined ? [] : [pairing('Porchlight on uWebSockets.js', uws.pairingUs)]),
      ...(shared === undefined ? [] : [shared]),
      pairing('PeerJS server', 1_000),
    ],
    waiting: [
      waiting('Porchlight', hostBytes, restPercent),
      ...(uws === undefined ? [] : [waiting('Porchlight on uWebSockets.js', uws.hostBytes, 1)]),
      waiting('PeerJS server', 9_000, 1),
    ],
    relaying: [{ contender: 'Porchlight', runs: [{ boxesPerSecond: 10_000, p50Ms: 1, p99Ms: 5 }] }],
    claiming: [{ contender: 'Porchlight', runs: [{ perSecond: 1_000, p50Ms: 1, p99Ms: 5 }] }],
    adapters: [],
    missing: ['Two nodes were not measured: no Redis.'],
  };
}
