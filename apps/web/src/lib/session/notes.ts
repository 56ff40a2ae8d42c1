import type { State } from './state.ts';

/** One step of what became of an invite. */
export interface StoryStep {
  /**
   * opened: whoever has the link came to the door with it · connected: the two browsers found a way to each other. The rest
   * is what either person did.
   */
  readonly what: 'made' | 'opened' | 'knocked' | 'declined' | 'left' | 'let-in' | 'connected' | 'ended';
  /** ms since epoch */
  readonly at: number;
}

/** What a side notes for itself about a session. None of it is ever sent, but for the welcome. A guest only mutes. */
export interface Notes {
  /** No sound and no notification for this chat. */
  readonly muted: boolean;
  /** What the host calls the invite. */
  readonly label: string;
  /** The first message to whoever is let in, until it was sent; '': none. */
  readonly welcome: string;
  /** Whoever has the link is let in without being asked about. */
  readonly letInEveryone: boolean;
  /** The oldest first. */
  readonly story: readonly StoryStep[];
}

/** A label has at most so many characters (code points). */
export const MAX_LABEL_CHARACTERS = 80;

/** A story has at most so many steps. Of a longer one the first stays, and the latest. */
export const MAX_STEPS = 50;

export const noNotes: Notes = { muted: false, label: '', welcome: '', letInEveryone: false, story: [] };

/**
 * The notes with one more step. One that has just been noted is not noted again, and neither is the coming of a guest who
 * is at the door already and only proves itself anew.
 */
export function noted(notes: Notes, what: StoryStep['what'], at: number): Notes {
  const { story } = notes;
  const last = story.at(-1)?.what;
  if (last === what || (last === 'knocked' && what === 'opened')) return notes;
  const kept = story.length < MAX_STEPS ? story : [...story.slice(0, 1), ...story.slice(2 - MAX_STEPS)];
  return { ...notes, story: [...kept, { what, at }] };
}

/** A label as it is kept: one line, without space around it, ≤ 80 characters. */
export const cleanLabel = (label: string): string =>
  [...label.replace(/\s+/gu, ' ').trim()].slice(0, MAX_LABEL_CHARACTERS).join('').trim();

/** What of a host's change of state belongs in the story; null: nothing. */
export function stepOf(before: State, after: State): StoryStep['what'] | null {
  if (after.role !== 'host') return null;
  switch (after.phase) {
    case 'handshaking':
      return before.phase === 'handshaking' ? null : 'opened';
    case 'knocked':
      return before.phase === 'handshaking' ? 'knocked' : null;
    case 'waiting':
      if (before.phase === 'handshaking' && after.notice === null) return null;
      return after.notice === 'guest-left' ? 'left' : after.notice;
    case 'connecting':
      return before.phase === 'knocked' ? 'let-in' : null;
    case 'chatting':
      return before.phase === 'connecting' ? 'connected' : null;
    case 'ended':
      return before.phase === 'ended' ? null : 'ended';
    default:
      return null;
  }
}
