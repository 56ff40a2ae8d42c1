/** The two commands that write docs/benchmarks.md, each its own part of it. */
export type Command = 'npm run bench' | 'npm run bench:server';

const ORDER: readonly Command[] = ['npm run bench', 'npm run bench:server'];

/** The page with one command's part replaced, or added, and the other's as it was. `text` is Markdown from `##` down. */
export function withPart(page: string, command: Command, text: string): string {
  const parts = ORDER.map((each) => {
    const part = each === command ? text : partOf(page, each);
    return part === undefined ? undefined : `${begin(each)}\n\n${part.trim()}\n\n${end(each)}`;
  });
  return [HEAD, ...parts.filter((part) => part !== undefined), ''].join('\n\n');
}

/** One command's part of the page, or undefined where there is none. */
export function partOf(page: string, command: Command): string | undefined {
  const from = page.indexOf(begin(command));
  const to = page.indexOf(end(command));
  return from < 0 || to < from ? undefined : page.slice(from + begin(command).length, to).trim();
}

const begin = (command: Command): string => `<!-- ${command} -->`;
const end = (command: Command): string => `<!-- /${command} -->`;

const HEAD = '# Benchmarks\n\nWritten by `npm run bench` and `npm run bench:server`, each its own part; do not edit.';
