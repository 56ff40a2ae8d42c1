import { createHash } from 'node:crypto';

import type { Page } from 'playwright';

import type { Camera } from './camera.ts';
import { meet, Person, type Place } from './people.ts';
import type { Story } from './stories.ts';

/** The reasons of an end that the server gives when it is asked to join: it says so here without being asked. */
const REFUSED: Readonly<Record<string, string>> = {
  used: 'used',
  reserved: 'reserved',
  expired: 'expired',
  ended: 'host-ended',
  'try-later': 'try-later',
  full: 'full',
  crowded: 'crowded',
  'slow-down': 'slow-down',
  malformed: 'refused',
};

/**
 * Ends that take an attacker, or another tab, or a fault of ours: their words are put into the place of those of an end
 * with the same buttons, which is all in which they differ.
 */
const RETOLD: Readonly<Record<string, readonly [heading: string, sentence: string]>> = {
  elsewhere: ['end_elsewhere', 'end_elsewhere_why'],
  tampered: ['end_chat_ended', 'end_tampered_why'],
  flooded: ['end_chat_ended', 'end_flooded_why'],
  failed: ['end_chat_ended', 'end_failed_why'],
  forged: ['end_could_not_connect', 'end_forged_why'],
};

/** Every way in which it can end, by the names of session/reasons.ts. */
export const endings: readonly Story[] = [
  { name: 'links that open nothing', tell: links },
  { name: 'a server that says no', tell: refusals },
  { name: 'guests who do not come in', tell: outside },
  { name: 'chats that end', tell: inside },
  { name: 'ends for a host', tell: forHost },
];

async function links(place: Place, camera: Camera): Promise<void> {
  const guest = await Person.comes(place);
  await guest.goes('/j#AAAA');
  await guest.sees('end_link_damaged');
  await camera.take(guest.page, 'end-damaged');

  const newer = Buffer.concat([Uint8Array.of(2), Buffer.alloc(64)]);
  const checksum = createHash('sha256').update(newer).digest().subarray(0, 4);
  await guest.goes('/doctor');
  await guest.goes(`/j#${Buffer.concat([newer, checksum]).toString('base64url')}`);
  await guest.sees('end_newer_version');
  await camera.take(guest.page, 'end-newer-version');

  await guest.goes('/doctor');
  await guest.goes('/j');
  await guest.sees('end_missing');
  await camera.take(guest.page, 'end-missing');
  for (const [reason, words] of Object.entries(RETOLD)) {
    await retell(
      guest.page,
      words.map((key) => place.say(key)),
    );
    await camera.take(guest.page, `end-${reason}`);
  }
}

async function refusals(place: Place, camera: Camera): Promise<void> {
  const host = await Person.comes(place);
  await host.goes('/');
  const link = await host.invites();
  for (const [refusal, reason] of Object.entries(REFUSED)) {
    const guest = await Person.comes(place);
    await refuse(guest.page, 'invite:claim', refusal);
    await guest.asks(link, place.talk.guest);
    await guest.page.getByRole('heading', { level: 1 }).and(guest.page.locator('section h1')).waitFor();
    await camera.take(guest.page, `end-${reason}`);
    await guest.leaves();
  }
}

async function outside(place: Place, camera: Camera): Promise<void> {
  const [host, guest] = [await Person.comes(place), await Person.comes(place)];
  await guest.page.clock.install();
  await host.goes('/');
  await guest.asks(await host.invites(), place.talk.guest);
  await guest.sees('door_knocking');
  await guest.presses('common_cancel');
  await guest.sees('end_withdrawn_why');
  await camera.take(guest.page, 'end-withdrawn');

  await guest.presses('end_ask_again');
  await host.presses('host_decline');
  await guest.sees('end_declined_why');
  await camera.take(guest.page, 'end-declined');

  await guest.presses('end_ask_again');
  await guest.sees('door_knocking');
  await guest.page.clock.fastForward('15:05');
  await guest.sees('end_unanswered_why');
  await camera.take(guest.page, 'end-unanswered');

  // Nobody answers the handshake. It has one more button: **Find out why**.
  await retell(guest.page, [place.say('end_could_not_connect'), place.say('end_unreachable_why')]);
  await camera.take(guest.page, 'end-unreachable');
}

