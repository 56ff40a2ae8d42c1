import { readdirSync } from 'node:fs';

import { table } from './table.ts';

const ROWS = new URL('rows/', import.meta.url);

/** The file of each row's test, by the row's number: `07-link-robots.browser.ts`. Throws if a row has none, or two. */
function filesOfRows(): Map<number, string> {
  const files = readdirSync(ROWS).filter((file) => /^\d\d-.*\.(test|browser)\.ts$/.test(file));
  return new Map(
    table.map(({ number }) => {
      const own = files.filter((file) => Number(file.slice(0, 2)) === number);
      const [file] = own;
      if (file === undefined || own.length > 1) throw new Error(`Row ${number} has ${own.length} tests.`);
      return [number, file];
    }),
  );
}

/** docs/attacks.md as it must be. */
export function page(): string {
  const files = filesOfRows();
  const rows = table.map(
    ({ number, name, expected, protects }) =>
      `| ${number} | ${name} | ${expected} | ${protects} | \`${files.get(number) ?? ''}\` |`,
  );
  return `# Attacks

\`npm run attack\` tries each of these against the real server, or against a lying one, and prints what came of it. The
tests are in \`attack/rows/\`; those that end in \`.browser.ts\` run in real Chromium. \`npm test\` runs them too. This page is
made of \`attack/table.ts\`; a test fails when it is not.

| # | Attack | Expected | What protects | Test |
| --- | --- | --- | --- | --- |
${rows.join('\n')}
`;
}
