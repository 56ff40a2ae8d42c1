import type { Looking } from './camera.ts';
import { meet, Person, talk, type Place } from './people.ts';

/** Something that happens, and the screens that are seen in it. */
export interface Story {
  readonly name: string;
  readonly tell: (place: Place, camera: Looking) => Promise<void>;
}

/** All screens but the endings (endings.ts), in stories of their own: one that fails takes no other with it. */
export const stories: readonly Story[] = [
  { name: 'the start', tell: start },
  { name: 'from the invite to the chat', tell: arrival },
  { name: 'a chat', tell: chat },
  { name: 'several chats', tell: severalChats },
  { name: 'around the chat', tell: around },
  { name: 'a way that is long in coming', tell: connecting },
];

async function start(place: Place, camera: Looking): Promise<void> {
  const host = await Person.comes(place);
  await host.goes('/');
  await host.sees('host_create');
  await camera.take(host.page, '01-start');
  await host.page.getByText(place.say('host_more'), { exact: true }).click();
  await host.fills('host_label', place.talk.labels[0]);
  await host.fills('host_welcome', place.talk.welcome);
  await camera.take(host.page, '02-start-more-options');
}

async function arrival(place: Place, camera: Looking): Promise<void> {
  const { talk } = place;
  const [host, guest] = [await Person.comes(place), await Person.comes(place)];
  await host.goes('/');
  const link = await host.invites({ label: talk.labels[0] });
  await camera.take(host.page, '03-invite');

  await guest.page.goto(link);
  await guest.sees('door_invited_note');
  await camera.take(guest.page, '04-invitation');
  await guest.fills('common_your_name', talk.guest);
  await guest.presses('door_ask');
  await guest.sees('door_knocking');
  await camera.take(guest.page, '05-waiting');

  await host.sees('host_knock_unproven');
  await camera.take(host.page, '06-knock');
  await host.presses('host_decline');
  await guest.presses('end_ask_again');
  await host.sees('host_knock_unproven');
  await host.leaves();
  await guest.sees('door_host_away');
  await camera.take(guest.page, '07-host-away');
}

async function chat(place: Place, camera: Looking): Promise<void> {
  const { say } = place;
  const { short, long, link, found } = place.talk;
  const [host, guest] = [await Person.comes(place), await Person.comes(place)];
  await meet(host, guest, place);
  await camera.take(host.page, '10-chat-empty');
  await talk(host, guest, short);
  await camera.take(host.page, '11-chat-short');
  await camera.take(guest.page, '12-chat-short-guest');

  const menuOf = async (text: string): Promise<void> => {
    const message = host.log.getByText(text, { exact: true }).last();
    await message.hover();
    await host.log
      .getByRole('button', { name: say('chat_more'), exact: true })
      .first()
      .click();
  };
  const roomMenu = async (): Promise<void> => {
    await host.page
      .locator('header')
      .getByRole('button', { name: say('chat_menu'), exact: true })
      .click();
  };
  const escapes = async (): Promise<void> => host.page.keyboard.press('Escape');

  await host.log
    .getByText(short[4] ?? '', { exact: true })
    .last()
    .hover();
  await camera.take(host.page, '13-message-actions');
  await menuOf(short[4] ?? '');
  await camera.take(host.page, '14-message-menu');
  await host.page.getByRole('menuitemradio').nth(1).click();
  await host.page.getByText('❤️').first().waitFor();
  await menuOf(short[2] ?? '');
  await host.page.getByRole('menuitem', { name: say('chat_reply') }).click();
  await camera.take(host.page, '15-replying');
  await host.says(link.text);
  await guest.log.getByText(link.url).first().waitFor();
  await guest.says(link.text);
  await host.log
    .getByRole('button', { name: new RegExp(link.url) })
    .or(host.log.getByText(link.url))
    .last()
    .click();
  await camera.take(host.page, '16-link');
  await escapes();

  await host.presses('compose_emoji');
  await host.page
    .getByRole('searchbox')
    .or(host.page.getByRole('textbox', { name: say('compose_emoji_search') }))
    .first()
    .waitFor();
  await camera.take(host.page, '17-emoji');
  await escapes();

  await roomMenu();
  await camera.take(host.page, '18-room-menu');
  await host.page.getByRole('menuitem', { name: say('chat_save_copy') }).click();
  await host.sees('compose_save_note');
  await camera.take(host.page, '19-save-a-copy');
  await escapes();

  await roomMenu();
  await host.page.getByRole('menuitem', { name: say('chat_search') }).click();
  await host.page.keyboard.type(found);
  await host.seesText(say('chat_search_count', { place: 1, count: 1 }).slice(-1));
  await camera.take(host.page, '20-search');
  await escapes();

  await host.presses('chat_verify');
  await host.page.getByRole('dialog').waitFor();
  await camera.take(host.page, '21-verify');
  await escapes();

  await host.says(long);
  for (let round = 0; round < 3; round += 1) await talk(host, guest, short);
  await guest.says(long);
  await host.hears(long);
  await camera.take(host.page, '22-chat-long');
  await camera.take(guest.page, '23-chat-long-guest');

  await guest.leaves();
  await host.sees('common_reconnecting');
  await camera.take(host.page, '24-reconnecting');
}

