import { speakOfAll } from '#lib/words/words.svelte.ts';

/** Loads the room, and the words that are said in it. */
export async function loadChatRoom() {
  const [room] = await Promise.all([import('./ChatRoom.svelte'), speakOfAll()]);
  return room;
}
