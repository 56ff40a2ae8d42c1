import { noDraft, type Draft } from '#lib/chat/draft.ts';
import type { Item, Message } from '#lib/chat/message.ts';

/** What the person does with what it writes: says something new, answers a message, or puts other words in an own one. */
export type Composing = { mode: 'write' } | { mode: 'reply'; to: Message } | { mode: 'edit'; message: Message };

/** What a draft was about, among what is shown. A message that is gone, or was taken back, is not answered or edited. */
export function composingOf({ about }: Draft, items: readonly Item[]): Composing {
  if (about.mode === 'write') return about;
  const [from, id] = about.mode === 'reply' ? [about.to.from, about.to.id] : (['me', about.id] as const);
  const item = items.findLast((one) => one.from === from && one.id === id);
  if (item?.kind !== 'message' || item.unsent) return { mode: 'write' };
  return about.mode === 'reply' ? { mode: 'reply', to: item } : { mode: 'edit', message: item };
}

/** `text` is in the box; `waiting` is what was there before an edit began. */
export function draftOf(composing: Composing, text: string, waiting: string): Draft {
  switch (composing.mode) {
    case 'write':
      return text === '' ? noDraft : { text, about: { mode: 'write' } };
    case 'reply': {
      const { from, id } = composing.to;
      return { text, about: { mode: 'reply', to: { from, id } } };
    }
    case 'edit':
      return { text: waiting, about: { mode: 'edit', id: composing.message.id, text } };
  }
}
