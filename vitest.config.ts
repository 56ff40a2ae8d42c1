import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

import { emoji } from './scripts/emoji.js';
import { at } from './scripts/places.js';
import svelteConfig from './svelte.config.js';

/** Everything but the browsers: the libraries, the server over real sockets, the client over fakes, the scripts. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'node',
          environment: 'node',
          include: [
            'libs/*/src/**/*.test.ts',
            'apps/signal/src/**/*.test.ts',
            'bench/src/**/*.test.ts',
            'scripts/**/*.test.js',
            'fuzz/**/*.test.ts',
            'cuts/**/*.test.ts',
            'faults/**/*.test.ts',
          ],
        },
      },
      {
        // What the server promises, again, with two processes on a Redis.
        test: {
          name: 'redis',
          environment: 'node',
          include: ['apps/signal/src/server.test.ts'],
          globalSetup: './apps/signal/src/redis/for-tests.ts',
          testTimeout: 20_000,
        },
      },
      {
        test: { name: 'attack', environment: 'node', include: ['attack/**/*.test.ts'], testTimeout: 600_000 },
      },
      {
        root: 'apps/web',
        plugins: [emoji(), svelte({ configFile: false, compilerOptions: svelteConfig.compilerOptions ?? {} })],
        // Svelte's entry has a side for servers, which Node would take.
        resolve: { conditions: ['browser'] },
        test: {
          name: 'web',
          environment: at('scripts', 'runes.ts'),
          include: ['src/**/*.test.ts'],
          // The words of every language are made, and English is spoken.
          globalSetup: at('scripts', 'words-for-tests.js'),
          setupFiles: at('apps', 'web', 'src', 'lib', 'words', 'english.ts'),
          server: { deps: { inline: ['svelte'] } },
        },
      },
    ],
  },
});
