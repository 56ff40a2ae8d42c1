import { FrameType, type Frame } from '@porchlight/channel';

import {
  acknowledged,
  compose,
  copySaved,
  edit,
  emptyChat,
  heard,
  leaving,
  muted,
  react,
  read,
  seenHere,
  seenThere,
  sent,
  shown,
  stranded,
  telling,
  unsend,
  waiting,
  type Chat,
  type Composed,
  type Problem,
} from '../chat/chat.ts';
import type { Reaction, Ref } from '../chat/message.ts';
import { reconnected, rested, spend, type Kind, type Pace, type Verdict } from '../chat/pace.ts';
import { decodeSaying, encodeSaying, isSaying, type Saying } from '../chat/saying.ts';
import { mayLeaveUpTo, WIDEN_MS, WINDOW } from '../chat/window.ts';

import type { Event } from './events.ts';
import type { Clock } from './ports.ts';
import { Seeing } from './seeing.ts';
import { Typing } from './typing.ts';

const NOTHING = new Uint8Array(0);

interface TalkInput {
  clock: Clock;
  tell: (event: Event) => void;
  /** What was said before a reload. */
  chat: Chat;
  /** The chat is not what it was. */
  changed: () => void;
  /** Calls back when the chat as it is now would survive the page. */
  keep: (then?: () => void) => void;
  /** Sends a frame; false when there is no way to the other side. */
  send: (type: number, messageId: number, body: Uint8Array) => boolean;
}

/** What is said, in both directions, across however many transports it takes. */
export class Talk {
  readonly #input: TalkInput;
  #chat: Chat;
  /** There is a way to the other side. */
  #up = false;
  #pace: Pace = rested;
  /** chat/window.ts */
  #level: number;
  #widening = false;
  #stopWidening: () => void = () => undefined;
  readonly #typing: Typing;
  readonly #seeing: Seeing;

