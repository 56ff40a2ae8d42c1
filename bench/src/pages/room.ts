/*
 * The room of the product with a long chat in it, and nothing behind it.
 */
import { mount } from 'svelte';

import { noDraft } from '../../../apps/web/src/lib/chat/draft.ts';
import type { Item } from '../../../apps/web/src/lib/chat/message.ts';
import ChatRoom from '../../../apps/web/src/lib/ui/ChatRoom.svelte';
import type { RoomSession } from '../../../apps/web/src/lib/ui/room-session.ts';
import { speakOfAll } from '../../../apps/web/src/lib/words/words.svelte.ts';

declare global {
  interface Window {
    /** Puts the room on the page, with so many messages in it. */
    showRoom?: (length: number) => Promise<void>;
  }
}

const SECONDS_APART = 25;

window.showRoom = async (length) => {
  await speakOfAll();
  mount(ChatRoom, {
    target: document.body,
    props: { session: sessionWith(length), state: { role: 'host', phase: 'chatting', path: 'direct' } },
  });
};

/** Three messages of each in turn, some of them long, some with a link, a reply or a reaction. */
function messages(length: number): Item[] {
  const begin = Date.now() - length * SECONDS_APART * 1000;
  return Array.from({ length }, (_, n) => ({
    kind: 'message',
    from: Math.floor(n / 3) % 2 === 0 ? 'me' : 'peer',
    id: n + 1,
    text: `${n % 5 === 0 ? 'https://example.org/ is where ' : ''}number ${n} says ${'something '.repeat(1 + (n % 40))}`,
    at: begin + n * SECONDS_APART * 1000,
    delivery: 'delivered',
    quote: n % 11 === 10 ? { from: Math.floor((n - 1) / 3) % 2 === 0 ? 'me' : 'peer', id: n } : null,
    edited: n % 23 === 0,
    unsent: false,
    reactions: { me: n % 9 === 0 ? '❤️' : null, peer: null },
  }));
}

function sessionWith(length: number): RoomSession {
  const nothing = (): void => undefined;
  return {
    nickname: 'Harriet',
    peerName: 'Mia',
    messages: messages(length),
    leftOutAt: null,
    peerTyping: false,
    unread: 0,
    sas: null,
    tellsSeen: true,
    muted: false,
    draft: noDraft,
    send: () => 'ok',
    edit: () => 'ok',
    unsend: nothing,
    react: nothing,
    noteCopySaved: nothing,
    setTellsSeen: nothing,
    setMuted: nothing,
    setDraft: nothing,
    type: nothing,
    markRead: nothing,
    leave: nothing,
  };
}
