import adapter from '@sveltejs/adapter-static';

import { signalOrigin } from './scripts/signal-origin.js';

/**
 * The one Svelte and SvelteKit configuration. SvelteKit 3 refuses this file inside Vite's root,
 * so it lives here and apps/web/vite.config.ts hands it to the plugin.
 *
 * @type {NonNullable<Parameters<typeof import('@sveltejs/kit/vite').sveltekit>[0]>}
 */
const config = {
  // 404.html is any page whose address is not known by then: src/routes/+error.svelte.
  adapter: adapter({ precompress: true, strict: true, fallback: '404.html' }),
  compilerOptions: { runes: true },
  // The only source of the content security policy: SvelteKit writes it into the pages, with the hashes of its scripts, and
  // scripts/policies.js checks the finished build against it and makes of it the header that the server sends. What it may say
  // at all is in scripts/policy.js, so that it cannot be loosened in passing.
  csp: {
    mode: 'hash',
    directives: {
      'default-src': ['none'],
      'script-src': ['self'],
      'style-src': ['self'],
      // One style attribute, to the letter: that of the element with which SvelteKit announces navigation to screen readers.
      'style-src-attr': ['unsafe-hashes', 'sha256-S8qMpvofolR8Mpjy4kQvEm7m1q8clzU4dfDH0AmvZjo='],
      'img-src': ['self'],
      'manifest-src': ['self'],
      // Where the server is: with the page, or where SIGNAL_ORIGIN says.
      'connect-src': [signalOrigin(process.env)?.source ?? 'self'],
      'worker-src': ['none'],
      'base-uri': ['none'],
      'form-action': ['none'],
      // Works only in the header. A framed "Let in" could be clicked unseen.
      'frame-ancestors': ['none'],
      // Text never becomes markup or script, except through the policy with which Svelte makes its own templates.
      'require-trusted-types-for': ['script'],
      'trusted-types': ['svelte-trusted-html'],
    },
  },
};

export default config;
