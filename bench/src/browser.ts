import { chromium, type Browser } from 'playwright';

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // Candidates with plain addresses, for all contenders alike: a .local name cannot be led through the delayed path.
  '--disable-features=WebRtcHideLocalIpsWithMdns',
];

/** Launches the one Chromium that all contenders share: PORCHLIGHT_CHROMIUM, or else the system's. */
export function launchChromium(): Promise<Browser> {
  const executablePath = process.env['PORCHLIGHT_CHROMIUM'] ?? '/usr/bin/chromium';
  return chromium.launch({ executablePath, args: FLAGS });
}