async function severalChats(place: Place, camera: Looking): Promise<void> {
  const { labels, guests, short, guest: name } = place.talk;
  const host = await Person.comes(place);
  const others = await Promise.all(guests.map(() => Person.comes(place)));
  await host.goes('/');
  const another = async (label: string): Promise<string> => {
    await host.presses('host_new');
    return host.invites({ label });
  };
  const open: string[] = [await host.invites({ label: labels[0] })];
  for (const label of labels.slice(1)) open.push(await another(label));
  for (const [nth, guest] of others.slice(0, 2).entries()) {
    await guest.asks(open[nth] ?? '', guests[nth] ?? name);
    await host.presses('host_show');
    await host.presses('host_let_in');
    await guest.isConnected();
  }
  for (const line of short.slice(0, 3)) await others[0]?.says(line);
  await others[1]?.says(short[0] ?? '');
  await host.hears(short[0] ?? '');
  await host.says(short[1] ?? '');
  await others[2]?.asks(open[2] ?? '', guests[2]);
  await host.sees('host_show');
  await camera.take(host.page, '30-several-chats');
  // On a phone the list has a page of its own.
  await host.page.setViewportSize({ width: 360, height: 640 });
  await host.presses('chat_back');
  await camera.take(host.page, '31-list');
}

/** What has no chat in it. */
async function around(place: Place, camera: Looking): Promise<void> {
  const person = await Person.comes(place);
  await person.goes('/doctor');
  await person.page.getByRole('heading', { level: 1 }).waitFor();
  await camera.take(person.page, '40-doctor-at-work');
  await person.button('doctor_copy_report').waitFor();
  await camera.take(person.page, '41-doctor');
  // A part of the page does not come.
  await person.page.route(/\/nodes\/[2-9]\./, (route) => route.abort());
  await person.goes('/');
  await person.sees('common_broken');
  await camera.take(person.page, '42-broken');
  await person.leaves();

  const old = await Person.comes(place);
  await old.page.addInitScript(() => {
    Reflect.deleteProperty(window, 'RTCPeerConnection');
    Reflect.deleteProperty(window, 'webkitRTCPeerConnection');
  });
  await old.goes('/doctor');
  await old.sees('doctor_bad');
  await camera.take(old.page, '44-doctor-bad');
}

async function connecting(place: Place, camera: Looking): Promise<void> {
  const [host, guest] = [await Person.comes(place), await Person.comes(place)];
  // Descriptions arrive and lead nowhere.
  await guest.page.addInitScript(() => {
    Reflect.set(RTCPeerConnection.prototype, 'setRemoteDescription', () => new Promise(() => undefined));
  });
  await host.goes('/');
  await guest.asks(await host.invites(), place.talk.guest);
  await host.presses('host_let_in');
  await guest.sees('chat_note_connecting');
  await camera.take(guest.page, '09-connecting');
}
