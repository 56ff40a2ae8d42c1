import type { CopySaved, Item, Message, Ref } from './message.ts';
import type { Acting } from './saying.ts';

/** A message, with what only the chat itself needs to know of it. */
export interface Said extends Message {
  /** How often it was edited. */
  edits: number;
  /** Own ones: the words with which it left, if they were changed since and did not arrive yet. */
  first: string | null;
}

/**
 * An own edit, unsend or reaction. It shows nothing: it changed what it names when it was said. Here it holds its place
 * among what was said. What the peer does to messages holds none, or it could fill the page with what nobody sees.
 */
export interface Action extends Ref {
  kind: 'action';
  from: 'me';
  /** What has to be said, until it has arrived. */
  says: Acting | null;
}

/** One thing that was said, in its place among what both said. docs/protocol.md §4.2 */
export type Post = Said | CopySaved | Action;

/** Where a post stands, or -1. */
export const placeOf = (posts: readonly Post[], { from, id }: Ref): number =>
  posts.findLastIndex((post) => post.id === id && post.from === from);

/** The message of that name, or null if there is none that can be answered or changed. */
export function messageAt(posts: readonly Post[], ref: Ref): Said | null {
  const post = posts[placeOf(posts, ref)];
  return post?.kind === 'message' && !post.unsent ? post : null;
}

/** What the log shows. */
export const itemsOf = (posts: readonly Post[]): readonly Item[] => posts.filter((post) => post.kind !== 'action');

/** The messages of one side, in order. */
export const messagesOf = (posts: readonly Post[], from: Ref['from']): readonly Message[] =>
  posts.filter((post): post is Said => post.kind === 'message' && post.from === from);
