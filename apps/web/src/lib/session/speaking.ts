import { toBase64url } from '@porchlight/invite';

import type { Event } from './events.ts';
import type { Item } from './items.ts';
import type { Keeper } from './keeper.ts';
import type { Keys } from './keys.ts';
import type { Line } from './line.ts';

interface SpeakingInput {
  keys: Keys;
  line: Line;
  keeper: Keeper;
  tell: (event: Event) => void;
  /** Own name, as the other side will see it. */
  nickname: () => string;
  /** Host: whom it speaks to; a guest speaks to the host. */
  seat: () => string | null;
}

/** Says to the other side, through the server, what a handshake, the door and a new transport need. */
export class Speaking {
  readonly #input: SpeakingInput;
  /** Host: the admission that has still to be said, with the seat whose commit it rides in. */
  #admission: { commit: string | null } | null = null;

  constructor(input: SpeakingInput) {
    this.#input = input;
  }

  /** Guest: begins a handshake, if there is a key for it. */
  begin(epoch: number): void {
    const m1 = this.#input.keys.begin(epoch);
    if (m1 !== null) this.#input.line.relay(null, toBase64url(m1), null);
  }

  /** Host: answers one. */
  answer(seat: string, epoch: number, box: Uint8Array): void {
    const { keys, keeper, line, tell } = this.#input;
    const m2 = keys.answer(box, epoch);
    if (m2 === 'refused') tell({ type: 'handshake-refused', epoch, forged: false });
    else if (m2 !== 'repeated') {
      // With the answer the guest has a key, and may come back with it.
      keeper.keep(() => {
        line.relay(seat, toBase64url(m2), null);
      });
    }
  }

  /** Guest: knocks, or is back. */
  introduce(epoch: number, nickname: string): void {
    const { keys, keeper } = this.#input;
    const nonce = keys.commitment();
    if (nonce === null) return;
    // Once the host has this proof it takes no older key, so the new one must be kept by then.
    keeper.keep(() => {
      if (keys.epoch === epoch)
        this.#say([epoch === 0 ? { type: 'knock', nonce, nickname } : { type: 'resume', nonce }]);
    });
  }

  /** Host: lets the guest in, the first time by a commit, which names its seat. */
  admit(commit: string | null): void {
    this.#admission = { commit };
    // The server names its helpers to those who were let in: then the admission goes ahead of the offer.
    if (commit !== null && this.#input.line.hasIceServers) this.#sayAdmitted([]);
  }

  /** Describes this end of a transport: behind the admission, as long as that has not been said. */
  describe(items: Item[]): void {
    if (items[0]?.type === 'description') this.#sayAdmitted(items);
    else this.#say(items);
  }

  decline(seat: string): void {
    this.#input.line.decline(seat, this.#seal([{ type: 'declined' }]));
  }

  end(): void {
    this.#input.line.end(this.#seal([{ type: 'ended' }]));
  }

  /** What was to be said is not said any more. */
  forget(): void {
    this.#admission = null;
  }

  /** The first time, the admission and what is said behind it ride in the commit. */
  #sayAdmitted(items: Item[]): void {
    const admission = this.#admission;
    this.#admission = null;
    if (admission === null) {
      this.#say(items);
      return;
    }
    const all: Item[] = [{ type: 'admitted', nickname: this.#input.nickname() }, ...items];
    const box = admission.commit === null ? null : this.#seal(all);
    if (admission.commit === null) this.#say(all);
    else if (box !== null) this.#input.line.commit(admission.commit, box);
  }

  #say(items: Item[]): void {
    const box = this.#seal(items);
    if (box !== null) this.#input.line.relay(this.#input.seat(), box, this.#input.keys.epoch);
  }

  #seal(items: Item[]): string | null {
    const box = this.#input.keys.seal(items);
    return box === null ? null : toBase64url(box);
  }
}
