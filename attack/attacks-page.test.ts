import { format, resolveConfig } from 'prettier';
import { expect, it } from 'vitest';

import { page } from './attacks-page.ts';

it('docs/attacks.md says what the suite does (if not: npx vitest run attack/attacks-page.test.ts -u)', async () => {
  const file = new URL('../docs/attacks.md', import.meta.url).pathname;
  const formatted = await format(page(), { ...(await resolveConfig(file)), parser: 'markdown' });
  await expect(formatted).toMatchFileSnapshot(file);
});
