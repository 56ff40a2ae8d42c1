import { readNumber, u32 } from '@porchlight/invite';
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

/** What is kept whole each time, with another draft in it. */
function withDraft(core: Uint8Array, draft: unknown): Uint8Array<ArrayBuffer> {
  const end = 5 + readNumber(core.subarray(1, 5));
  const before = JSON.parse(new TextDecoder().decode(core.subarray(5, end))) as object;
  const json = utf8.encode(JSON.stringify({ ...before, draft }));
  return Uint8Array.from([...core.subarray(0, 1), ...u32(json.length), ...json, ...core.subarray(end)]);
}

describe('a chat that was kept', () => {
  it('comes back as it was', async () => {
    const { kept, chat } = await keptChat();
    const saved = recall(kept);
    expect(saved === null ? null : chatOf(saved)).toEqual({ ...chat, handed: chat.delivered });
    expect(messagesOf(chat.posts, 'me').map(({ text }) => text)).toEqual(['edited', '']);
  });

  it.each([
    ['of an earlier form', (core: Uint8Array) => core.subarray(1)],
    ['of a later form', (core: Uint8Array) => core.with(0, (core[0] ?? 0) + 1)],
    ['damaged', (core: Uint8Array) => core.subarray(0, -1)],
    ['nothing at all', () => new Uint8Array(0)],
  ])('is dropped when it is %s', async (_what, change) => {
    const { kept } = await keptChat();
    expect(recall({ ...kept, core: new Uint8Array(change(kept.core)) })).toBeNull();
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

  it('comes back with a draft as long as any can be', async () => {
    const { kept } = await keptChat();
    const text = 'x'.repeat(20_000);
    const draft = { text, about: { mode: 'edit', id: 1, text } };
    kept.core = withDraft(kept.core, draft);
    expect(recall(kept)?.core.draft).toEqual(draft);
  });

  it.each([
    ['that is none', undefined],
    ['that is only a text', 'hi'],
    ['longer than any', { text: 'x'.repeat(20_001), about: { mode: 'write' } }],
    ['of an edit longer than any', { text: '', about: { mode: 'edit', id: 1, text: 'x'.repeat(20_001) } }],
    ['of an unknown kind', { text: 'hi', about: { mode: 'poll' } }],
    ['that answers nobody', { text: 'hi', about: { mode: 'reply', to: { from: 'server', id: 1 } } }],
    ['with something more', { text: 'hi', about: { mode: 'write' }, html: '<b>' }],
  ])('is dropped as a whole when there is a draft %s in it', async (_what, draft) => {
    const { kept } = await keptChat();
    expect(recall({ ...kept, core: withDraft(kept.core, { text: '', about: { mode: 'write' } }) })).not.toBeNull();
    expect(recall({ ...kept, core: withDraft(kept.core, draft) })).toBeNull();
  });
});
