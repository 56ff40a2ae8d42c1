import { describe, expect, it } from 'vitest';

import { MAX_EDITS } from './apply.ts';
import {
  acknowledged,
  compose,
  copySaved,
  edit,
  emptyChat,
  heard,
  leaving,
  MAX_HEARD_BYTES,
  MAX_TEXT_BYTES,
  MAX_UNDELIVERED,
  muted,
  POST_BYTES,
  react,
  read,
  seenHere,
  seenThere,
  sent,
  shown,
  stranded,
  telling,
  unreadOf,
  unsend,
  waiting,
  type Chat,
} from './chat.ts';
import type { Ref } from './message.ts';
import { itemsOf, messageAt, messagesOf, placeOf, type Said } from './post.ts';
import type { Saying } from './saying.ts';

const NOW = 0;

function write(chat: Chat, ...texts: string[]): Chat {
  for (const text of texts) chat = taken(compose(chat, text, null, NOW));
  return chat;
}

/** What was composed, which must have been taken. */
function taken(composed: ReturnType<typeof edit>): Chat {
  if (!composed.ok) throw new Error(composed.problem);
  return composed.chat;
}

/** What the peer says, one after the other, none of it refused. */
function hear(chat: Chat, ...sayings: (Saying | string)[]): Chat {
  for (const one of sayings) {
    const saying: Saying = typeof one === 'string' ? { type: 'text', text: one } : one;
    const next = heard(chat, chat.heard + 1, saying, NOW);
    if (next === null) throw new Error(`${saying.type} was refused`);
    chat = next;
  }
  return chat;
}

/** About to leave, and gone. */
const take = (chat: Chat, id: number): Chat => sent(leaving(chat, id), id);
/** Everything arrived. */
const arrive = (chat: Chat): Chat => acknowledged(take(chat, chat.nextId - 1), chat.nextId - 1) ?? emptyChat;
const deliveries = (chat: Chat | null) =>
  chat === null ? [] : messagesOf(chat.posts, 'me').map(({ delivery }) => delivery);
const texts = (chat: Chat, from: Ref['from'] = 'peer') => messagesOf(chat.posts, from).map(({ text }) => text);
const mine = (id: number): Ref => ({ from: 'me', id });
const peers = (id: number): Ref => ({ from: 'peer', id });

function at(chat: Chat, ref: Ref): Said {
  const post = chat.posts[placeOf(chat.posts, ref)];
  if (post?.kind !== 'message') throw new Error('no message');
  return post;
}

describe('writing', () => {
  it('refuses nothing, too much and too many', () => {
    expect(compose(emptyChat, ' \n ', null, NOW)).toEqual({ ok: false, problem: 'empty' });
    expect(compose(emptyChat, 'a'.repeat(4000), null, NOW).ok).toBe(true);
    expect(compose(emptyChat, 'a'.repeat(4001), null, NOW)).toEqual({ ok: false, problem: 'too-long' });
    expect(compose(emptyChat, 'é'.repeat(2001), null, NOW)).toEqual({ ok: false, problem: 'too-long' });
    const full = write(emptyChat, ...Array.from({ length: MAX_UNDELIVERED }, () => 'x'));
    expect(compose(full, 'one more', null, NOW)).toEqual({ ok: false, problem: 'too-many' });
    const relieved = acknowledged(take(full, 1), 1);
    expect(relieved !== null && compose(relieved, 'one more', null, NOW).ok).toBe(true);
  });

  it('quotes a message, and nothing that is none or was taken back', () => {
    const chat = hear(emptyChat, 'question', 'nonsense', { type: 'unsend', id: 2 });
    const reply = taken(compose(chat, 'answer', peers(1), NOW));
    expect(at(reply, mine(1)).quote).toEqual(peers(1));
    expect(waiting(reply)).toEqual([{ id: 1, saying: { type: 'reply', to: peers(1), text: 'answer' } }]);
    for (const nothing of [peers(2), peers(3), peers(9), mine(1)]) {
      const plain = taken(compose(chat, 'answer', nothing, NOW));
      expect(waiting(plain)).toEqual([{ id: 1, saying: { type: 'text', text: 'answer' } }]);
    }
  });
});

