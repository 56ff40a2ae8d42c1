// npm run icons: makes the icons of the installed app (apps/web/static/icons) from the picture of the lamp, favicon.svg.
import { mkdirSync, readFileSync } from 'node:fs';

import { launch } from '../e2e/launch.ts';
import { ensureBrowsers } from './browsers.js';
import { at } from './places.js';

const folder = at('apps', 'web', 'static', 'icons');
const lamp = readFileSync(at('apps', 'web', 'static', 'favicon.svg')).toString('base64');
/** The ceiling of the porch: `--ceiling` in app.css. */
const CEILING = '#e3eeeb';

/** What of the icon the lamp fills. Of a maskable one only the inner circle, 80 % across, is sure to be seen. */
const icons = [
  { file: '192.png', size: 192, ground: 'transparent', fills: 1 },
  { file: '512.png', size: 512, ground: 'transparent', fills: 1 },
  { file: 'maskable-512.png', size: 512, ground: CEILING, fills: 0.76 },
  // iOS cuts no shape but rounded corners, and fills what is transparent with black.
  { file: 'apple-180.png', size: 180, ground: CEILING, fills: 0.8 },
];

await ensureBrowsers();
mkdirSync(folder, { recursive: true });
const browser = await launch('chromium');
for (const { file, size, ground, fills } of icons) {
  const page = await browser.newPage({ viewport: { width: size, height: size } });
  await page.setContent(`
    <style>body { margin: 0; height: 100vh; display: grid; place-items: center; background: ${ground} }</style>
    <img src="data:image/svg+xml;base64,${lamp}" width="${size * fills}" height="${size * fills}">`);
  await page.screenshot({ path: `${folder}/${file}`, omitBackground: true });
  await page.close();
}
await browser.close();
console.log(`${icons.length} icons are new.`);
