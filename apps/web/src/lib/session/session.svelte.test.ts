import { mintInvite, printLink } from '@porchlight/invite';
import { afterEach, describe, expect, it, vi } from 'vitest';

import { settle } from './clock.ts';
import { createRandom, createWorld, HOUR_MS, talkable } from './memory-world.ts';
import { Session } from './session.svelte.ts';

const leave: (() => void)[] = [];

afterEach(() => {
  for (const stop of leave.splice(0)) stop();
});

/** Draws what `look` finds, and again whenever something of that changed; gives all that was drawn, the latest last. */
function drawing<T>(look: () => T): T[] {
  const drawn: T[] = [];
  leave.push(
    $effect.root(() => {
      $effect(() => {
        drawn.push(look());
      });
    }),
  );
  return drawn;
}

/** A host on its page, and a guest whom it let in. */
async function chat() {
  const world = createWorld();
  const invite = mintInvite(createRandom());
  const link = printLink('https://porch.test', invite);
  let session: Session | undefined;
  // What made the session is drawn anew or leaves the page long before the session is over.
  $effect.root(() => {
    session = new Session('key', link, {
      link: { role: 'host', invite },
      nickname: 'Ada',
      expiresAt: world.clock.now() + HOUR_MS,
      ports: world.ports(),
    });
  })();
  if (session === undefined) throw new Error('nothing was made');
  const host = session;
  leave.push(() => {
    host.abandon();
  });
  await settle();
  const phases = drawing(() => host.state.phase);
  const links = drawing(() => host.link);
  const guest = world.guest(link);
  guest.runner.ask('Mia');
  await vi.waitFor(() => {
    expect(phases.at(-1)).toBe('knocked');
  });
  host.admit();
  await talkable(world);
  await vi.waitFor(() => {
    expect(phases.at(-1)).toBe('chatting');
  });
  return { world, host, guest, link, phases, links };
}

const textsOf = ({ messages }: Session): string[] =>
  messages.map((item) => (item.kind === 'message' ? item.text : item.kind));

describe('a session on a page', () => {
  it('draws each step of the way in, and its link no longer than it works', async () => {
    const { host, link, phases, links } = await chat();
    expect(phases).toEqual(expect.arrayContaining(['opening', 'knocked', 'chatting']));
    expect([host.peerName, host.nickname, host.sas === null]).toEqual(['Mia', 'Ada', false]);
    expect(links).toEqual([null, link, null]);
  });

  it('draws what it hears and what the person writes', async () => {
    const { world, host, guest } = await chat();
    const drawn = drawing(() => textsOf(host));
    guest.runner.send('hello');
    await talkable(world);
    await vi.waitFor(() => {
      expect(drawn.at(-1)).toEqual(['hello']);
    });
    host.send('come in');
    await vi.waitFor(() => {
      expect(drawn.at(-1)).toEqual(['hello', 'come in']);
    });
    guest.runner.talk?.edit(1, 'hello!');
    await talkable(world);
    await vi.waitFor(() => {
      expect(drawn.at(-1)).toEqual(['hello!', 'come in']);
    });
  });

  it('draws its messages only when something was said, not because somebody writes', async () => {
    const { world, host, guest } = await chat();
    guest.runner.send('hello');
    await talkable(world);
    const logs = drawing(() => host.messages);
    const typing = drawing(() => host.peerTyping);
    await vi.waitFor(() => {
      expect(host.messages).toHaveLength(1);
    });
    guest.runner.type();
    await talkable(world);
    await vi.waitFor(() => {
      expect(typing.at(-1)).toBe(true);
    });
    expect(new Set(logs.filter((log) => log.length === 1)).size).toBe(1);
  });

  it('counts what was not read, until it is read', async () => {
    const { world, host, guest } = await chat();
    const unread = drawing(() => host.unread);
    for (const text of ['one', 'two']) guest.runner.send(text);
    await talkable(world);
    await vi.waitFor(() => {
      expect(unread.at(-1)).toBe(2);
    });
    host.markRead();
    await vi.waitFor(() => {
      expect(unread.at(-1)).toBe(0);
    });
    await talkable(world);
    expect(guest.deliveries).toEqual(['seen', 'seen']);
  });

  it('draws the end, with nothing left of what was said', async () => {
    const { world, host, guest, phases } = await chat();
    guest.runner.send('hello');
    await talkable(world);
    const drawn = drawing(() => textsOf(host));
    await vi.waitFor(() => {
      expect(drawn.at(-1)).toEqual(['hello']);
    });
    guest.runner.tell({ type: 'left' });
    await talkable(world);
    await vi.waitFor(() => {
      expect([phases.at(-1), drawn.at(-1)]).toEqual(['ended', []]);
    });
    expect([host.peerName, host.unread]).toEqual([null, 0]);
  });
});