describe('delivery', () => {
  it('is sending, then sent, then delivered, then seen', () => {
    const written = write(emptyChat, 'a', 'b');
    expect(deliveries(written)).toEqual(['sending', 'sending']);
    const gone = take(written, 1);
    expect(deliveries(gone)).toEqual(['sent', 'sending']);
    const there = acknowledged(gone, 1) ?? emptyChat;
    expect(deliveries(there)).toEqual(['delivered', 'sending']);
    expect(deliveries(seenThere(there, 1))).toEqual(['seen', 'sending']);
  });

  it('goes back to sending when the transport is lost, unless acknowledged', () => {
    const chat = acknowledged(take(take(write(emptyChat, 'a', 'b', 'c'), 1), 2), 1);
    const lost = chat === null ? emptyChat : stranded(chat);
    expect(deliveries(lost)).toEqual(['delivered', 'sending', 'sending']);
    expect(waiting(lost).map(({ id }) => id)).toEqual([2, 3]);
  });

  it('cannot be claimed for a message that was never written, or never left', () => {
    for (const claimed of [acknowledged, seenThere]) {
      expect(claimed(take(write(emptyChat, 'a'), 1), 2)).toBeNull();
      expect(claimed(write(emptyChat, 'a'), 1)).toBeNull();
      expect(claimed(emptyChat, 0)).toEqual(emptyChat);
    }
  });

  it('is not seen before it is delivered, nor where seen is not told', () => {
    const chat = seenThere(take(write(emptyChat, 'a'), 1), 1) ?? emptyChat;
    expect(deliveries(chat)).toEqual(['sent']);
    expect(deliveries(arrive(chat))).toEqual(['seen']);
    expect(deliveries(telling(arrive(chat), false))).toEqual(['delivered']);
    expect(deliveries(telling(telling(arrive(chat), false), true))).toEqual(['seen']);
  });

  it('is told as seen only when something newer than what was there when telling began was seen', () => {
    const off = read(telling(hear(emptyChat, 'one', 'two'), false));
    const on = telling(hear(off, 'three'), true);
    for (const silent of [on, read(on), read(hear(on, { type: 'reaction', to: peers(1), reaction: '👍' }))])
      expect(seenHere(silent)).toBe(0);
    expect(seenHere(read(hear(on, 'four')))).toBe(4);
    expect(seenHere(read(telling(hear(emptyChat, 'one'), true))), 'it was on all the time').toBe(1);
  });
});

