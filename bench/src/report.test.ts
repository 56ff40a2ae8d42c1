import { describe, expect, it } from 'vitest';

import type { Name, Run } from './contenders/contender.ts';
import { aims, report, type Results, type Series } from './report.ts';

describe('the aims', () => {
  it('are kept when the first page is light and Let in is about as fast as bare', () => {
    expect(aims(results({ ours: 640, bare: 600, peerjs: 650, bytes: 60_000 })).map(({ kept }) => kept)).toEqual([
      true,
      true,
      true,
      true,
    ]);
  });

  it('are missed one by one', () => {
    const kept = (given: Parameters<typeof results>[0]): boolean[] => aims(results(given)).map((aim) => aim.kept);
    expect(kept({ ours: 640, bare: 600, peerjs: 650, bytes: 60_001 })).toEqual([false, true, true, true]);
    expect(kept({ ours: 800, bare: 600, peerjs: 801, bytes: 1 })).toEqual([true, false, true, true]);
    expect(kept({ ours: 650, bare: 600, peerjs: 650, bytes: 1 })).toEqual([true, true, false, true]);
    expect(kept({ ours: 640, bare: 600, peerjs: 650, bytes: 1, keyMs: 50.1 })).toEqual([true, true, true, false]);
  });

  it('cannot be judged when a contender was not measured', () => {
    const without = { ...results({ ours: 1, bare: 1, peerjs: 1, bytes: 1 }), connecting: [] };
    expect(() => aims(without)).toThrow('Porchlight was not measured at 100 ms');
  });
});

describe('the report', () => {
  it('shows medians with their spread, and a missed aim as missed', () => {
    const page = report(results({ ours: 900, bare: 600, peerjs: 650, bytes: 41_234 }));
    expect(page).toContain('| Porchlight | 100 ms | – | 900.0 ms (890–910) | 102.0 | – |');
    expect(page).toContain('- ✓ First page at most 60.0 kB: 41.2 kB');
    expect(page).toContain('- ✗ **Let in** to first message at most 1.3 × bare at 100 ms: 1.50 ×');
    expect(page).toContain('| host: channel open | 7 | 7 | 7 |');
    expect(page).toContain('| 10,000 | 9.0 ms | 21.0 ms | 1,491 | 36.3 MB |');
    expect(page).toContain('| here | 9.0 ms | 4.0 ms | 256 bytes: 20,000 sealed, 15,000 opened |');
  });
});

function results(given: { ours: number; bare: number; peerjs: number; bytes: number; keyMs?: number }): Results {
  return {
    machine: ['a machine'],
    rounds: 3,
    crypto: [
      {
        place: 'here',
        runs: [{ guestMs: 9, hostMs: 4, texts: [{ bytes: 256, sealedPerSecond: 20_000, openedPerSecond: 15_000 }] }],
      },
    ],
    connecting: [
      series('Porchlight', given.ours),
      series('bare RTCPeerConnection', given.bare),
      series('PeerJS', given.peerjs),
    ],
    weights: [{ moment: 'first', scripts: 3, brotliBytes: given.bytes }],
    typing: [{ messages: 10_000, medianMs: 9, p95Ms: given.keyMs ?? 21, elements: 1491, heapBytes: 36_300_000 }],
  };
}

function series(contender: Name, firstMessageMs: number): Series {
  const run = (aside: number): Run => ({
    knockMs: null,
    firstMessageMs: firstMessageMs + aside,
    iceRoundTripMs: 102,
    pingMs: null,
    steps: { 'host: channel open': 7 },
  });
  return { contender, addedRoundTripMs: 100, runs: [run(10), run(-10), run(0)] };
}
