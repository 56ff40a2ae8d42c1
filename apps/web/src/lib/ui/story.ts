import { m } from '#lib/words/words.svelte.ts';

import type { StoryStep } from '#lib/session/notes.ts';

/** What happened, in a few words of the language in force. */
export function storyWords(what: StoryStep['what']): string {
  switch (what) {
    case 'made':
      return m().host_story_made();
    case 'opened':
      return m().host_story_opened();
    case 'knocked':
      return m().host_story_knocked();
    case 'declined':
      return m().host_story_declined();
    case 'left':
      return m().host_story_left();
    case 'let-in':
      return m().host_story_let_in();
    case 'connected':
      return m().host_story_connected();
    case 'ended':
      return m().host_story_ended();
  }
}
