import * as v from 'valibot';

import type { Drawn } from './ledger.ts';

const drawn = v.strictObject({ mine: v.boolean(), text: v.string(), delivered: v.boolean() });

/** What a page tells of its log: it draws a new one, draws more below, shows one of its own as delivered. */
export const noticed = v.variant('type', [
  v.strictObject({ type: v.literal('log'), messages: v.array(drawn) }),
  v.strictObject({ type: v.literal('more'), messages: v.array(drawn) }),
  v.strictObject({ type: v.literal('delivered'), text: v.string() }),
]);

declare global {
  interface Window {
    /** Through this a page tells. */
    tellCuts: (what: v.InferOutput<typeof noticed>) => Promise<void>;
  }
}

/**
 * Runs in a page before its own scripts, and tells what its log shows as soon as it shows it. It is sent to the page as
 * text, so it uses nothing from outside.
 */
export function watchLog(): void {
  const read = (message: Element): Drawn => ({
    mine: message.classList.contains('me'),
    text: message.querySelector('p')?.textContent ?? '',
    delivered: message.classList.contains('delivered'),
  });
  const within = (node: Node, selector: string): Element[] =>
    node instanceof Element ? [...(node.matches(selector) ? [node] : []), ...node.querySelectorAll(selector)] : [];
  const tell = (what: v.InferOutput<typeof noticed>): void => void window.tellCuts(what);

  const note = (records: readonly MutationRecord[]): void => {
    const known = new Set<Element>();
    const more: Drawn[] = [];
    for (const { addedNodes } of records) {
      for (const node of addedNodes) {
        for (const log of within(node, '[role="log"]').filter((element) => element.isConnected)) {
          const messages = [...log.querySelectorAll('.message')];
          messages.forEach((message) => known.add(message));
          tell({ type: 'log', messages: messages.map(read) });
        }
        for (const message of within(node, '[role="log"] .message')) {
          if (known.has(message)) continue;
          known.add(message);
          more.push(read(message));
        }
      }
    }
    if (more.length > 0) tell({ type: 'more', messages: more });
    for (const { type, target } of records) {
      if (type !== 'attributes' || known.has(target as Element)) continue;
      for (const message of within(target, '.message.me.delivered')) {
        if (message === target) tell({ type: 'delivered', text: read(message).text });
      }
    }
  };
  new MutationObserver(note).observe(document, { subtree: true, childList: true, attributeFilter: ['class'] });
}

/** Runs in a page: everything that its log shows now, from the top. */
export function readLog(): Drawn[] {
  return [...document.querySelectorAll('[role="log"] .message')].map((message) => ({
    mine: message.classList.contains('me'),
    text: message.querySelector('p')?.textContent ?? '',
    delivered: message.classList.contains('delivered'),
  }));
}

/** Runs in a page: its last own message, or an empty text; null while there is no box to write in. */
export function readOwnLog(): { last: string } | null {
  if (document.querySelector('textarea[aria-label="Message"]:enabled') === null) return null;
  const own = [...document.querySelectorAll('[role="log"] .message.me p')];
  return { last: own.at(-1)?.textContent ?? '' };
}

/** Runs in a page: writes these one after the other and sends them. Gives how many were taken, perhaps none. */
export async function writeAll(texts: readonly string[]): Promise<number> {
  let taken = 0;
  for (const text of texts) {
    const box = document.querySelector<HTMLTextAreaElement>('textarea[aria-label="Message"]:enabled');
    if (box === null) break;
    box.value = text;
    box.dispatchEvent(new Event('input', { bubbles: true }));
    box.form?.requestSubmit();
    // The page draws what became of it before the next task.
    await new Promise((done) => setTimeout(done));
    if (box.value !== '') {
      // Refused: too many are on their way. A person would try again later.
      box.value = '';
      box.dispatchEvent(new Event('input', { bubbles: true }));
      break;
    }
    taken += 1;
  }
  return taken;
}