async function inside(place: Place, camera: Camera): Promise<void> {
  const [host, guest] = [await Person.comes(place), await Person.comes(place)];
  await meet(host, guest, place);
  await guest.presses('chat_leave');
  await guest.sees('end_left_why');
  await host.sees('end_peer_left_why');
  await camera.take(guest.page, 'end-left');
  await camera.take(host.page, 'end-peer-left-host');
  await Promise.all([host.leaves(), guest.leaves()]);

  for (const [reason, after] of Object.entries({ 'peer-gone': '00:40', silence: '10:10' })) {
    const [host, guest] = [await Person.comes(place), await Person.comes(place)];
    await guest.page.clock.install();
    await meet(host, guest, place);
    // A page that is closed says so; a machine that falls asleep says nothing.
    if (reason === 'silence') await host.page.context().setOffline(true);
    await host.leaves();
    await guest.sees('common_reconnecting');
    await guest.page.clock.fastForward(after);
    await guest.sees('end_chat_ended');
    await camera.take(guest.page, `end-${reason}`);
    await guest.leaves();
  }

  const [fenced, friend] = [await Person.comes(place), await Person.comes(place)];
  for (const { page } of [fenced, friend]) {
    await page.clock.install();
    // Only relays are allowed, and there are none.
    await page.addInitScript(() => {
      window.RTCPeerConnection = class extends RTCPeerConnection {
        constructor(configuration?: RTCConfiguration) {
          super({ ...configuration, iceTransportPolicy: 'relay' });
        }
      };
    });
  }
  await fenced.goes('/');
  await friend.asks(await fenced.invites(), place.talk.guest);
  await fenced.presses('host_let_in');
  await friend.sees('chat_note_connecting');
  await camera.take(friend.page, '09-connecting');
  await friend.page.clock.fastForward('00:19');
  await friend.sees('end_could_not_connect');
  await camera.take(friend.page, 'end-could-not-connect');
  await fenced.sees('end_could_not_connect');
  await camera.take(fenced.page, 'end-could-not-connect-host');
}

async function forHost(place: Place, camera: Camera): Promise<void> {
  const host = await Person.comes(place);
  await host.page.clock.install();
  await host.goes('/');
  await host.invites();
  await host.page.clock.fastForward('01:00:05');
  await host.sees('end_invite_expired_why');
  await camera.take(host.page, 'end-invite-expired-host');
  for (const [reason, heading, sentence] of [
    ['invite-ended', 'end_invite_ended', 'end_invite_ended_why'],
    ['attacked', 'end_invite_ended', 'end_attacked_why'],
  ] as const) {
    await retell(host.page, [place.say(heading), place.say(sentence)]);
    await camera.take(host.page, `end-${reason}-host`);
  }

  const crowded = await Person.comes(place);
  await refuse(crowded.page, 'invite:open', 'full');
  await crowded.goes('/');
  await crowded.presses('host_create');
  await crowded.sees('end_no_new_invite');
  await camera.take(crowded.page, 'end-full-host');
}

/** A server that answers this request with a refusal, and is the real one otherwise. */
async function refuse(page: Page, request: string, refusal: string): Promise<void> {
  await page.routeWebSocket(/socket\.io/, (socket) => {
    const server = socket.connectToServer();
    socket.onMessage((message) => {
      const [, number, name] = /^42(\d+)\["([^"]+)"/.exec(message.toString()) ?? [];
      if (name !== request) server.send(message);
      else socket.send(`43${number}${JSON.stringify([{ ok: false, refusal, retryAfterMs: 120_000 }])}`);
    });
  });
}

/** Puts other words of an end into the page of one. */
async function retell(page: Page, [heading = '', sentence = '']: readonly string[]): Promise<void> {
  await page.locator('section h1').evaluate((element, text) => (element.textContent = text), heading);
  await page.locator('section h1 + p').evaluate((element, text) => (element.textContent = text), sentence);
}
