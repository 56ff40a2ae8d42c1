import { speakOfAll } from './words.svelte.ts';

// For tests of what shows words.
await speakOfAll();
