import { describe, expect, it } from 'vitest';

import { allowances, reconnected, rested, spend, type Kind, type Pace, type Verdict } from './pace.ts';

/** What becomes of `count` of a kind, one every `everyMs`. */
function play(kind: Kind, count: number, everyMs: number, pace: Pace = rested, from = 1_000_000) {
  const verdicts: Verdict[] = [];
  for (let n = 0; n < count; n += 1) {
    const spent = spend(pace, kind, from + n * everyMs);
    pace = spent.pace;
    verdicts.push(spent.verdict);
  }
  const of = (wanted: Verdict) => verdicts.filter((verdict) => verdict === wanted).length;
  return { pace, taken: of('taken'), muted: of('muted'), flooded: of('flooded') };
}

describe('the pace of a peer', () => {
  it.each([
    ['text', 20],
    ['control', 60],
    ['typing', 2],
  ] as const)('of %s: %i at once, then a hundred are left out, then it is a flood', (kind, burst) => {
    expect(play(kind, burst + 101, 0)).toMatchObject({ taken: burst, muted: 100, flooded: 1 });
  });

  it.each(['text', 'control', 'typing', 'reconnect'] as const)('of %s may last for ever at its rate', (kind) => {
    const { burst, everyMs } = allowances[kind];
    const { pace } = play(kind, burst, 0);
    expect(play(kind, 1000, everyMs, pace, 1_000_000 + everyMs)).toMatchObject({ taken: 1000 });
  });

  it('fills up while nothing comes, and no further than a burst', () => {
    const { pace } = play('text', 20, 0);
    expect(play('text', 21, 0, pace, 1_000_000 + 86_400_000)).toMatchObject({ taken: 20, muted: 1 });
  });

  it('leaves a little too much out for ever, and ends with much too much', () => {
    expect(play('text', 1000, 100)).toMatchObject({ flooded: 0 });
    expect(play('text', 1000, 10).flooded).toBeGreaterThan(0);
  });

  it('ends when connections are begun over and over: they cannot be left out', () => {
    expect(play('reconnect', 20, 0)).toMatchObject({ taken: 20 });
    expect(play('reconnect', 21, 0)).toMatchObject({ flooded: 1 });
    expect(play('reconnect', 50, 1200).flooded).toBeGreaterThan(0);
  });

  it('does not suffer from a clock that is set back', () => {
    const { pace } = play('text', 20, 0);
    expect(play('text', 20, 0, pace, 0)).toMatchObject({ taken: 20 });
  });

  it('begins on a new transport with every control frame, and with no more texts than before', () => {
    const pace = reconnected(play('text', 20, 0, play('control', 40, 0).pace).pace);
    expect(play('control', 40, 0, pace)).toMatchObject({ taken: 40 });
    expect(play('text', 1, 0, pace)).toMatchObject({ muted: 1 });
  });
});
