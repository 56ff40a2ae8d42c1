import type { Message } from '#lib/chat/message.ts';

/** What the person does with what it writes: says something new, answers a message, or puts other words in an own one. */
export type Composing = { mode: 'write' } | { mode: 'reply'; to: Message } | { mode: 'edit'; message: Message };
