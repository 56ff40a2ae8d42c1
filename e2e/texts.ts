/** A text of exactly so many UTF-8 bytes: words of `letter`, told apart from others by the number at their beginning. */
export function textOfBytes(bytes: number, letter: string): string {
  const word = `${letter.repeat(8)} `;
  let text = `${bytes}: `;
  while (Buffer.byteLength(text + word) <= bytes) text += word;
  return text + '.'.repeat(bytes - Buffer.byteLength(text));
}

/**
 * Twenty messages that differ, no two alike and none part of another: plain, several lines, emoji, right to left,
 * mixed directions, combining marks, markup, 4,000 bytes.
 */
export function twentyMessages(from: 'host' | 'guest'): string[] {
  const special = [
    `${from} says hello`,
    `👋🏽 👩‍👩‍👧‍👦 🏳️‍🌈 🇸🇪 from the ${from}`,
    `שלום, ${from}, מה שלומך היום?`,
    `مرحبا ${from}، كيف حالك؟ 123`,
    `${from}: first line\nsecond line of ${from}`,
    `Zalgo z̷̧a̴l̵g̶o̷ of the ${from}`,
    `<b>${from}</b> & "quotes" \\ 'single' <script>1</script>`,
    textOfBytes(4000, from === 'host' ? 'h' : 'g'),
    `日本語の${from}のメッセージ`,
    `https://example.invalid/${from}?q=1#x`,
  ];
  const plain = Array.from({ length: 20 - special.length }, (_, n) => `${from} message number ${n + 11} of twenty`);
  return [...special, ...plain];
}
