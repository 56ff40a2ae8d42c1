import { added, MAX_EDITS, withPost } from './apply.ts';
import type { Reaction, Ref } from './message.ts';
import { messageAt, placeOf, type Action, type Post, type Said } from './post.ts';
import type { Saying } from './saying.ts';
import { MAX_TEXT_BYTES, textBytes } from './text.ts';

export { MAX_TEXT_BYTES, textBytes } from './text.ts';

/** So many sayings may be on their way at once. docs/protocol.md §5 */
export const MAX_UNDELIVERED = 100;

/**
 * A chat takes so many bytes of what the peer says, those of words that were replaced or taken back too: what people write
 * to each other in months, and what a page can hold. docs/protocol.md §4.4
 */
export const MAX_HEARD_BYTES = 32 * 1024 * 1024;

/** Each post counts as so many bytes on top of its words: about what a page needs for it. */
export const POST_BYTES = 500;

/** What was said, by both sides, and how far each has come with it. Ids count what one side said, from 1. */
export interface Chat {
  posts: readonly Post[];
  nextId: number;
  /** Highest id heard from the peer; everything up to it is here or was left out. */
  heard: number;
  /** How much of MAX_HEARD_BYTES is used up. */
  heardBytes: number;
  /** The first post of the peer that was left out, and how many posts stood before it. */
  leftOut: { id: number; place: number } | null;
  /** Highest own id that may have been handed to a transport. */
  highestSent: number;
  /** Highest own id that was handed to the transport there is now. */
  handed: number;
  /** Highest own id the peer acknowledged. */
  delivered: number;
  /** Highest own id the peer has seen. */
  seen: number;
  /** Id of the newest message of the peer that was there when the person last looked. */
  read: number;
  /** The sides tell each other what they have seen. */
  tellsSeen: boolean;
  /** Highest id heard when that was switched on: the peer is told nothing before something newer was seen. */
  tellsBeyond: number;
}

export const emptyChat: Chat = {
  posts: [],
  nextId: 1,
  heard: 0,
  heardBytes: 0,
  leftOut: null,
  highestSent: 0,
  handed: 0,
  delivered: 0,
  seen: 0,
  read: 0,
  tellsSeen: true,
  tellsBeyond: 0,
};

export type Problem = 'empty' | 'too-long' | 'too-many';

/** The chat with what was written, or why it was not taken. */
export type Composed<P = Problem> = { ok: true; chat: Chat } | { ok: false; problem: P };

/** Writes a message; it is `sending` until the transport takes it. A quote of what is no message (any more) is dropped. */
export function compose(chat: Chat, text: string, quote: Ref | null, now: number): Composed {
  const problem = problemOf(text) ?? (isFull(chat) ? 'too-many' : null);
  if (problem !== null) return { ok: false, problem };
  return {
    ok: true,
    chat: say(chat, quote === null ? { type: 'text', text } : { type: 'reply', to: quote, text }, now),
  };
}

/** Puts other words in an own message. One that never left leaves with them. */
export function edit(chat: Chat, id: number, text: string, now: number): Composed<Problem | 'not-yours'> {
  const message = messageAt(chat.posts, { from: 'me', id });
  if (message === null || message.edits >= MAX_EDITS) return { ok: false, problem: 'not-yours' };
  const problem = problemOf(text);
  if (problem !== null) return { ok: false, problem };
  if (message.text === text) return { ok: true, chat };
  if (id > chat.highestSent) return { ok: true, chat: { ...chat, posts: withPost(chat.posts, { ...message, text }) } };
  if (isFull(chat)) return { ok: false, problem: 'too-many' };
  return { ok: true, chat: say(remembering(chat, message), { type: 'edit', id, text }, now) };
}

/** Takes an own message back. The words of one that never left never leave. */
export function unsend(chat: Chat, id: number, now: number): Chat {
  const message = messageAt(chat.posts, { from: 'me', id });
  if (message === null) return chat;
  const held = withheld(chat, id);
  return id > chat.highestSent ? held : say(remembering(held, message), { type: 'unsend', id }, now);
}

/** Answers a message with a sign, or takes that back; nothing happens where that is no message, or too much is on its way. */
export function react(chat: Chat, to: Ref, reaction: Reaction | null, now: number): Chat {
  const message = messageAt(chat.posts, to);
  if (message === null || message.reactions.me === reaction || isFull(chat)) return chat;
  return say(chat, { type: 'reaction', to, reaction }, now);
}

