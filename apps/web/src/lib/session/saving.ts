import { equal, erase } from '@porchlight/invite';

import type { Chat } from '../chat/chat.ts';
import type { Post } from '../chat/post.ts';
import { inTime } from '../vault/in-time.ts';
import type { Bytes, Change } from '../vault/vault.ts';

import type { Disk } from './keeper.ts';
import type { Clock } from './ports.ts';
import { encodePost, encodeSaved, eraseSaved, type Saved } from './saved.ts';

/** A session that lives is kept again so often, in ms: what is kept is good only for as long as the other side waits. */
export const STILL_HERE_MS = 60_000;

/** So long may a write take, in ms. */
const WRITE_MS = 5_000;

/** Where one session is kept. */
export interface Shelf {
  keep: (change: Change) => Promise<void>;
  forget: () => Promise<void>;
}

interface SavingInput {
  shelf: Shelf;
  clock: Clock;
  /** What of the chat is kept already, in its places. */
  kept: readonly Post[];
  /** The session as it is now. */
  now: () => Omit<Saved, 'chat'> & { chat: Chat };
  /** Time to be kept again. */
  due: () => void;
}

/** Writes a session to its shelf: the core whole, of what was said only what is new or was changed. */
export class Saving implements Disk {
  readonly #input: SavingInput;
  #kept: readonly Post[];
  #cancelDue: () => void = () => undefined;

  constructor(input: SavingInput) {
    this.#input = input;
    this.#kept = input.kept;
  }

  async write(): Promise<void> {
    const { chat, ...rest } = this.#input.now();
    const { posts } = chat;
    const saved: Saved = { ...rest, chat: countsOf(chat) };
    const core = encodeSaved(saved);
    eraseSaved(saved);
    try {
      const written = this.#input.shelf.keep({ until: saved.until, core, messages: changes(this.#kept, posts) });
      await inTime(written, WRITE_MS, this.#input.clock);
    } finally {
      erase(core);
    }
    this.#kept = posts;
    this.#cancelDue();
    if (saved.place.phase === 'connecting' || saved.place.phase === 'inside')
      this.#cancelDue = this.#input.clock.after(STILL_HERE_MS, this.#input.due);
  }

  failed(): void {
    this.forget();
  }

  /** What cannot be deleted is past its time soon, and opens nothing: the other side has no keys any more. */
  forget(): void {
    this.stop();
    this.#input.shelf.forget().catch(() => undefined);
  }

  /** It is not kept again by itself. */
  stop(): void {
    this.#cancelDue();
  }
}

/** Of the chat what is kept whole each time. What was handed to a transport is nothing to the next page. */
const countsOf = (chat: Chat): Saved['chat'] => {
  const { nextId, heard, heardBytes, leftOut, highestSent, delivered, seen, read, tellsSeen, tellsBeyond } = chat;
  return { nextId, heard, heardBytes, leftOut, highestSent, delivered, seen, read, tellsSeen, tellsBeyond };
};

/** The places at which something else has to be kept than is. How far a message has come is not kept with it. */
function changes(kept: readonly Post[], posts: readonly Post[]): Map<number, Bytes> {
  const found = new Map<number, Bytes>();
  for (const [place, post] of posts.entries()) {
    const before = kept[place];
    if (before === post) continue;
    const encoded = encodePost(post);
    if (before === undefined || !equal(encodePost(before), encoded)) found.set(place, encoded);
  }
  return found;
}
