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
  if (knocks > 1) return `● ${knocks} guests are asking to come in – Porchlight`;
  if (knocks > 0) return '● A guest is asking to come in – Porchlight';
  if (unread > 0) return `● ${unread} new ${unread === 1 ? 'message' : 'messages'} – Porchlight`;
  return place === null ? 'Porchlight' : `${place} – Porchlight`;
}