/** A copy of the chat was saved here, which the other side is told. */
export const copySaved = (chat: Chat, now: number): Chat => say(chat, { type: 'copy-saved' }, now);

/** Posts up to `id` are about to leave. Decided, and kept, before the first of them does. */
export const leaving = (chat: Chat, id: number): Chat => ({ ...chat, highestSent: Math.max(chat.highestSent, id) });

/** The transport took the post. */
export const sent = (chat: Chat, id: number): Chat => settled({ ...chat, handed: id }, id - 1);

/** The transport is gone: what was not acknowledged waits for the next one. */
export const stranded = (chat: Chat): Chat => settled({ ...chat, handed: chat.delivered }, chat.delivered);

/** What waits for a way out, in order. It goes out with the words it first went out with, if it ever did. */
export function waiting(chat: Chat): { id: number; saying: Saying }[] {
  const found: { id: number; saying: Saying }[] = [];
  for (const [, post] of ownAfter(chat.posts, Math.max(chat.handed, chat.delivered)))
    found.unshift({ id: post.id, saying: sayingOf(post) });
  return found;
}

/**
 * A saying as it arrived. One that came before changes nothing. Null means what no honest peer makes: a hole in the numbers,
 * a word on what never left here, or another saying under a number that had one, which a browser might send that lost its
 * last writes with the power. What the chat cannot hold is left out.
 */
export function heard(chat: Chat, id: number, saying: Saying, now: number): Chat | null {
  if (id === 0 || id > chat.heard + 1 || isAboutTheUnsaid(chat, saying)) return null;
  if (id <= chat.heard) return isAnother(chat, id, saying) ? null : chat;
  const posts = added(chat.posts, { from: 'peer', id, at: now }, saying);
  const heardBytes = chat.heardBytes + (posts === chat.posts ? 0 : bytesOf(saying));
  return heardBytes > MAX_HEARD_BYTES ? muted(chat) : { ...chat, posts, heard: id, heardBytes };
}

/** The next saying of the peer arrived and is left out, because it was too much. */
export const muted = (chat: Chat): Chat => ({
  ...chat,
  heard: chat.heard + 1,
  leftOut: chat.leftOut ?? { id: chat.heard + 1, place: chat.posts.length },
});

/** Up to this id of the peer everything is here, so this may be acknowledged and nothing beyond. */
export const shown = (chat: Chat): number => (chat.leftOut === null ? chat.heard : chat.leftOut.id - 1);

/** The person has everything before their eyes that is here. */
export const read = (chat: Chat): Chat => ({
  ...chat,
  read: chat.posts.findLast(({ kind, from }) => kind === 'message' && from === 'peer')?.id ?? 0,
});

/** Messages of the peer that were not read, without those that were taken back. */
export function unreadOf({ posts, read }: Chat): number {
  let count = 0;
  for (const [, post] of after(posts, 'peer', read)) if (post.kind === 'message' && !post.unsent) count += 1;
  return count;
}

/**
 * Up to this id the other side may be told that the person has seen what it said; 0: nothing. What was seen while it was
 * not to know is told with something newer, because one id says it all, and never by itself.
 */
export function seenHere(chat: Chat): number {
  const id = Math.min(chat.read, shown(chat));
  return id > chat.tellsBeyond ? id : 0;
}

/** The peer has everything up to `id`. Null for an id that never left. */
export function acknowledged(chat: Chat, id: number): Chat | null {
  if (id > chat.highestSent) return null;
  return id <= chat.delivered ? chat : settled({ ...chat, delivered: id }, chat.delivered);
}

/** The person at the other side has seen everything up to `id`. Null for an id that never left. */
export function seenThere(chat: Chat, id: number): Chat | null {
  if (id > chat.highestSent) return null;
  return id <= chat.seen ? chat : settled({ ...chat, seen: id }, chat.seen);
}

/** Whether the sides tell each other what they have seen; if not, it is not shown either. */
export const telling = (chat: Chat, tellsSeen: boolean): Chat =>
  chat.tellsSeen === tellsSeen
    ? chat
    : settled({ ...chat, tellsSeen, tellsBeyond: tellsSeen ? chat.heard : chat.tellsBeyond }, 0);

/**
 * Own posts after `id` brought in line with how far they have come. What has arrived need not be said again, so the words
 * it was said with are forgotten where they are not shown.
 */