describe('hearing', () => {
  it('closes at another text under a number that had one', () => {
    const chat = hear(emptyChat, 'first');
    expect(heard(chat, 1, { type: 'text', text: 'first' }, 1)).toBe(chat);
    expect(heard(chat, 1, { type: 'text', text: 'second' }, 1)).toBeNull();
    expect(heard(chat, 1, { type: 'copy-saved' }, 1)).toBeNull();
  });

  it('closes at a text where there was an edit, an unsend or a reaction, and takes those again', () => {
    const said: Saying[] = [
      { type: 'edit', id: 1, text: 'other' },
      { type: 'unsend', id: 1 },
      { type: 'reaction', to: peers(1), reaction: null },
    ];
    for (const saying of said) {
      const chat = hear(emptyChat, 'first', saying);
      expect(heard(chat, 2, saying, NOW)).toBe(chat);
      expect(heard(chat, 2, { type: 'text', text: 'second' }, NOW)).toBeNull();
      expect(heard(chat, 2, { type: 'copy-saved' }, NOW)).toBeNull();
    }
  });

  it('takes a text again as it was before it was edited or taken back', () => {
    for (const after of [{ type: 'edit', id: 1, text: 'better' } as const, { type: 'unsend', id: 1 } as const]) {
      const chat = hear(emptyChat, 'first', after);
      expect(heard(chat, 1, { type: 'text', text: 'first' }, NOW)).toBe(chat);
      expect(heard(chat, 1, { type: 'copy-saved' }, NOW)).toBeNull();
    }
  });

  it('takes each message once, in order, and refuses a hole', () => {
    const first = hear(emptyChat, 'one');
    expect(texts(first)).toEqual(['one']);
    expect(heard(first, 1, { type: 'text', text: 'one' }, NOW)).toBe(first);
    expect(heard(emptyChat, 2, { type: 'text', text: 'two' }, NOW)).toBeNull();
    expect(heard(emptyChat, 0, { type: 'text', text: 'zero' }, NOW)).toBeNull();
  });

  it('needs no more memory for what the peer does to messages, however often it does so', () => {
    const chat = react(
      hear(arrive(write(emptyChat, 'mine')), 'theirs', 'gone', { type: 'unsend', id: 2 }),
      peers(1),
      '👍',
      NOW,
    );
    const nothing: Saying[] = [
      { type: 'reaction', to: mine(1), reaction: null },
      { type: 'reaction', to: peers(2), reaction: '🔥' },
      { type: 'unsend', id: 2 },
      { type: 'edit', id: 2, text: 'back again' },
    ];
    for (const saying of nothing) expect(hear(chat, saying, saying).posts, saying.type).toBe(chat.posts);
    const something: Saying[] = [
      { type: 'reaction', to: mine(1), reaction: '❤️' },
      { type: 'reaction', to: mine(1), reaction: null },
      { type: 'edit', id: 1, text: 'theirs, truly' },
    ];
    const often = hear(chat, ...Array.from({ length: 50 }, () => something).flat());
    expect(often.posts).toHaveLength(chat.posts.length);
    expect(shown(often)).toBe(often.heard);
  });

  it('takes what a person can say in a chat, and leaves out what is said only to fill it', () => {
    const long = 'x'.repeat(MAX_TEXT_BYTES);
    const most = Math.floor(MAX_HEARD_BYTES / (MAX_TEXT_BYTES + POST_BYTES));
    const chat = { ...hear(emptyChat, 'first'), heardBytes: 0 };
    const full = hear(chat, ...Array.from({ length: most }, () => long));
    expect(full.leftOut).toBeNull();
    const over = hear(
      full,
      long,
      { type: 'edit', id: 1, text: long },
      { type: 'reaction', to: peers(1), reaction: '👍' },
    );
    expect(over.leftOut).toEqual({ id: full.heard + 1, place: full.posts.length });
    expect(over.posts).toHaveLength(full.posts.length);
    expect(at(over, peers(1))).toMatchObject({ text: 'first', reactions: { peer: '👍' } });
    expect([over.heard, shown(over)]).toEqual([full.heard + 3, full.heard]);
  });

  it('counts what an edit brings, and neither one that changes nothing nor what else shows nothing new', () => {
    const long = 'x'.repeat(MAX_TEXT_BYTES);
    const chat = hear(emptyChat, 'a');
    expect(chat.heardBytes).toBe(1 + POST_BYTES);
    const edits = Array.from({ length: MAX_EDITS + 5 }, (): Saying => ({ type: 'edit', id: 1, text: long }));
    expect(hear(chat, ...edits).heardBytes).toBe(chat.heardBytes + MAX_EDITS * MAX_TEXT_BYTES);
    expect(hear(chat, { type: 'reaction', to: peers(1), reaction: '👍' }).heardBytes).toBe(chat.heardBytes);
    expect(hear(chat, { type: 'copy-saved' }).heardBytes).toBe(chat.heardBytes + POST_BYTES);
  });

  it('shows on behind a text that was left out, and acknowledges nothing from there on', () => {
    const three = hear(muted(hear(emptyChat, 'one')), 'three');
    expect(texts(three)).toEqual(['one', 'three']);
    expect(three.leftOut).toEqual({ id: 2, place: 1 });
    expect(shown(three)).toBe(1);
    expect(seenHere(read(three))).toBe(1);
    expect(muted(three).leftOut).toEqual({ id: 2, place: 1 });
    expect(heard(three, 2, { type: 'text', text: 'two' }, NOW)).toBe(three);
  });

  it('counts messages of the peer as unread, and neither its actions nor what it took back or had left out', () => {
    const chat = hear(muted(hear(write(emptyChat, 'mine'), 'one')), 'three', 'four', { type: 'unsend', id: 4 });
    expect(unreadOf(muted(write(chat, 'mine again')))).toBe(2);
    expect(unreadOf(read(chat))).toBe(0);
    expect(unreadOf(hear(read(chat), 'six', { type: 'reaction', to: peers(1), reaction: '👍' }))).toBe(1);
  });

  it('shows a quote of what is no message as a reply to nothing', () => {
    const chat = hear(muted(hear(emptyChat, 'gone', { type: 'unsend', id: 1 })), {
      type: 'reply',
      to: peers(1),
      text: 'a',
    });
    const more = hear(chat, { type: 'reply', to: peers(2), text: 'b' }, { type: 'reply', to: peers(3), text: 'c' });
    expect([4, 5, 6].map((id) => at(more, peers(id)).quote)).toEqual([null, null, null]);
  });

  it('closes at a word on something of ours that never left', () => {
    const chat = leaving(write(emptyChat, 'left', 'did not'), 1);
    for (const type of ['reply', 'reaction'] as const) {
      const saying = (to: Ref): Saying => (type === 'reply' ? { type, to, text: 'so?' } : { type, to, reaction: '👍' });
      expect(heard(chat, 1, saying(mine(1)), NOW)).not.toBeNull();
      expect(heard(chat, 1, saying(mine(2)), NOW)).toBeNull();
      expect(heard(chat, 1, saying(mine(9)), NOW)).toBeNull();
    }
  });
});

