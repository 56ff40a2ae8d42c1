import type { Clock } from './ports.ts';

/** The other side is told at most this often what was seen, in ms. docs/protocol.md §4.2 */
const TELL_MS = 1000;

interface SeeingInput {
  clock: Clock;
  /** Tells the other side that everything of it up to `id` was seen; false when it is not to be told, or cannot be. */
  tell: (id: number) => boolean;
}

/** Tells the other side what of it was seen: at once, and then as often as it may. */
export class Seeing {
  readonly #input: SeeingInput;
  #seen = 0;
  #told = 0;
  #resting = false;
  #cancelRest: () => void = () => undefined;

  constructor(input: SeeingInput) {
    this.#input = input;
  }

  /** The person has seen everything up to `id`. */
  saw(id: number): void {
    this.#seen = id;
    this.#tell();
  }

  /** Whatever the other side was told, it is told once more. */
  again(id: number): void {
    this.#told = 0;
    this.saw(id);
  }

  forget(): void {
    this.#cancelRest();
    this.#resting = false;
    this.#seen = this.#told = 0;
  }

  #tell(): void {
    if (this.#resting || this.#seen <= this.#told || !this.#input.tell(this.#seen)) return;
    this.#told = this.#seen;
    this.#resting = true;
    this.#cancelRest = this.#input.clock.after(TELL_MS, () => {
      this.#resting = false;
      this.#tell();
    });
  }
}
