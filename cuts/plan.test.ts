import { describe, expect, it } from 'vitest';

import { KINDS, nameOf, NETWORK_KINDS, planOf } from './plan.ts';

const plan = (seed: number, cuts = 500) => planOf({ seed, cuts, kinds: KINDS, longestMs: 6_000 });

describe('the plan of a run', () => {
  it('is the same for the same seed, and another for another', () => {
    expect(plan(7)).toEqual(plan(7));
    expect(plan(7)).not.toEqual(plan(8));
  });

  it('has every kind, on either side and on both at once, long before its end', () => {
    const names = new Set(plan(1).map(nameOf));
    for (const kind of KINDS) expect(names).toContain(kind);
    for (const kind of KINDS) if (kind !== 'signaling') expect(names).toContain(`${kind} of both`);
    for (const kind of KINDS) expect(plan(2, KINDS.length).flatMap(kindsOf)).toContain(kind);
  });

  it('keeps to the kinds that it may use, and to their longest time', () => {
    const faults = planOf({ seed: 3, cuts: 300, kinds: ['freeze', 'cable'], longestMs: 3_000 }).flatMap(
      ({ faults }) => faults,
    );
    expect(new Set(faults.map(({ kind }) => kind))).toEqual(new Set(['freeze', 'cable']));
    for (const { kind, ms } of faults) expect(ms).toBeLessThanOrEqual(NETWORK_KINDS.includes(kind) ? 4_000 : 3_000);
  });

  it('never does the same thing twice to one side, or to the server', () => {
    for (const { faults } of plan(4, 2_000)) {
      const [one, other] = faults;
      if (other !== undefined) expect([one?.kind, one?.side]).not.toEqual([other.kind, other.side]);
    }
  });
});

const kindsOf = ({ faults }: { faults: readonly { kind: string }[] }) => faults.map(({ kind }) => kind);
