import type { Page } from 'playwright';

import { at } from '../scripts/places.js';
import { Person, talk, type Place } from './people.ts';

/** As on a laptop. */
const DESKTOP = { width: 1120, height: 700 };
/** As in a pocket. */
const PHONE = { width: 360, height: 750 };

/** The pictures of the README: docs/desktop.png, docs/phone.png and docs/invitation.png. */
export async function takePictures(place: Place): Promise<void> {
  const { labels, guests, short } = place.talk;
  const host = await Person.comes(place, { viewport: DESKTOP, colorScheme: 'light' });
  await host.goes('/');
  const link = await host.invites({ label: labels[0] });
  await host.presses('host_new');
  const another = await host.invites({ label: labels[1] });
  await host.presses('host_new');
  await host.invites({ label: labels[2] });

  const reader = await Person.comes(place, { viewport: PHONE, colorScheme: 'light', hasTouch: true });
  await reader.page.goto(link);
  await reader.sees('door_invited_note');
  await take(reader.page, 'invitation');

  const other = await comesIn(place, host, another, guests[0]);
  const guest = await comesIn(place, host, link, place.talk.guest);
  for (const line of short.slice(0, 2)) await other.says(line);
  await talk(host, guest, short);
  await take(host.page, 'desktop');
  await take(guest.page, 'phone');
}

async function comesIn(place: Place, host: Person, link: string, name: string): Promise<Person> {
  const guest = await Person.comes(place, { viewport: PHONE, colorScheme: 'dark', hasTouch: true });
  await guest.asks(link, name);
  await host.presses('host_show');
  await host.presses('host_let_in');
  await guest.isConnected();
  await host.isConnected();
  return guest;
}

async function take(page: Page, name: string): Promise<void> {
  // What shows under a pointer would say something else.
  await page.mouse.move(0, 0);
  await page.screenshot({ path: at('docs', `${name}.png`), caret: 'hide' });
  console.log(`docs/${name}.png is new.`);
}
