import { sveltekit } from '@sveltejs/kit/vite';
import { defineConfig } from 'vite';

import { emoji } from '../../scripts/emoji.js';
import { signalOrigin } from '../../scripts/signal-origin.js';
import config from '../../svelte.config.js';

export default defineConfig({
  plugins: [emoji(), sveltekit(config)],
  define: { 'import.meta.env.SIGNAL_ORIGIN': JSON.stringify(signalOrigin(process.env)?.origin) },
  resolve: {
    // simple-peer's main entry needs Node shims and fails silently in a bundle; its own browser build does not.
    alias: [{ find: /^simple-peer$/, replacement: 'simple-peer/simplepeer.min.js' }],
  },
  server: { proxy: { '/socket.io': { target: 'http://127.0.0.1:3000', ws: true } } },
});
