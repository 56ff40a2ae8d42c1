/** What the title of the tab is made from. */
export interface Attention {
  /** Where the person is, such as a name or a heading; null on the start page. */
  place: string | null;
  /** Names of the guests who wait for an answer. */
  knocks: readonly string[];
  /** Messages the person has not seen because the tab is hidden. */
  unread: number;
}

/** The title of the tab. A knock comes before messages, messages before the place; both begin with a dot. */
export function pageTitle({ place, knocks, unread }: Attention): string {
  const [first, ...others] = knocks;
  if (others.length > 0) return `● ${knocks.length} guests are asking to come in – Porchlight`;
  if (first !== undefined) return `● ${first} is asking to come in – Porchlight`;
  if (unread > 0) return `● ${unread} new ${unread === 1 ? 'message' : 'messages'} – Porchlight`;
  return place === null ? 'Porchlight' : `${place} – Porchlight`;
}
