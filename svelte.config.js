import adapter from '@sveltejs/adapter-static';

/**
 * The one Svelte and SvelteKit configuration. SvelteKit 3 refuses this file inside Vite's root,
 * so it lives here and apps/web/vite.config.ts hands it to the plugin.
 *
 * @type {NonNullable<Parameters<typeof import('@sveltejs/kit/vite').sveltekit>[0]>}
 */
const config = {
  adapter: adapter({ precompress: true, strict: true }),
  compilerOptions: { runes: true },
  csp: {
    mode: 'hash',
    directives: {
      'default-src': ['none'],
      'script-src': ['self'],
      'style-src': ['self'],
      // One style attribute, to the letter: that of the element with which SvelteKit announces navigation to screen readers.
      'style-src-attr': ['unsafe-hashes', 'sha256-S8qMpvofolR8Mpjy4kQvEm7m1q8clzU4dfDH0AmvZjo='],
      'img-src': ['self', 'data:'],
      'font-src': ['self'],
      'connect-src': ['self'],
      'manifest-src': ['self'],
      'base-uri': ['none'],
      'form-action': ['none'],
    },
  },
};

export default config;
