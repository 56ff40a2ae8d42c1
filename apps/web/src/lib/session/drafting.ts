import { noDraft, type Draft } from '../chat/draft.ts';

import type { Clock } from './ports.ts';

/** What was written is kept so long after it was, in ms: not with every key, and soon enough for who loses the page. */
export const KEEP_DRAFT_MS = 500;

interface DraftingInput {
  clock: Clock;
  draft: Draft;
  keep: () => void;
}

/** What the person is writing, which is kept with the session. Nobody else learns of it. */
export class Drafting {
  readonly #input: DraftingInput;
  #draft: Draft;
  #cancelKeeping: (() => void) | null = null;

  constructor(input: DraftingInput) {
    this.#input = input;
    this.#draft = input.draft;
  }

  get draft(): Draft {
    return this.#draft;
  }

  /** Has this kept in a moment, and again as long as it changes. */
  set(draft: Draft): void {
    if (draft === this.#draft) return;
    this.#draft = draft;
    this.#cancelKeeping ??= this.#input.clock.after(KEEP_DRAFT_MS, () => {
      this.keepNow();
    });
  }

  /** Has kept at once what would be kept in a moment. */
  keepNow(): void {
    if (this.#cancelKeeping === null) return;
    this.stop();
    this.#input.keep();
  }

  /** It was sent, or is of no use any more. It is not there any more when the session is kept next. */
  forget(): void {
    this.stop();
    this.#draft = noDraft;
  }

  /** It is not kept by itself any more. */
  stop(): void {
    this.#cancelKeeping?.();
    this.#cancelKeeping = null;
  }
}
