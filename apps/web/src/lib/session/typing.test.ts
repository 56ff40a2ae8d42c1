import { describe, expect, it } from 'vitest';

import { createManualClock } from './clock.ts';
import { Typing } from './typing.ts';

function create() {
  const clock = createManualClock(1_000_000);
  const counts = { told: 0, changed: 0 };
  const line = { up: true };
  const typing = new Typing({
    clock,
    tell: () => {
      if (line.up) counts.told += 1;
      return line.up;
    },
    changed: () => {
      counts.changed += 1;
    },
  });
  return { typing, clock, counts, line };
}

describe('the person who is writing', () => {
  it('is told of at most every three seconds', async () => {
    const { typing, clock, counts } = create();
    for (let n = 0; n < 10; n += 1) {
      typing.type();
      await clock.advance(500);
    }
    expect(counts.told).toBe(2);
  });

  it('is told of again in time when writing on behind a message, and not without', async () => {
    const { typing, clock, counts } = create();
    typing.type();
    typing.wrote();
    typing.type();
    await clock.advance(2999);
    expect(counts.told).toBe(1);
    await clock.advance(1);
    expect(counts.told).toBe(2);
    typing.type();
    typing.wrote();
    await clock.advance(3000);
    expect(counts.told).toBe(2);
  });

  it('is told of as soon as there is a way', () => {
    const { typing, counts, line } = create();
    line.up = false;
    typing.type();
    line.up = true;
    typing.type();
    expect(counts.told).toBe(1);
  });
});

describe('the other side', () => {
  it('counts as writing until it has not said so for six seconds', async () => {
    const { typing, clock, counts } = create();
    typing.peerTypes();
    await clock.advance(3000);
    typing.peerTypes();
    await clock.advance(5999);
    expect(typing.peerTyping).toBe(true);
    await clock.advance(1);
    expect(typing.peerTyping).toBe(false);
    expect(counts.changed).toBe(3);
  });

  it('does not when it stopped, and nothing comes after that', async () => {
    const { typing, clock, counts } = create();
    typing.peerTypes();
    typing.peerStopped();
    expect(typing.peerTyping).toBe(false);
    await clock.advance(6000);
    expect(counts.changed).toBe(1);
  });
});

it('leaves no timer behind when all is forgotten', async () => {
  const { typing, clock, counts } = create();
  typing.type();
  typing.wrote();
  typing.type();
  typing.peerTypes();
  typing.forget();
  expect(typing.peerTyping).toBe(false);
  await clock.advance(10_000);
  expect(counts).toEqual({ told: 1, changed: 1 });
});
