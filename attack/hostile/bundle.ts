import { fileURLToPath } from 'node:url';

import { build } from 'vite';

const entry = fileURLToPath(new URL('../pages/hostile.ts', import.meta.url));

let bundled: Promise<string> | null = null;

/** The script of the hostile page with all it imports, bundled once per process. Throws if Vite makes anything but one script. */
export function hostileScript(): Promise<string> {
  bundled ??= bundle();
  return bundled;
}

async function bundle(): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: 'warn',
    // As the product does: simple-peer's main entry needs Node's shims.
    resolve: { alias: [{ find: /^simple-peer$/, replacement: 'simple-peer/simplepeer.min.js' }] },
    build: {
      write: false,
      minify: false,
      target: 'es2023',
      lib: { entry, formats: ['iife'], name: 'hostilePage', fileName: () => 'hostile.js' },
    },
  });
  const outputs = (Array.isArray(built) ? built : [built]).flatMap((one) => ('output' in one ? one.output : []));
  const [script, ...rest] = outputs;
  if (script?.type !== 'chunk' || rest.length > 0) throw new Error('The hostile page is not one script.');
  return script.code;
}
