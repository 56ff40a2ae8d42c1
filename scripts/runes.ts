import { type Environment } from 'vitest/runtime';

/**
 * A vitest environment for the client's tests: plain Node (the tests use fakes, no DOM),
 * but modules are compiled as for the browser, so that runes in `*.svelte.ts` react as they do there.
 */
export default {
  name: 'runes',
  viteEnvironment: 'client',
  setup: () => ({ teardown: () => undefined }),
} satisfies Environment;
