import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { chromium, type Browser } from 'playwright';

import { CHROMIUM_FLAGS } from '../scripts/browsers.js';
import { inside, type Side } from './namespaces.ts';
import { ORIGIN } from './server.ts';

/** Starts Chromium in the host of this side. Playwright talks to it through a pipe, so it needs no way in there. */
export async function launchIn(
  side: Side,
  options: { chromiumPath: string; folder: string; home: string },
): Promise<Browser> {
  const { chromiumPath, folder, home } = options;
  const executablePath = join(folder, `chromium-${side}`);
  writeFileSync(executablePath, `#!/bin/sh\nexec ${inside(`host${side}`).join(' ')} '${chromiumPath}' "$@"\n`);
  chmodSync(executablePath, 0o755);
  return chromium.launch({
    executablePath,
    args: [...CHROMIUM_FLAGS, `--unsafely-treat-insecure-origin-as-secure=${ORIGIN}`],
    env: { ...process.env, HOME: home },
  });
}
