import { describe, expect, it } from 'vitest';

import { comingBack, connectionWords, counterWords, groupDigits, tryAgainWords, waitingWords } from './words.ts';

describe('what a guest reads before it is let in', () => {
  it('is the invitation itself until the guest asks', () => {
    expect(waitingWords({ role: 'guest', phase: 'idle' })).toBeNull();
  });

  it('is that it is asking while the link is claimed and proven', () => {
    expect(waitingWords({ role: 'guest', phase: 'claiming', nickname: 'Mia' })?.status).toBe('Asking to join…');
    expect(waitingWords({ role: 'guest', phase: 'handshaking', nickname: 'Mia', attempts: 0 })?.status).toBe(
      'Asking to join…',
    );
  });

  it('is that it waits, once the host sees the knock', () => {
    expect(waitingWords({ role: 'guest', phase: 'knocking', nickname: 'Mia', hostAway: false })).toMatchObject({
      heading: null,
      status: 'Waiting to be let in',
    });
  });

  it('is that the host is away, before the knock or after it', () => {
    expect(waitingWords({ role: 'guest', phase: 'host-away', nickname: 'Mia' })?.heading).toBe('The host is away');
    expect(waitingWords({ role: 'guest', phase: 'knocking', nickname: 'Mia', hostAway: true })?.heading).toBe(
      'The host is away',
    );
  });
});

it('a page that was loaded again invites nobody, and there is nothing yet to cancel', () => {
  expect(comingBack()).toMatchObject({ heading: 'Coming back…', canCancel: false });
});

describe('the status of a chat', () => {
  it.each([
    ['direct', 'Connected directly'],
    ['relay', 'Connected through a relay'],
    ['relay-tcp', 'Connected through a relay (TCP)'],
    ['relay-tls', 'Connected through a relay (TLS)'],
  ] as const)('names the path: %s', (path, words) => {
    expect(connectionWords({ role: 'guest', phase: 'chatting', epoch: 0, path })).toBe(words);
  });

  it('claims no path that is not known yet', () => {
    expect(connectionWords({ role: 'guest', phase: 'chatting', epoch: 0, path: null })).toBe('Connecting…');
    expect(connectionWords({ role: 'host', phase: 'connecting', epoch: 0, committed: true, seat: 's' })).toBe(
      'Connecting…',
    );
  });

  it('says so when the connection was lost, also after a farewell', () => {
    expect(
      connectionWords({ role: 'host', phase: 'reconnecting', epoch: 1, attempts: 0, hastened: 0, farewell: true }),
    ).toBe('Reconnecting…');
  });
});

describe('the counter', () => {
  it('stays away while there is room', () => {
    expect(counterWords(0, 4000)).toBeNull();
    expect(counterWords(3599, 4000)).toBeNull();
  });

  it('shows from 3,600 bytes on, and beyond the limit too', () => {
    expect(counterWords(3600, 4000)).toBe('3,600 / 4,000');
    expect(counterWords(4123, 4000)).toBe('4,123 / 4,000');
  });
});

describe('digits to compare', () => {
  it('come in two groups and keep leading zeros', () => {
    expect(groupDigits('0123456789')).toBe('01234 56789');
  });
});

describe('a wait', () => {
  it.each([
    [1, 'Try again in half a minute.'],
    [30_000, 'Try again in half a minute.'],
    [30_001, 'Try again in a minute.'],
    [60_001, 'Try again in about 2 minutes.'],
    [600_000, 'Try again in about 10 minutes.'],
  ])('of %i ms is told: %s', (ms, words) => {
    expect(tryAgainWords(ms)).toBe(words);
  });
});
