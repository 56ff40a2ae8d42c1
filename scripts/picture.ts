// npm run picture: makes docs/chat.png from the running product, a host at a desk and a guest with a phone.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { launch } from '../e2e/launch.ts';
import { Guest, Host } from '../e2e/people.ts';
import { startPorch } from '../e2e/server.ts';
import { ensureBrowsers } from './browsers.js';
import { ensureBuilt } from './build.js';
import { at } from './places.js';

const DESKTOP = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 800 };

await ensureBrowsers();
await ensureBuilt();

const server = await startPorch({ recordTo: join(mkdtempSync(join(tmpdir(), 'porchlight-')), 'relay.jsonl') });
const browser = await launch('chromium');
const look = { locale: 'en', timezoneId: 'Europe/Stockholm', deviceScaleFactor: 2 } as const;
const desk = await browser.newContext({ ...look, viewport: DESKTOP, colorScheme: 'light' });
const pocket = await browser.newContext({ ...look, viewport: PHONE, colorScheme: 'dark', hasTouch: true });

const story = { origin: server.origin, private: new Set<string>() };
const host = new Host(await desk.newPage(), story);
const guest = new Guest(await pocket.newPage(), story);

await guest.opens(await host.invites('Harriet'));
await guest.asks('Mia');
await host.hearsKnock('Mia');
await host.letsIn();
await host.isConnected();
await guest.isConnected();

const lines: [Host | Guest, string][] = [
  [guest, 'Hi! The link worked right away, nothing to install 👋'],
  [host, 'Lovely. Before we start: press Verify and read me the five pictures?'],
  [guest, 'They are the same as yours. So it is really just the two of us.'],
  [host, 'Just us. I will send you the draft of the contract in a moment.'],
  [guest, 'Perfect. And when we are done?'],
  [host, 'I press End chat, and it is gone on both sides 🕯️'],
];
for (const [speaker, text] of lines) {
  await speaker.says(text);
  await (speaker === host ? guest : host).hears(text);
  await speaker.sawDelivered(text);
}

const shots = await Promise.all([host, guest].map(({ page }) => page.screenshot({ caret: 'hide' })));
const [left = '', right = ''] = shots.map((shot) => `data:image/png;base64,${shot.toString('base64')}`);

const margin = 48;
const wide = DESKTOP.width + PHONE.width + 3 * margin;
const sheet = await browser.newPage({ viewport: { width: wide, height: DESKTOP.height + 2 * margin } });
await sheet.setContent(`
  <style>
    body { margin: 0; padding: ${margin}px; display: flex; gap: ${margin}px; background: #b9cfc9; }
    img { display: block; border-radius: 16px; box-shadow: 0 12px 40px #0d171940; }
    img + img { border-radius: 36px; }
  </style>
  <img src="${left}" width="${DESKTOP.width}" height="${DESKTOP.height}">
  <img src="${right}" width="${PHONE.width}" height="${PHONE.height}">`);
await sheet.screenshot({ path: at('docs', 'chat.png') });

await browser.close();
await server.stop();
console.log('docs/chat.png is new.');
