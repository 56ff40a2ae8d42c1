import { epochOf, kindOf } from '@porchlight/channel';
import { fromBase64url } from '@porchlight/invite';

import { cleanName } from '../chat/text.ts';
import type { SignalingEvent } from '../signaling/signaling.ts';
import type { Signal } from '../transport/transport.ts';

import type { Event } from './events.ts';
import type { Item } from './items.ts';
import type { Keys } from './keys.ts';
import type { Line } from './line.ts';
import type { Role } from './state.ts';

interface HearingInput {
  role: Role;
  keys: Keys;
  line: Line;
  tell: (event: Event) => void;
  /** Whether the session has ended: what comes after that in the same box is nothing any more. */
  isOver: () => boolean;
  /** What the other side says of its end of a transport. */
  signal: (epoch: number, signal: Signal) => void;
}

/** Turns what comes through the server into events: its own words, and the boxes of the other side. */
export class Hearing {
  readonly #input: HearingInput;

  constructor(input: HearingInput) {
    this.#input = input;
  }

  /** An event of the server. */
  server(event: SignalingEvent): void {
    switch (event.type) {
      case 'up':
        this.#input.tell({ type: 'signaling-up' });
        break;
      case 'down':
      case 'welcomed':
        // Shown by whoever asks whether we are online, and what the server offers.
        break;
      case 'turned-away':
        this.#input.tell(event);
        break;
      case 'invite:claimed':
        this.#input.tell({ type: 'seat-claimed', seat: event.seat });
        break;
      case 'invite:attached':
        this.#input.line.renamed(event.previousSeat, event.seat);
        this.#input.tell({ type: 'seat-renamed', seat: event.seat, previousSeat: event.previousSeat });
        break;
      case 'invite:released':
        this.#input.tell({ type: 'seat-released', seat: event.seat });
        break;
      case 'invite:guest-left':
        this.#input.tell({ type: 'guest-left', seat: event.seat });
        break;
      case 'invite:host-left':
        this.#input.tell({ type: 'host-left' });
        break;
      case 'invite:host-returned':
        this.#input.tell({ type: 'host-returned' });
        break;
      case 'invite:ended':
        this.#input.tell({ type: 'invite-over', why: event.why });
        break;
      case 'relayed':
        this.#box(event.seat, fromBase64url(event.box));
        break;
    }
  }

  /** A box from the relay: the server's envelope, the peer's content, neither believed. */
  #box(seat: string, box: Uint8Array | null): void {
    const epoch = box === null ? null : epochOf(box);
    if (box === null || epoch === null) return;
    switch (kindOf(box)) {
      case 'm1':
        if (this.#input.role === 'host') this.#input.tell({ type: 'handshake-arrived', seat, epoch, box });
        break;
      case 'm2': {
        const proved = this.#input.keys.finish(box);
        if (proved === 'proved') this.#input.tell({ type: 'host-proved', epoch });
        else if (proved !== 'unawaited')
          this.#input.tell({ type: 'handshake-refused', epoch, forged: proved === 'forged' });
        break;
      }
      case 'sealed': {
        const opened = this.#input.keys.open(box);
        if (opened.ok) {
          for (const item of opened.items) {
            if (!this.#input.isOver()) this.#item(item, opened.epoch);
          }
        } else if (opened.problem === 'forged') this.#input.tell({ type: 'box-refused', epoch });
        break;
      }
      case null:
    }
  }

  #item(item: Item, epoch: number): void {
    switch (item.type) {
      case 'knock':
        this.#input.tell({ type: 'knock-arrived', nickname: cleanName(item.nickname) || 'Guest' });
        break;
      case 'resume':
        this.#input.tell({ type: 'resume-arrived', epoch });
        break;
      case 'admitted':
        this.#input.tell({ type: 'admission-arrived', epoch, nickname: cleanName(item.nickname) });
        break;
      case 'declined':
        this.#input.tell({ type: 'decline-arrived' });
        break;
      case 'ended':
        this.#input.tell({ type: 'end-arrived' });
        break;
      case 'description':
        this.#input.signal(epoch, item);
        break;
      case 'candidates':
        for (const candidate of item.candidates) this.#input.signal(epoch, { type: 'candidate', candidate });
        break;
    }
  }
}
