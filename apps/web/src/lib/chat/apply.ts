import type { Ref } from './message.ts';
import { messageAt, placeOf, type Post, type Said } from './post.ts';
import type { Acting, Saying } from './saying.ts';

/** A message takes so many edits. docs/protocol.md §4.2 */
export const MAX_EDITS = 20;

/** Who said something, as the how-manieth of all it said, and when this browser wrote or heard it (ms since epoch). */
export interface Stamp extends Ref {
  at: number;
}

/** The posts with what is said now, and with what that changes: the same posts if nothing. The same rules for both sides. */
export function added(posts: readonly Post[], stamp: Stamp, saying: Saying): readonly Post[] {
  const { from, id } = stamp;
  switch (saying.type) {
    case 'text':
      return [...posts, message(stamp, saying.text, null)];
    case 'reply':
      return [...posts, message(stamp, saying.text, messageAt(posts, saying.to) === null ? null : saying.to)];
    case 'copy-saved':
      return [...posts, { kind: 'copy-saved', ...stamp }];
    default: {
      const after = changed(posts, from, saying);
      return from === 'me' ? [...after, { kind: 'action', from, id, says: saying }] : after;
    }
  }
}

/** The posts with another one in its place. */
export function withPost(posts: readonly Post[], post: Post): readonly Post[] {
  const next = [...posts];
  next[placeOf(posts, post)] = post;
  return next;
}

/** A message in other words. */
const edited = (message: Said, text: string): Said => ({
  ...message,
  text,
  edited: true,
  edits: message.edits + 1,
});

/** A message taken back: that there was one is all that is left. */
const takenBack = (message: Said): Said => ({
  ...message,
  text: '',
  unsent: true,
  edited: false,
  reactions: { me: null, peer: null },
});

function changed(posts: readonly Post[], by: Ref['from'], saying: Acting): readonly Post[] {
  const target = messageAt(posts, saying.type === 'reaction' ? saying.to : { from: by, id: saying.id });
  if (target === null) return posts;
  switch (saying.type) {
    case 'edit':
      return target.edits < MAX_EDITS ? withPost(posts, edited(target, saying.text)) : posts;
    case 'unsend':
      return withPost(posts, takenBack(target));
    case 'reaction':
      if (target.reactions[by] === saying.reaction) return posts;
      return withPost(posts, { ...target, reactions: { ...target.reactions, [by]: saying.reaction } });
  }
}

const message = (stamp: Stamp, text: string, quote: Ref | null): Said => ({
  kind: 'message',
  ...stamp,
  text,
  delivery: stamp.from === 'me' ? 'sending' : 'delivered',
  quote,
  edited: false,
  unsent: false,
  reactions: { me: null, peer: null },
  edits: 0,
  first: null,
});
