import type { Ref } from './message.ts';

/** What a person was writing and did not send yet. Each text is at most `MAX_DRAFT_LENGTH` long. */
export interface Draft {
  /** The next message. It waits while another one is edited. */
  readonly text: string;
  readonly about: DraftAbout;
}

/** Something new, an answer to a message, or other words for an own one, as far as they have come. */
type DraftAbout =
  | { readonly mode: 'write' }
  | { readonly mode: 'reply'; readonly to: Readonly<Ref> }
  | { readonly mode: 'edit'; readonly id: number; readonly text: string };

/** In UTF-16 units: a few messages, so that what was pasted can be sent in parts. */
export const MAX_DRAFT_LENGTH = 20_000;

export const noDraft: Draft = { text: '', about: { mode: 'write' } };