  constructor(input: TalkInput) {
    this.#input = input;
    this.#chat = input.chat;
    // After a reload no more is sure than that what was on its way may come.
    this.#level = input.chat === emptyChat ? WINDOW : input.chat.highestSent - input.chat.delivered;
    this.#typing = new Typing({
      clock: input.clock,
      tell: () => input.send(FrameType.typing, 0, NOTHING),
      changed: input.changed,
    });
    this.#seeing = new Seeing({ clock: input.clock, tell: (id) => this.#tellSeen(id) });
    this.#widen();
  }

  get chat(): Chat {
    return this.#chat;
  }

  /** Whether the other side is writing. */
  get peerTyping(): boolean {
    return this.#typing.peerTyping;
  }

  /** Writes a message. While there is no way to the other side, or it could not take more, the message waits. */
  write(text: string, quote: Ref | null = null): 'ok' | Problem {
    return this.#wrote(compose(this.#chat, text, quote, this.#input.clock.now()));
  }

  /** Puts other words in an own message. `not-yours`: there is none of that id that can be changed. */
  edit(id: number, text: string): 'ok' | Problem | 'not-yours' {
    return this.#wrote(edit(this.#chat, id, text, this.#input.clock.now()));
  }

  /** Takes an own message back. */
  unsend(id: number): void {
    this.#say(unsend(this.#chat, id, this.#input.clock.now()));
  }

  /** Answers a message with a sign; null takes it back. */
  react(to: Ref, reaction: Reaction | null): void {
    this.#say(react(this.#chat, to, reaction, this.#input.clock.now()));
  }

  /** A copy of the chat was saved here. */
  noteCopySaved(): void {
    this.#say(copySaved(this.#chat, this.#input.clock.now()));
  }

  /** The person has read what is shown. */
  markRead(): void {
    if (this.#chat.read === read(this.#chat).read) return;
    this.#chat = read(this.#chat);
    this.#input.keep();
    this.#seeing.saw(seenHere(this.#chat));
  }

  /** Whether each side is told what the other has seen. */
  setTellsSeen(tellsSeen: boolean): void {
    this.#chat = telling(this.#chat, tellsSeen);
    this.#input.keep();
    this.#seeing.again(seenHere(this.#chat));
    this.#input.changed();
  }

  /** The person is writing. */
  type(): void {
    this.#typing.type();
  }

  /** The other side comes for one more transport. False if it did so too often: then that was told. */
  admits(epoch: number): boolean {
    return epoch === 0 || this.#accepts('reconnect', epoch);
  }

  /** There is a new transport: what was not acknowledged goes first, in order. */
  resume(): void {
    this.#up = true;
    this.#pace = reconnected(this.#pace);
    this.#chat = stranded(this.#chat);
    this.#deliver();
    this.#seeing.again(seenHere(this.#chat));
    this.#input.changed();
  }

  /** The transport is gone. */
  pause(): void {
    this.#up = false;
    this.#chat = stranded(this.#chat);
    this.#typing.peerStopped();
  }

  forget(): void {
    this.#chat = emptyChat;
    this.#pace = rested;
    this.#level = WINDOW;
    this.#widening = false;
    this.#stopWidening();
    this.#typing.forget();
    this.#seeing.forget();
  }

  /** A frame of the other side, opened. Null is one that was dealt with before it came here, and counts all the same. */
  hear(epoch: number, frame: Frame | null): void {
    if (frame !== null && isSaying(frame.type)) {
      this.#hearSaying(epoch, frame.messageId, decodeSaying(frame.type, frame.messageId, frame.body));
      return;
    }
    switch (frame?.type) {
      case FrameType.ack:
        if (this.#accepts('control', epoch)) this.#hearAck(epoch, frame.messageId);
        break;
      case FrameType.seen:
        if (this.#accepts('control', epoch)) this.#hearSeen(epoch, frame.messageId);
        break;
      case FrameType.typing:
        if (this.#accepts('typing', epoch)) this.#typing.peerTypes();
        break;
      case FrameType.ended:
        this.#input.tell({ type: 'end-arrived' });
        break;
      case FrameType.goodbye:
        this.#input.tell({ type: 'goodbye-arrived', epoch });
        break;
      default:
        this.#accepts('control', epoch);
    }
  }

  #hearSaying(epoch: number, id: number, saying: Saying | null): void {
    const next = saying === null ? null : heard(this.#chat, id, saying, this.#input.clock.now());
    if (saying === null || next === null) {
      this.#input.tell({ type: 'transport-violated', epoch });
    } else if (next === this.#chat) {
      // It came again, on a new transport, with all others that we may have. One answer says it for all of them.
      if (this.#accepts('control', epoch) && id === shown(this.#chat)) this.#acknowledge();
    } else {
      if ('text' in saying) this.#typing.peerStopped();
      const verdict = this.#judge('text', epoch);
      if (verdict === 'flooded') return;
      this.#chat = verdict === 'taken' ? next : muted(this.#chat);
      if (this.#chat.leftOut === null) this.#acknowledge();
      else this.#input.keep();
      this.#input.changed();
    }
  }

  #hearAck(epoch: number, id: number): void {
    const next = acknowledged(this.#chat, id);
    if (next === null) {
      this.#input.tell({ type: 'transport-violated', epoch });
      return;
    }
    if (next === this.#chat) return;
    this.#level -= next.delivered - this.#chat.delivered;
    this.#chat = next;
    this.#widen();
    this.#deliver();
    this.#input.changed();
  }

  #hearSeen(epoch: number, id: number): void {
    const next = seenThere(this.#chat, id);
    if (next === null) {
      this.#input.tell({ type: 'transport-violated', epoch });
    } else if (next !== this.#chat) {
      this.#chat = next;
      this.#input.keep();
      this.#input.changed();
    }
  }

  /** Behind what waits to be acknowledged. */
  #tellSeen(id: number): boolean {
    if (!this.#up || !this.#chat.tellsSeen) return false;
    this.#input.keep(() => {
      // It may have been switched off while this was kept.
      if (this.#chat.tellsSeen) this.#input.send(FrameType.seen, id, NOTHING);
    });
    return true;
  }

  /** Says that the other side need not keep what is here: so it must be here for good. */
  #acknowledge(): void {
    const id = shown(this.#chat);
    this.#input.keep(() => this.#input.send(FrameType.ack, id, NOTHING));
  }

  /** Whether one more of a kind is within its limit. */
  #accepts(kind: Kind, epoch: number): boolean {
    return this.#judge(kind, epoch) === 'taken';
  }

  #judge(kind: Kind, epoch: number): Verdict {
    const { pace, verdict } = spend(this.#pace, kind, this.#input.clock.now());
    this.#pace = pace;
    if (verdict === 'flooded') this.#input.tell({ type: 'flood-arrived', epoch });
    return verdict;
  }

  #wrote<P>(composed: Composed<P>): 'ok' | P {
    if (!composed.ok) return composed.problem;
    this.#typing.wrote();
    this.#say(composed.chat);
    return 'ok';
  }

  #say(chat: Chat): void {
    if (chat === this.#chat) return;
    this.#chat = chat;
    this.#deliver();
    this.#input.changed();
  }

  /**
   * Lets leave what waits, as far as the other side can take it. An id that left must never be used again, so it is kept
   * first. Where there is no way nothing leaves, and may still be changed as if it had not been said.
   */
  #deliver(): void {
    if (!this.#up) {
      this.#input.keep();
      return;
    }
    const upTo = mayLeaveUpTo(this.#chat, this.#level);
    this.#chat = leaving(this.#chat, upTo);
    this.#input.keep(() => this.#hand(upTo));
  }

  /** Hands over what waits, in order. */
  #hand(upTo: number): void {
    for (const { id, saying } of waiting(this.#chat)) {
      const { type, body } = encodeSaying(saying);
      if (id > upTo || !this.#input.send(type, id, body)) break;
      this.#chat = sent(this.#chat, id);
    }
    this.#input.changed();
  }

  /** By timers and not by the time of day: a clock that is set forward must not hurry it. */
  #widen(): void {
    if (this.#widening || this.#level === WINDOW) return;
    this.#widening = true;
    this.#stopWidening = this.#input.clock.after(WIDEN_MS, () => {
      this.#widening = false;
      this.#level += 1;
      this.#deliver();
      this.#widen();
    });
  }
}