describe('an edit', () => {
  it('puts other words in a message, on both sides, and says so', () => {
    const own = taken(edit(arrive(write(emptyChat, 'tomorow')), 1, 'tomorrow', NOW));
    expect(at(own, mine(1))).toMatchObject({ text: 'tomorrow', edited: true, delivery: 'delivered', first: null });
    expect(waiting(own)).toEqual([{ id: 2, saying: { type: 'edit', id: 1, text: 'tomorrow' } }]);
    expect(itemsOf(own.posts)).toHaveLength(1);

    const theirs = hear(emptyChat, 'tomorow', { type: 'edit', id: 1, text: 'tomorrow' });
    expect(at(theirs, peers(1))).toMatchObject({ text: 'tomorrow', edited: true });
  });

  it('of a message that never left changes its words and nothing else', () => {
    const chat = taken(edit(write(emptyChat, 'tomorow'), 1, 'tomorrow', NOW));
    expect(waiting(chat)).toEqual([{ id: 1, saying: { type: 'text', text: 'tomorrow' } }]);
    expect(at(chat, mine(1)).edited).toBe(false);
  });

  it('of a message that may have arrived does not change with which words that goes out again', () => {
    const left = take(write(emptyChat, 'first'), 1);
    const twice = taken(edit(taken(edit(left, 1, 'second', NOW)), 1, 'third', NOW));
    expect(waiting(stranded(twice)).map(({ saying }) => saying)).toEqual([
      { type: 'text', text: 'first' },
      { type: 'edit', id: 1, text: 'second' },
      { type: 'edit', id: 1, text: 'third' },
    ]);
    expect(JSON.stringify(arrive(twice).posts)).not.toMatch(/"(first|second)"[^:]/);
  });

  it('is refused for what is not there, was taken back, or was edited too often', () => {
    const chat = arrive(write(emptyChat, 'a'));
    const refused = { ok: false, problem: 'not-yours' };
    expect(edit(hear(chat, 'theirs'), 2, 'b', NOW)).toEqual(refused);
    expect(edit(unsend(chat, 1, NOW), 1, 'b', NOW)).toEqual(refused);
    expect(edit(chat, 1, ' ', NOW)).toEqual({ ok: false, problem: 'empty' });
    expect(edit(chat, 1, 'a'.repeat(4001), NOW)).toEqual({ ok: false, problem: 'too-long' });
    expect(taken(edit(chat, 1, 'a', NOW))).toBe(chat);
    let often = chat;
    for (let n = 0; n < MAX_EDITS; n += 1) often = taken(edit(often, 1, `a${String(n)}`, NOW));
    expect(edit(often, 1, 'b', NOW)).toEqual(refused);
  });

  it('beyond the twentieth changes nothing of the peer’s message', () => {
    const edits = Array.from({ length: MAX_EDITS + 1 }, (_, n): Saying => ({ type: 'edit', id: 1, text: `v${n}` }));
    expect(texts(hear(emptyChat, 'v', ...edits))).toEqual([`v${MAX_EDITS - 1}`]);
  });

  it('of what is no message, or none any more, changes nothing', () => {
    const chat = hear(emptyChat, 'one', { type: 'unsend', id: 1 }, { type: 'edit', id: 1, text: 'back again' });
    expect(texts(chat)).toEqual(['']);
    expect(texts(hear(chat, { type: 'edit', id: 2, text: 'an action' }))).toEqual(['']);
    expect(texts(hear(muted(chat), { type: 'edit', id: 4, text: 'left out' }))).toEqual(['']);
  });
});

