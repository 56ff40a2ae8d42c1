import { shownOfPeer, type Message } from '../chat/chat.ts';

import type { Hiding } from './hiding.ts';
import { Runner, type RunnerInput, type Snapshot } from './runner.ts';
import type { State } from './state.ts';

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
  get messages(): readonly Message[] {
    return this.#shown.chat.messages;
  }
  /** How many messages stand before the place where some were left out, because there were too many; null: none were. */
  get leftOutAt(): number | null {
    return this.#shown.chat.leftOut?.place ?? null;
  }
  /** The other side is writing. */
  get peerTyping(): boolean {
    return this.#shown.peerTyping;
  }
  /** Messages of the other side that are shown and were not read; not those that were left out. */
  get unread(): number {
    return Math.max(0, shownOfPeer(this.#shown.chat) - this.#shown.chat.read);
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
  send(text: string): ReturnType<Runner['send']> {
    const outcome = this.#runner.send(text);
    this.#draw();
    return outcome;
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
