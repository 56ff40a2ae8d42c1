import { m } from '#lib/words/words.svelte.ts';

/** What the title of the tab is made from. */
export interface Attention {
  /** Where the person is, such as a heading; null on the start page. Never a name: browsers keep titles in their history. */
  place: string | null;
  /** How many guests wait for an answer. */
  knocks: number;
  /** Messages the person has not seen because the tab is hidden. */
  unread: number;
}

/** The title of the tab. A knock comes before messages, messages before the place; both begin with a dot. */
export function pageTitle({ place, knocks, unread }: Attention): string {
  if (knocks > 0) return `● ${m().host_title_knocks({ count: knocks })} – Porchlight`;
  if (unread > 0) return `● ${m().host_new_messages({ count: unread })} – Porchlight`;
  return place === null ? 'Porchlight' : `${place} – Porchlight`;
}
