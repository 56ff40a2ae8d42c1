import { describe, expect, it } from 'vitest';

import { messagesOf } from '../chat/post.ts';

import { settle } from './clock.ts';
import { createWorld, meet, talkable } from './memory-world.ts';
import { chatOf, recall } from './saved.ts';

/** A chat with something of every kind in it, and what is kept of it. */
async function keptChat() {
  const world = createWorld({ keeps: true });
  const { host, guest } = await meet(world);
  guest.runner.send('first');
  guest.runner.send('second');
  await talkable(world);
  host.runner.send('a reply', { from: 'peer', id: 1 });
  await talkable(world);
  // Nothing of what follows has a way out any more.
  world.server.cut(guest.signaling);
  world.network.cut();
  guest.runner.talk?.edit(1, 'edited');
  guest.runner.talk?.unsend(2);
  guest.runner.talk?.react({ from: 'peer', id: 1 }, '👍');
  guest.runner.talk?.noteCopySaved();
  guest.runner.markRead();
  guest.runner.setTellsSeen(false);
  await settle();
  const [kept] = await guest.disk.open().load();
  if (kept === undefined) throw new Error('nothing was kept');
  return { kept, chat: guest.runner.snapshot.chat };
}

const utf8 = new TextEncoder();

describe('a chat that was kept', () => {
  it('comes back as it was', async () => {
    const { kept, chat } = await keptChat();
    const saved = recall(kept);
    expect(saved === null ? null : chatOf(saved)).toEqual({ ...chat, handed: chat.delivered });
    expect(messagesOf(chat.posts, 'me').map(({ text }) => text)).toEqual(['edited', '']);
  });

  it.each([
    ['of an earlier version', { id: 1, from: 'peer', text: 'hi', at: 1 }],
    ['of an unknown kind', { kind: 'poll', id: 1, from: 'peer', at: 1 }],
    ['with a sign that is none', { kind: 'action', id: 1, from: 'me', says: { type: 'reaction', reaction: 'x' } }],
    ['with something more', { kind: 'copy-saved', id: 1, from: 'me', at: 1, html: '<b>' }],
  ])('is dropped as a whole when there is something %s in it', async (_what, post) => {
    const { kept } = await keptChat();
    kept.messages[0] = new Uint8Array(utf8.encode(JSON.stringify(post)));
    expect(recall(kept)).toBeNull();
  });
});
