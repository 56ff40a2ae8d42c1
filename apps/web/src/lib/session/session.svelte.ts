import { unreadOf } from '../chat/chat.ts';
import type { Draft } from '../chat/draft.ts';
import type { Item, Reaction, Ref } from '../chat/message.ts';
import { itemsOf, type Post } from '../chat/post.ts';

import type { Hiding } from './hiding.ts';
import { cleanLabel, type StoryStep } from './notes.ts';
import { Runner, type RunnerInput, type Snapshot } from './runner.ts';
import type { State } from './state.ts';
import type { Talk } from './talk.ts';

/** Less than a person notices. */
const ENTERING_MS = 80;

/** One session as a page shows it: a runner, made reactive. */
export class Session {
  readonly key: string;
  /** Host: the link, forgotten when it stops working. */
  #link: string | null;
  readonly expiresAt: number | null;
  readonly #runner: Runner;
  readonly #turn = new MessageChannel();
  #drawing = false;
  #shown: Snapshot;
  /** What the log shows, and of what it was made. */
  #log: { posts: readonly Post[]; items: readonly Item[] } = { posts: [], items: [] };

  constructor(key: string, link: string | null, input: Omit<RunnerInput, 'changed'>) {
    this.key = key;
    this.#link = link;
    this.expiresAt = input.expiresAt;
    this.#runner = new Runner({
      ...input,
      changed: () => {
        this.#drawSoon();
      },
    });
    this.#shown = $state.raw(this.#runner.snapshot);
  }

  get state(): State {
    return this.#shown.state;
  }
  get online(): boolean {
    return this.#shown.online;
  }
  get hiding(): Hiding {
    return this.#shown.hiding;
  }
  /** What the log shows, in order. */
  get messages(): readonly Item[] {
    const { posts } = this.#shown.chat;
    // The same as before unless something was said: the log is not drawn anew because somebody writes.
    if (posts !== this.#log.posts) this.#log = { posts, items: itemsOf(posts) };
    return this.#log.items;
  }
  /** How many items stand before the place where some were left out, because there were too many; null: none were. */
  get leftOutAt(): number | null {
    const { leftOut, posts } = this.#shown.chat;
    return leftOut === null ? null : itemsOf(posts.slice(0, leftOut.place)).length;
  }
  /** The other side is writing. */
  get peerTyping(): boolean {
    return this.#shown.peerTyping;
  }
  /** Messages of the other side that are shown and were not read; not those that were left out or taken back. */
  get unread(): number {
    return unreadOf(this.#shown.chat);
  }
  get nickname(): string {
    return this.#shown.nickname;
  }
  get peerName(): string | null {
    return this.#shown.peerName;
  }
  get sas() {
    return this.#shown.sas;
  }
  get link(): string | null {
    return this.#link !== null && works(this.state) ? this.#link : null;
  }
  /** Whether the other side is not to learn the address. */
  get hidesAddress(): boolean {
    return this.#runner.hidesAddress;
  }

  ask(nickname: string, hideAddress: boolean | null): void {
    this.#runner.ask(nickname, hideAddress);
    this.#draw();
  }
  admit(): void {
    this.#runner.tell({ type: 'admitted' });
  }
  decline(): void {
    this.#runner.tell({ type: 'declined' });
    this.#draw();
  }
  leave(): void {
    this.#runner.tell({ type: 'left' });
    this.#draw();
  }
  /** Host: lets nobody in, and nobody else can ask with this link. */
  declineAndEnd(): void {
    this.decline();
    this.leave();
  }
  /** Writes a message, perhaps as a reply to one. */
  send(text: string, quote: Ref | null = null): ReturnType<Talk['write']> {
    const outcome = this.#runner.send(text, quote);
    this.#draw();
    return outcome;
  }
  /** Puts other words in an own message. `not-yours`: it is gone, was taken back, or was edited too often. */
  edit(id: number, text: string): ReturnType<Talk['edit']> {
    const outcome = this.#runner.edit(id, text);
    this.#draw();
    return outcome;
  }
  /** Takes an own message back. */
  unsend(id: number): void {
    this.#runner.talk?.unsend(id);
    this.#draw();
  }
  /** Answers a message with a sign; null takes it back. */
  react(to: Ref, reaction: Reaction | null): void {
    this.#runner.talk?.react(to, reaction);
    this.#draw();
  }
  /** Tells the other side that a copy of the chat was saved here. */
  noteCopySaved(): void {
    this.#runner.talk?.noteCopySaved();
    this.#draw();
  }
  /** Whether each side is told what the other has seen. */
  get tellsSeen(): boolean {
    return this.#shown.chat.tellsSeen;
  }
  setTellsSeen(on: boolean): void {
    this.#runner.setTellsSeen(on);
    this.#draw();
  }
  /** Whether this chat makes no sound and shows no notification. */
  get muted(): boolean {
    return this.#shown.notes.muted;
  }
  setMuted(on: boolean): void {
    this.#runner.note({ muted: on });
    this.#draw();
  }
  /** Host: what this invite is called on its own desk; at most 80 characters. The other side never learns it. */
  get label(): string {
    return this.#shown.notes.label;
  }
  setLabel(text: string): void {
    this.#runner.note({ label: cleanLabel(text) });
    this.#draw();
  }
  /** Host: whoever has the link is let in without being asked about. */
  get letsInEveryone(): boolean {
    return this.#shown.notes.letInEveryone;
  }
  /** Host: what became of this invite, the oldest first. */
  get story(): readonly StoryStep[] {
    return this.#shown.notes.story;
  }
  /** What the person was writing when the room was shown last; not reactive, since the box has it from then on. */
  get draft(): Draft {
    return this.#runner.draft;
  }
  setDraft(draft: Draft): void {
    this.#runner.setDraft(draft);
  }
  /** The page may be gone in a moment: what was written is kept now. */
  keepDraft(): void {
    this.#runner.keepDraft();
  }
  /** The person is writing. */
  type(): void {
    this.#runner.type();
  }
  markRead(): void {
    this.#runner.markRead();
    this.#draw();
  }
  /** The page is going away. */
  goodbye(): void {
    this.#runner.goodbye();
  }
  /** Another page goes on with it. */
  abandon(): void {
    this.#runner.abandon();
  }

  /**
   * What comes in one burst is drawn once; by a message port, because timers of hidden pages are held back. The room is
   * drawn a moment later, when what the other side needs to connect has left.
   */
  #drawSoon(): void {
    const entering = this.#runner.snapshot.state.phase === 'connecting' && this.#shown.state.phase !== 'connecting';
    if (this.#drawing) return;
    if (entering) {
      setTimeout(() => {
        this.#draw();
      }, ENTERING_MS);
      return;
    }
    this.#drawing = true;
    this.#turn.port1.onmessage = () => {
      this.#draw();
    };
    this.#turn.port2.postMessage(null);
  }

  #draw(): void {
    this.#drawing = false;
    this.#shown = this.#runner.snapshot;
    const { phase } = this.#shown.state;
    if (phase === 'chatting' || phase === 'ended') this.#link = null;
  }
}

const works = ({ phase }: State): boolean => ['waiting', 'handshaking', 'knocked'].includes(phase);