describe('an unsend', () => {
  it('takes words and reactions away, on both sides', () => {
    const own = unsend(
      hear(arrive(write(emptyChat, 'oops')), { type: 'reaction', to: mine(1), reaction: '😮' }),
      1,
      NOW,
    );
    expect(at(own, mine(1))).toMatchObject({
      text: '',
      unsent: true,
      reactions: { me: null, peer: null },
      first: null,
    });
    expect(waiting(own)).toEqual([{ id: 2, saying: { type: 'unsend', id: 1 } }]);

    const theirs = hear(react(hear(emptyChat, 'oops'), peers(1), '😂', NOW), { type: 'unsend', id: 1 });
    expect(at(theirs, peers(1))).toMatchObject({ text: '', unsent: true, reactions: { me: null, peer: null } });
    expect(react(theirs, peers(1), '👍', NOW)).toBe(theirs);
  });

  it('of a message that may have arrived lets it go out again as it was, and forgets it once it has arrived', () => {
    const left = taken(edit(take(write(emptyChat, 'oops'), 1), 1, 'ouch', NOW));
    const back = unsend(leaving(left, 2), 1, NOW);
    expect(waiting(stranded(back)).map(({ saying }) => saying)).toEqual([
      { type: 'text', text: 'oops' },
      { type: 'edit', id: 1, text: 'ouch' },
      { type: 'unsend', id: 1 },
    ]);
    expect(JSON.stringify(arrive(back).posts)).not.toMatch(/oops|ouch/);
  });

  it('lets no words leave that had not left, and shows nothing of them', () => {
    const chat = unsend(taken(compose(write(emptyChat, 'oops'), 'as I said', mine(1), NOW)), 1, NOW);
    expect(waiting(chat)).toEqual([
      { id: 1, saying: { type: 'unsend', id: 1 } },
      { id: 2, saying: { type: 'text', text: 'as I said' } },
    ]);
    expect(texts(chat, 'me')).toEqual(['as I said']);

    const edited = unsend(taken(edit(take(write(emptyChat, 'oops'), 1), 1, 'ouch', NOW)), 1, NOW);
    expect(JSON.stringify(waiting(stranded(edited)))).not.toContain('ouch');

    expect(itemsOf(hear(emptyChat, { type: 'unsend', id: 1 }).posts)).toEqual([]);
  });

  it('is possible however much is on its way', () => {
    const full = take(write(emptyChat, ...Array.from({ length: MAX_UNDELIVERED }, () => 'x')), 20);
    expect(at(unsend(full, 1, NOW), mine(1)).unsent).toBe(true);
  });
});

describe('a reaction', () => {
  it('is one for each side, replaced and taken back', () => {
    const heartedByBoth = react(
      hear(hear(emptyChat, 'hi'), { type: 'reaction', to: peers(1), reaction: '❤️' }),
      peers(1),
      '❤️',
      NOW,
    );
    expect(at(heartedByBoth, peers(1)).reactions).toEqual({ me: '❤️', peer: '❤️' });
    const other = react(heartedByBoth, peers(1), '🎉', NOW);
    expect(at(other, peers(1)).reactions).toEqual({ me: '🎉', peer: '❤️' });
    expect(at(hear(other, { type: 'reaction', to: peers(1), reaction: null }), peers(1)).reactions).toEqual({
      me: '🎉',
      peer: null,
    });
  });

  it('that changes nothing is not said', () => {
    const chat = hear(emptyChat, 'hi');
    expect(react(chat, peers(1), null, NOW)).toBe(chat);
    expect(react(chat, peers(2), '👍', NOW)).toBe(chat);
  });
});

it('a saved copy is shown in its place, on both sides', () => {
  expect(itemsOf(copySaved(write(emptyChat, 'a'), 7).posts)).toMatchObject([
    { kind: 'message' },
    { kind: 'copy-saved', from: 'me', id: 2, at: 7 },
  ]);
  expect(itemsOf(hear(emptyChat, { type: 'copy-saved' }).posts)).toMatchObject([{ kind: 'copy-saved', from: 'peer' }]);
});

it('a chat of 10,000 messages takes one more, or a change of its oldest, within a millisecond', () => {
  let chat = emptyChat;
  for (let n = 0; n < 5000; n += 1) chat = hear(arrive(write(chat, 'x'.repeat(100))), 'y'.repeat(100));
  const works: Record<string, () => Chat | null> = {
    write: () => arrive(write(chat, 'one more')),
    hear: () => hear(chat, 'one more'),
    edit: () => taken(edit(chat, 1, `edited`, NOW)),
    react: () => react(chat, peers(1), '👍', NOW),
    'hear a reaction': () => hear(chat, { type: 'reaction', to: mine(1), reaction: '👍' }),
    show: () => (itemsOf(chat.posts), chat),
  };
  for (const [name, work] of Object.entries(works)) {
    // The fastest counts, so that a busy machine fails nothing.
    const took = Array.from({ length: 50 }, () => {
      const began = performance.now();
      work();
      return performance.now() - began;
    });
    expect(Math.min(...took), name).toBeLessThan(1);
  }
  expect(messageAt(chat.posts, mine(1))?.text).toHaveLength(100);
});
