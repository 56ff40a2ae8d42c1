import { readFileSync } from 'node:fs';

import type { Reason } from '../apps/web/src/lib/session/reasons.ts';
import { ends } from '../apps/web/src/lib/ui/ends.ts';
import { at } from '../scripts/places.js';

/** What a page in English says of an end, to a guest who did not hide the address. */
export function inEnglish(reason: Reason): { heading: string; sentence: string } {
  const file = at('apps', 'web', 'messages', 'en', 'end.json');
  const words = JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>;
  const { heading, sentence } = ends[reason];
  return { heading: words[heading] ?? '', sentence: words[sentence] ?? '' };
}
