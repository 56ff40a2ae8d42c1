import { fileURLToPath } from 'node:url';

import { svelte } from '@sveltejs/vite-plugin-svelte';
import { build } from 'vite';

/** Where the scripts of the measured pages are, one file for each of `pages/`. */
export const BUNDLES = fileURLToPath(new URL('../build/', import.meta.url));

/** The bundled script of one page, as a path. */
export function bundleOf(page: string): string {
  return `${BUNDLES}${page}.js`;
}

/** Bundles `pages/<page>.ts` with what it imports from node_modules into one classic script, minified. */
export async function bundle(page: string): Promise<void> {
  await build({
    configFile: false,
    logLevel: 'warn',
    // The styles of components come with them.
    plugins: [svelte({ configFile: false, compilerOptions: { runes: true, css: 'injected' } })],
    build: {
      outDir: BUNDLES,
      emptyOutDir: false,
      target: 'es2023',
      lib: {
        entry: fileURLToPath(new URL(`pages/${page}.ts`, import.meta.url)),
        formats: ['iife'],
        name: `page_${page}`,
        fileName: () => `${page}.js`,
      },
    },
  });
}
