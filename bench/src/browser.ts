import { chromium, type Browser } from 'playwright';

import { CHROMIUM_FLAGS } from '../../scripts/browsers.js';

const FLAGS = [
  ...CHROMIUM_FLAGS,
  // Candidates with plain addresses, for all contenders alike: a .local name cannot be led through the delayed path.
  '--disable-features=WebRtcHideLocalIpsWithMdns',
];

/** Launches the one Chromium that all contenders share: PORCHLIGHT_CHROMIUM, or else the system's. */
export function launchChromium(): Promise<Browser> {
  const executablePath = process.env['PORCHLIGHT_CHROMIUM'] ?? '/usr/bin/chromium';
  return chromium.launch({ executablePath, args: FLAGS });
}
