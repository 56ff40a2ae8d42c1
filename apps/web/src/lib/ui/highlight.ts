import { occurrencesOf } from './search.ts';

/** So often a message is marked: nobody looks for more in one, and each mark costs the page. */
const MOST_MARKS = 50;

/**
 * Marks where these words stand in these elements, by ranges: the elements stay as they are. Style sheets know
 * them as `::highlight(found)`, and those in `looked`, one of the elements, as `::highlight(looked-at)`. Replaces what was
 * marked before; without words nothing is marked. A browser that cannot mark ranges shows none.
 */
export function highlight(elements: readonly Element[], words: string, looked: Element | null): void {
  // Older browsers have none, whatever the types say.
  if (!('highlights' in CSS)) return;
  const [found, lookedAt] = [new Highlight(), new Highlight()];
  if (words.trim() !== '') {
    for (const element of elements) {
      for (const range of rangesIn(element, words)) (element === looked ? lookedAt : found).add(range);
    }
  }
  CSS.highlights.set('found', found);
  CSS.highlights.set('looked-at', lookedAt);
}

function rangesIn(element: Element, words: string): Range[] {
  const nodes: Text[] = [];
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    if (node instanceof Text) nodes.push(node);
  }
  return occurrencesOf(element.textContent, words, MOST_MARKS).flatMap(([start, end]) => {
    const [from, to] = [pointAt(nodes, start), pointAt(nodes, end)];
    if (from === null || to === null) return [];
    const range = document.createRange();
    range.setStart(...from);
    range.setEnd(...to);
    return [range];
  });
}

/** The node, and the place in it, at so many UTF-16 code units of all their text. */
function pointAt(nodes: readonly Text[], offset: number): [Text, number] | null {
  let before = 0;
  for (const node of nodes) {
    if (offset <= before + node.length) return [node, offset - before];
    before += node.length;
  }
  return null;
}
