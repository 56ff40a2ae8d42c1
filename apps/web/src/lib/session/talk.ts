import { FrameType, type Frame } from '@porchlight/channel';

import {
  acknowledged,
  compose,
  emptyChat,
  heard,
  sent,
  undelivered,
  unsent,
  type Chat,
  type Composed,
} from '../chat/chat.ts';
import { MAX_FRAMES_IN_WINDOW, paced, type Pace } from '../chat/pace.ts';
import { decodeText, encodeText } from '../chat/text.ts';

import type { Event } from './events.ts';
import type { Clock } from './ports.ts';

const NOTHING = new Uint8Array(0);

interface TalkInput {
  clock: Clock;
  tell: (event: Event) => void;
  /** The chat is not what it was. */
  changed: () => void;
  /** Sends a frame; false when there is no way to the other side. */
  send: (type: number, messageId: number, body: Uint8Array) => boolean;
}

/** What is said, in both directions, across however many transports it takes. */
export class Talk {
  readonly #input: TalkInput;
  #chat: Chat = emptyChat;
  #pace: Pace = { since: 0, count: 0 };

  constructor(input: TalkInput) {
    this.#input = input;
  }

  get chat(): Chat {
    return this.#chat;
  }

  /** Writes a message. While there is no way to the other side it waits. */
  write(text: string): 'ok' | Extract<Composed, { ok: false }>['problem'] {
    const composed = compose(this.#chat, text, this.#input.clock.now());
    if (!composed.ok) return composed.problem;
    this.#chat = composed.chat;
    this.#deliver(composed.message.id, text);
    this.#input.changed();
    return 'ok';
  }

  /** There is a new transport: what was not acknowledged goes first, in order. */
  resume(): void {
    for (const message of undelivered(this.#chat)) this.#deliver(message.id, message.text);
    this.#input.changed();
  }

  /** The transport is gone. */
  pause(): void {
    this.#chat = unsent(this.#chat);
  }

  forget(): void {
    this.#chat = emptyChat;
  }

  /** A frame of the other side, opened. */
  hear(epoch: number, frame: Frame): void {
    this.#pace = paced(this.#pace, this.#input.clock.now());
    if (this.#pace.count > MAX_FRAMES_IN_WINDOW) {
      this.#input.tell({ type: 'flood-arrived', epoch });
      return;
    }
    switch (frame.type) {
      case FrameType.text: {
        const text = decodeText(frame.body);
        const next = text === null ? null : heard(this.#chat, frame.messageId, text, this.#input.clock.now());
        if (next === null) {
          this.#input.tell({ type: 'transport-violated', epoch });
          return;
        }
        this.#chat = next;
        this.#input.send(FrameType.ack, this.#chat.heard, NOTHING);
        this.#input.changed();
        break;
      }
      case FrameType.ack: {
        const next = acknowledged(this.#chat, frame.messageId);
        if (next === null) {
          this.#input.tell({ type: 'transport-violated', epoch });
          return;
        }
        this.#chat = next;
        this.#input.changed();
        break;
      }
      case FrameType.ended:
        this.#input.tell({ type: 'end-arrived' });
        break;
      case FrameType.goodbye:
        this.#input.tell({ type: 'goodbye-arrived', epoch });
        break;
      default:
    }
  }

  #deliver(id: number, text: string): void {
    if (this.#input.send(FrameType.text, id, encodeText(text))) this.#chat = sent(this.#chat, id);
  }
}
