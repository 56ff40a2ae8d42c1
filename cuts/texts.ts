import type { Side } from './plan.ts';

/** What this side writes as its nth message, n from 1 on: some short, some several lines long, up to a few kilobytes. */
export function textOf(writer: Side, number: number): string {
  const words = `${writer} ${number}`;
  if (number % 50 === 0) return `${words} ${'and the kettle sings on '.repeat(140)}end`;
  return number % 7 === 0 ? `${words}\n${'a second line, ünd mehr 🫖\n'.repeat(9)}end` : words;
}

/** Which message of this writer this is, to the letter; null if it is none of them. */
export function numberIn(writer: Side, text: string): number | null {
  const number = Number(new RegExp(`^${writer} ([1-9]\\d*)(?:\\s|$)`).exec(text)?.[1] ?? 0);
  return number > 0 && text === textOf(writer, number) ? number : null;
}
