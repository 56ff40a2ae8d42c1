import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root of the repository, as an absolute path. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** An absolute path from parts below the root. @param {...string} parts */
export const at = (...parts) => join(root, ...parts);

/** The Node that this repository brings along: everything after the install runs on it, whatever the machine has. */
export const node = at('node_modules', '.bin', 'node');

/**
 * What Node is told when it runs the server. By itself it lets the heap for what is young grow to over 100 MB while a crowd
 * comes, and keeps it: with 5,000 waiting hosts that was more than all else together. And it looks through all memory
 * whenever there is little to do, which with 10,000 waiting hosts is always, and was a quarter of the CPU.
 */
export const serverFlags = ['--max-semi-space-size=4', '--no-memory-reducer'];