export function settled(chat: Chat, id: number): Chat {
  const posts = [...chat.posts];
  for (const [place, post] of ownAfter(posts, id)) {
    const arrived = post.id <= chat.delivered;
    if (post.kind === 'message')
      posts[place] = { ...post, delivery: deliveryOf(chat, post.id), first: arrived ? null : post.first };
    else if (post.kind === 'action' && arrived) posts[place] = { ...post, says: null };
  }
  return { ...chat, posts };
}

function deliveryOf({ delivered, seen, tellsSeen, handed }: Chat, id: number): Said['delivery'] {
  if (id <= delivered) return tellsSeen && id <= seen ? 'seen' : 'delivered';
  return id <= handed ? 'sent' : 'sending';
}

function problemOf(text: string): 'empty' | 'too-long' | null {
  if (text.trim() === '') return 'empty';
  return textBytes(text) > MAX_TEXT_BYTES ? 'too-long' : null;
}

const isFull = ({ nextId, delivered }: Chat): boolean => nextId - 1 - delivered >= MAX_UNDELIVERED;

const say = (chat: Chat, saying: Saying, now: number): Chat => ({
  ...chat,
  posts: added(chat.posts, { from: 'me', id: chat.nextId, at: now }, saying),
  nextId: chat.nextId + 1,
});

/** Until it has arrived, a message must go out again with the words it first went out with. */
const remembering = (chat: Chat, message: Said): Chat =>
  message.id <= chat.delivered
    ? chat
    : { ...chat, posts: withPost(chat.posts, { ...message, first: message.first ?? message.text }) };

/**
 * Nothing that never left and has words of message `id` keeps them: neither the message itself nor its edits. In their
 * places goes an unsend that names itself, and nothing quotes what was never said.
 */
function withheld(chat: Chat, id: number): Chat {
  const posts = [...chat.posts];
  for (const [place, post] of ownAfter(posts, chat.highestSent)) {
    const edits = post.kind === 'action' && post.says?.type === 'edit' && post.says.id === id;
    if (post.id === id || edits) posts[place] = nothing(post.id);
    else if (post.kind === 'message' && post.quote?.from === 'me' && post.quote.id === id && id > chat.highestSent)
      posts[place] = { ...post, quote: null };
  }
  return { ...chat, posts };
}

const nothing = (id: number): Action => ({ kind: 'action', from: 'me', id, says: { type: 'unsend', id } });

function sayingOf(post: Post): Saying {
  switch (post.kind) {
    case 'message': {
      const text = post.first ?? post.text;
      return post.quote === null ? { type: 'text', text } : { type: 'reply', to: post.quote, text };
    }
    case 'action':
      return post.says ?? { type: 'unsend', id: post.id };
    case 'copy-saved':
      return { type: 'copy-saved' };
  }
}

const bytesOf = (saying: Saying): number =>
  (isActing(saying) ? 0 : POST_BYTES) + ('text' in saying ? textBytes(saying.text) : 0);

const isActing = ({ type }: Saying): boolean => type === 'edit' || type === 'unsend' || type === 'reaction';

const isAboutTheUnsaid = ({ highestSent }: Chat, saying: Saying): boolean =>
  'to' in saying && saying.to.from === 'me' && saying.to.id > highestSent;

/** Whether another saying came under this number. Words that were edited or taken back since are not here any more. */
function isAnother({ posts, leftOut }: Chat, id: number, saying: Saying): boolean {
  const known = posts[placeOf(posts, { from: 'peer', id })];
  if (known?.kind === 'copy-saved') return saying.type !== 'copy-saved';
  if (known?.kind === 'message') {
    if (saying.type !== 'text' && saying.type !== 'reply') return true;
    return known.edits === 0 && !known.unsent && known.text !== saying.text;
  }
  // What has no place here changed a message, unless it was left out.
  return !isActing(saying) && (leftOut === null || id < leftOut.id);
}

const ownAfter = (posts: readonly Post[], id: number) => after(posts, 'me', id);

/** What one side said after `id`, with the places, the newest first: it stands at the end of however much. */
function* after(posts: readonly Post[], from: Ref['from'], id: number): Generator<[place: number, post: Post]> {
  for (let place = posts.length - 1; place >= 0; place -= 1) {
    const post = posts[place];
    if (post?.from !== from) continue;
    if (post.id <= id) return;
    yield [place, post];
  }
}
