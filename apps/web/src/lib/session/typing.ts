import type { Clock } from './ports.ts';

/**
 * The other side is told at most this often that the person is writing, in ms. On a network that stalls no more than a
 * dozen gather: after 30 s without an answer the transport is given up (RFC 7675).
 */
const TELL_MS = 3000;

/** So long the other side counts as writing after it said so: twice as long as it stays silent while it does. */
const PEER_MS = 6000;

interface TypingInput {
  clock: Clock;
  /** Tells the other side that the person is writing; false when there is no way to it. */
  tell: () => boolean;
  /** The other side is writing, or is not any more because it has not said so for long. */
  changed: () => void;
}

/** Who is writing, as far as the two sides tell each other. docs/protocol.md §4.2 */
export class Typing {
  readonly #input: TypingInput;
  /**
   * silent: the other side may be told · told: it was told a moment ago · written: a message followed, which says that the
   * person is not writing any more · again: the person is all the same.
   */
  #told: 'silent' | 'told' | 'written' | 'again' = 'silent';
  #cancelTold: () => void = () => undefined;
  #peerTyping = false;
  #cancelPeer: () => void = () => undefined;

  constructor(input: TypingInput) {
    this.#input = input;
  }

  /** Whether the other side is writing. */
  get peerTyping(): boolean {
    return this.#peerTyping;
  }

  /** The person is writing. */
  type(): void {
    if (this.#told === 'written') this.#told = 'again';
    if (this.#told !== 'silent' || !this.#input.tell()) return;
    this.#told = 'told';
    this.#cancelTold = this.#input.clock.after(TELL_MS, () => {
      const again = this.#told === 'again';
      this.#told = 'silent';
      if (again) this.type();
    });
  }

  /** The person wrote a message. */
  wrote(): void {
    if (this.#told !== 'silent') this.#told = 'written';
  }

  /** The other side says that it is writing. */
  peerTypes(): void {
    this.#cancelPeer();
    this.#peerTyping = true;
    this.#cancelPeer = this.#input.clock.after(PEER_MS, () => {
      this.#peerTyping = false;
      this.#input.changed();
    });
    this.#input.changed();
  }

  /** Its message is there, or the way to it is gone. Whoever calls this tells of the change. */
  peerStopped(): void {
    this.#cancelPeer();
    this.#peerTyping = false;
  }

  forget(): void {
    this.#cancelTold();
    this.#told = 'silent';
    this.peerStopped();
  }
}
