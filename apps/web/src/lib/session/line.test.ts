import type { Reply } from '@porchlight/protocol';
import { expect, it } from 'vitest';

import type { Event } from './events.ts';
import { Line } from './line.ts';

type Input = ConstructorParameters<typeof Line>[0];

it('takes a seat by its newest name, where the news of it overtook the answer', async () => {
  const told: Event[] = [];
  let answer: (reply: Reply<never>) => void = () => undefined;
  const bytes = new Uint8Array(32);
  const line = new Line({
    link: { role: 'host', invite: { hostToken: bytes } },
    keys: { inviteId: bytes, claimToken: bytes },
    keeper: { after: (then: () => void) => then(), keep: () => undefined },
    saved: null,
    signaling: { request: () => new Promise<Reply<never>>((resolve) => (answer = resolve)) },
    remainingMs: () => 1_000,
    tell: (event: Event) => told.push(event),
  } as unknown as Input);
  const answered = async (seat: string | null): Promise<Event | undefined> => {
    answer({ ok: true, value: { remainingMs: 1_000, seat, committed: true, guestPresent: true } as never });
    await Promise.resolve();
    return told.at(-1);
  };

  line.open();
  line.renamed('first', 'second');
  line.renamed('second', 'third');
  line.renamed('other', 'other');
  expect(await answered('first')).toEqual({ type: 'invite-opened', seat: 'third', committed: true });

  line.open();
  expect(await answered('other')).toEqual({ type: 'invite-opened', seat: 'other', committed: true });
  line.open();
  expect(await answered('first'), 'a server that went back knows no better').toMatchObject({ seat: 'first' });
  line.open();
  expect(await answered(null)).toMatchObject({ seat: null });
});
