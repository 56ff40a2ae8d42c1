import { erase } from '@porchlight/invite';

import type { Chat } from '../chat/chat.ts';
import type { Change } from '../vault/vault.ts';

import type { Disk } from './keeper.ts';
import type { Clock } from './ports.ts';
import { encodeMessage, encodeSaved, eraseSaved, type Saved } from './saved.ts';

/** A session that lives is kept again so often, in ms: what is kept is good only for as long as the other side waits. */
export const STILL_HERE_MS = 60_000;

/** So long may a write take, in ms. */
const WRITE_MS = 5_000;
/** A timer that is later than this, in ms, was one of a page that stood still. */
const STOOD_STILL_MS = 1_000;

/** Where one session is kept. */
export interface Shelf {
  keep: (change: Change) => Promise<void>;
  forget: () => Promise<void>;
}

interface SavingInput {
  shelf: Shelf;
  clock: Clock;
  /** So many messages are kept already. */
  messagesKept: number;
  /** The session as it is now. */
  now: () => Omit<Saved, 'chat'> & { chat: Chat };
  /** Time to be kept again. */
  due: () => void;
}

/** Writes a session to its shelf: what may change whole, the messages once each. */
export class Saving implements Disk {
  readonly #input: SavingInput;
  #messagesKept: number;
  #cancelDue: () => void = () => undefined;

  constructor(input: SavingInput) {
    this.#input = input;
    this.#messagesKept = input.messagesKept;
  }

  async write(): Promise<void> {
    const { chat, ...rest } = this.#input.now();
    const { messages, ...counts } = chat;
    const saved: Saved = { ...rest, chat: counts };
    const core = encodeSaved(saved);
    eraseSaved(saved);
    const from = this.#messagesKept;
    const fresh = messages.slice(from).map((message, at) => [from + at, encodeMessage(message)] as const);
    try {
      await this.#inTime(this.#input.shelf.keep({ until: saved.until, core, messages: new Map(fresh) }));
    } finally {
      erase(core);
    }
    this.#messagesKept = messages.length;
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

  /** A disk that does not answer must not hold up the chat. */
  async #inTime(written: Promise<void>): Promise<void> {
    const { clock } = this.#input;
    let cancel = (): void => undefined;
    const late = new Promise<never>((_, reject) => {
      const wait = (): void => {
        const due = clock.now() + WRITE_MS;
        cancel = clock.after(WRITE_MS, () => {
          // A page that stood still has given the disk no time.
          if (clock.now() > due + STOOD_STILL_MS) wait();
          else reject(new Error('not written in time'));
        });
      };
      wait();
    });
    try {
      await Promise.race([written, late]);
    } finally {
      cancel();
    }
  }
}
