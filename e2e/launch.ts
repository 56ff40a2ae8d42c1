import { chromium, firefox, webkit, type Browser } from 'playwright';

import { CHROMIUM_FLAGS, knownBrowsers } from '../scripts/browsers.js';

export type BrowserName = 'chromium' | 'firefox' | 'webkit';

/** Starts one of the browsers that scripts/browsers.js found, without a window. Throws if it is not to be had. */
export async function launch(name: BrowserName): Promise<Browser> {
  const browser = knownBrowsers().found[name];
  if (browser === undefined) throw new Error(`${name} is not to be had on this machine.`);
  const executablePath = browser.path;
  switch (name) {
    case 'chromium':
      return chromium.launch({ executablePath, args: CHROMIUM_FLAGS });
    case 'firefox':
      // People's Firefox speaks WebDriver BiDi; Playwright's own build has a protocol of its own.
      return firefox.launch(browser.own ? {} : { channel: 'moz-firefox', executablePath });
    case 'webkit':
      return webkit.launch();
  }
}
