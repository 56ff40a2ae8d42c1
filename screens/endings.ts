import { randomBytes } from 'node:crypto';

import { deriveInvite, mintInvite, parseLink, printLink, toBase64url } from '@porchlight/invite';
import { SEAT_LEASE_MS } from '@porchlight/protocol';
import { reasons, type Reason } from '../apps/web/src/lib/session/reasons.ts';
import type { Role } from '../apps/web/src/lib/session/state.ts';
import { timing } from '../apps/web/src/lib/session/timing.ts';
import { ends } from '../apps/web/src/lib/ui/ends.ts';
import { Hostile, HOSTILE_BROWSER } from '../attack/hostile/hostile.ts';
import { answering, changing, flipped, silentOn } from '../attack/lies.ts';
import { startLyingServer, type LyingServer } from '../attack/lying-server.ts';
import { newerLink } from '../e2e/damage.ts';
import { startProcess } from '../e2e/server-process.ts';
import type { Looking } from './camera.ts';
import { meet, Person, type Place } from './people.ts';

/** Something that happens, and the endings that are seen in it, in this order. The place must be one that speaks English. */
export interface EndingStory {
  readonly name: string;
  readonly endings: readonly Ending[];
  /** What stands in the place of a chat and is no end of one, by the names of their pictures. */
  readonly others?: readonly string[];
  readonly tell: (place: Place, looking: Looking) => Promise<void>;
}

/** A reason, and for a host a word more. */
type Ending = Reason | `${Reason}-host`;

/** Every way in which it can end. Each is brought about, none is put into a page. */
export const endings: readonly EndingStory[] = [
  {
    name: 'links that open nothing',
    endings: ['damaged', 'newer-version', 'missing', 'unsupported', 'unsupported-host'],
    tell: onServer(openNothing),
  },
  {
    name: 'guests who do not come in',
    endings: ['reserved', 'elsewhere', 'withdrawn', 'declined', 'try-later', 'invite-ended-host', 'host-ended'],
    tell: onServer(outside),
  },
  {
    name: 'links whose time is over',
    endings: ['unanswered', 'expired', 'invite-expired-host'],
    tell: onServer(tooLate),
  },
  {
    name: 'chats that end',
    endings: ['used', 'left', 'peer-left-host', 'peer-gone-host', 'silence-host'],
    tell: onServer(inside),
  },
  {
    name: 'two who find no way to each other',
    endings: ['could-not-connect', 'could-not-connect-host'],
    tell: noWay,
  },
  {
    name: 'a server without room',
    endings: ['crowded-host', 'slow-down-host', 'crowded', 'full-host', 'full'],
    tell: noRoom,
  },
  {
    name: 'a server that lies',
    endings: ['forged', 'tampered', 'attacked-host', 'refused', 'slow-down', 'unreachable'],
    tell: onServer(lies),
  },
  { name: 'a guest with a page of their own', endings: ['tampered-host', 'flooded-host'], tell: onServer(hostile) },
  { name: 'a page that fails', endings: ['failed', 'failed-host'], tell: onServer(failing) },
  {
    name: 'another tab, and the browsers of apps',
    endings: [],
    others: ['08-open-in-another-tab', '45-in-app', '46-in-app-android'],
    tell: onServer(otherPlaces),
  },
];

/** The reasons that no story comes to. */
export const untold = (Object.keys(reasons) as Reason[]).filter(
  (reason) =>
    !endings.some((story) => story.endings.some((ending) => ending === reason || ending === nameOf(reason, 'host'))),
);

async function openNothing(place: Place, looking: Looking): Promise<void> {
  const guest = await Person.comes(place);
  const newer = newerLink(printLink(place.origin, mintInvite(randomBytes)));
  for (const [address, reason] of [
    ['/j#AAAA', 'damaged'],
    [newer, 'newer-version'],
    ['/j', 'missing'],
  ] as const) {
    // A link that differs only behind the # would not load the page anew.
    await guest.page.goto('about:blank');
    await guest.goes(address);
    await seeEnd(looking, guest, reason);
  }

  const old = await Person.comes(place);
  await old.page.addInitScript(() => {
    Reflect.deleteProperty(window, 'RTCPeerConnection');
    Reflect.deleteProperty(window, 'webkitRTCPeerConnection');
  });
  await old.goes('/j#AAAA');
  await seeEnd(looking, old, 'unsupported');
  await old.goes('/');
  await seeEnd(looking, old, 'unsupported', 'host');
}

async function outside(place: Place, looking: Looking): Promise<void> {
  const { host, guest, second } = await people(place, 'host', 'guest', 'second');
  await host.goes('/');
  const link = await host.invites();
  await guest.asks(link, place.talk.guest);
  await guest.sees('door_knocking');
  await second.asks(link, place.talk.guests[0]);
  await seeEnd(looking, second, 'reserved');
  await second.leaves();

  // The tab duplicated, as a browser does it, and without what was behind the # of its address.
  const kept = await guest.page.evaluate(() => Object.entries<string>(sessionStorage));
  const twin = await guest.opensTab();
  await twin.page.addInitScript((entries) => {
    for (const [name, value] of entries) sessionStorage.setItem(name, value);
  }, kept);
  await twin.goes('/j');
  await seeEnd(looking, twin, 'elsewhere');
  await twin.page.close();

  await guest.presses('common_cancel');
  await seeEnd(looking, guest, 'withdrawn');
  await guest.presses('end_ask_again');
  await host.presses('host_decline');
  await seeEnd(looking, guest, 'declined');
  // A link seats five in ten minutes.
  for (let seat = 3; seat <= 5; seat += 1) {
    await guest.presses('end_ask_again');
    await guest.presses('common_cancel');
    await guest.sees('end_withdrawn_why');
  }
  await guest.presses('end_ask_again');
  await seeEnd(looking, guest, 'try-later');

  await host.presses('host_end_invite');
  await seeEnd(looking, host, 'invite-ended', 'host');
  await guest.presses('end_ask_again');
  await seeEnd(looking, guest, 'host-ended');
}

async function tooLate(place: Place, looking: Looking, server: LyingServer): Promise<void> {
  const { host, guest, late } = await people(place, 'host', 'guest', 'late');
  await guest.page.clock.install();
  await host.goes('/');
  const link = await host.invites();
  await guest.asks(link, place.talk.guest);
  await guest.sees('door_knocking');
  await guest.page.clock.fastForward(timing.knock + 5_000);
  await seeEnd(looking, guest, 'unanswered');

  server.letPass(4 * SEAT_LEASE_MS + 5_000);
  await late.asks(link, place.talk.guests[0]);
  await seeEnd(looking, late, 'expired');
  await seeEnd(looking, host, 'invite-expired', 'host');
}

async function inside(place: Place, looking: Looking): Promise<void> {
  const { host, first, second, friend, sleeper } = await people(place, 'host', 'first', 'second', 'friend', 'sleeper');
  await host.page.clock.install();
  await second.asks(await meet(host, first, place), place.talk.guests[0]);
  await seeEnd(looking, second, 'used');
  await first.presses('chat_leave');
  await seeEnd(looking, first, 'left');
  await seeEnd(looking, host, 'peer-left', 'host');

  await meet(host, friend, place);
  // A page that is closed says so.
  await friend.page.close();
  await host.sees('common_reconnecting');
  await host.page.clock.fastForward(timing.farewell + 5_000);
  await seeEnd(looking, host, 'peer-gone', 'host');

  await meet(host, sleeper, place);
  // A machine that falls asleep says nothing.
  await sleeper.page.context().setOffline(true);
  await sleeper.page.evaluate(() => window.porchTest.connections.at(-1)?.close());
  await sleeper.leaves();
  await host.sees('common_reconnecting');
  await host.page.clock.fastForward(timing.silence + 5_000);
  await seeEnd(looking, host, 'silence', 'host');
}

/** Both hide their addresses, and the one relay they may use does not answer. */
async function noWay(place: Place, looking: Looking): Promise<void> {
  const there = await serverWith(place, {
    TURN_URLS: 'turn:127.0.0.1:9',
    TURN_SECRET: 'nobody is there',
    HIDE_ADDRESS: 'default',
  });
  const { host, guest } = await people(there, 'host', 'guest');
  for (const { page } of [host, guest]) await page.clock.install();
  await host.goes('/');
  await guest.asks(await host.invites(), place.talk.guest);
  await host.presses('host_let_in');
  await guest.sees('chat_note_connecting');
  for (const { page } of [host, guest]) await page.clock.fastForward(timing.connect + 500);
  await seeEnd(looking, guest, 'could-not-connect', 'guest', 'end_could_not_connect_hidden_why');
  await seeEnd(looking, host, 'could-not-connect', 'host', 'end_could_not_connect_hidden_why');
}

async function noRoom(place: Place, looking: Looking): Promise<void> {
  const little = await serverWith(place, { MAX_INVITES_PER_ADDRESS: '1', MAX_SOCKETS_PER_ADDRESS: '1' });
  const { host, guest } = await people(little, 'host', 'guest');
  const link = await invitesTwice(host);
  await seeEnd(looking, host, 'crowded', 'host');
  await host.presses('end_another_invite');
  await host.presses('host_create');
  await seeEnd(looking, host, 'slow-down', 'host');
  await guest.asks(link, place.talk.guest);
  await seeEnd(looking, guest, 'crowded');

  const full = await serverWith(place, { MAX_INVITES: '1', MAX_SOCKETS: '1' });
  const { early, late } = await people(full, 'early', 'late');
  const only = await invitesTwice(early);
  await seeEnd(looking, early, 'full', 'host');
  await late.asks(only, place.talk.guest);
  await seeEnd(looking, late, 'full');
}

/** Gives the link of the first. */
async function invitesTwice(host: Person): Promise<string> {
  await host.goes('/');
  const link = await host.invites();
  await host.presses('host_new');
  await host.presses('host_create');
  return link;
}

async function lies(place: Place, looking: Looking, server: LyingServer): Promise<void> {
  const { host, first, second, third } = await people(place, 'host', 'first', 'second', 'third');
  const honest = { ...server.lies };
  await host.goes('/');
  const link = await host.invites();

  server.lies.deliver = changing('guest', 'm2', (box) => [flipped(box, box.length - 1)]);
  await first.asks(link, place.talk.guest);
  await seeEnd(looking, first, 'forged');

  server.lies.deliver = changing('guest', 'sealed', (box) => [flipped(box, box.length - 1)]);
  await second.asks(link, place.talk.guest);
  await host.presses('host_decline');
  await seeEnd(looking, second, 'tampered');

  Object.assign(server.lies, honest);
  await host.presses('host_new');
  strike(server, await host.invites());
  await seeEnd(looking, host, 'attacked', 'host');

  server.lies.answer = answering('invite:claim', { ok: false, refusal: 'malformed' });
  await third.page.clock.install();
  await third.asks(link, place.talk.guest);
  await seeEnd(looking, third, 'refused');
  server.lies.answer = answering('invite:claim', { ok: false, refusal: 'slow-down', retryAfterMs: 120_000 });
  await third.presses('end_ask_again');
  await seeEnd(looking, third, 'slow-down');

  // Nothing reaches the host, and a line that breaks meanwhile begins nothing anew.
  server.lies.answer = silentOn('invite:attach');
  server.lies.deliver = (to, said) => (to.role === 'host' ? [] : [said]);
  await third.presses('end_ask_again');
  await waitsThrough(third, timing.handshake, 'unreachable');
  await seeEnd(looking, third, 'unreachable');
}

/** Lets so many ms pass at this person's page, again and again, until it has ended so. */
async function waitsThrough(person: Person, ms: number, reason: Reason): Promise<void> {
  for (let times = 0; times < 20 && !(await person.isShown(ends[reason].sentence)); times += 1) {
    await person.page.clock.fastForward(ms + 500);
    // What follows from it is said and heard in real time.
    await person.page.waitForTimeout(500);
  }
}

/** Has the host of this link asked five times by somebody who does not know what is in it. */
function strike(server: LyingServer, link: string): void {
  const parsed = parseLink(link);
  if (!parsed.ok) throw new Error(parsed.problem);
  const inviteId = toBase64url(deriveInvite(parsed.invite).inviteId);
  const host = server.hostOf(inviteId);
  const M1_OF_EPOCH_0 = Uint8Array.of(1, 0, 0, 0, 0);
  for (let time = 1; time <= 5; time += 1) {
    const seat = toBase64url(randomBytes(32));
    host?.tell('invite:claimed', { inviteId, seat });
    host?.tell('relayed', { inviteId, seat, box: toBase64url(M1_OF_EPOCH_0) });
  }
}

async function hostile(place: Place, looking: Looking): Promise<void> {
  const host = await Person.comes(place);
  const { page } = await Person.comes(place, HOSTILE_BROWSER);
  await host.goes('/');
  for (const [reason, attack] of [
    ['tampered', () => window.hostile.loose.send('')],
    ['flooded', () => window.hostile.flood(() => window.hostile.say('Buy now!'))],
  ] as const) {
    await Hostile.in(page, place.origin);
    const link = await host.invites();
    await page.evaluate((url) => window.hostile.knock(url, 'Mallory'), link);
    await host.presses('host_let_in');
    await host.isConnected();
    await page.waitForFunction(() => window.hostile.stands === 'chatting');
    // The line is cut under it, which is the point.
    await page.evaluate<unknown>(attack).catch(() => undefined);
    await seeEnd(looking, host, reason, 'host');
    await host.presses('end_another_invite');
  }
}

/** A browser without randomness: nothing else is needed at every step and never refused. */
async function failing(place: Place, looking: Looking): Promise<void> {
  const { host, guest } = await people(place, 'host', 'guest');
  await host.goes('/');
  await guest.page.goto(await host.invites());
  await guest.sees('door_invited_note');
  await guest.page.waitForLoadState('networkidle');
  await breaksDown(guest);
  await guest.fills('common_your_name', place.talk.guest);
  await guest.presses('door_ask');
  await recovers(guest);
  await seeEnd(looking, guest, 'failed');

  const another = await Person.comes(place);
  await another.page.goto(await host.page.getByRole('textbox', { name: place.say('host_link') }).inputValue());
  await breaksDown(host);
  await another.fills('common_your_name', place.talk.guest);
  await another.presses('door_ask');
  await recovers(host);
  await seeEnd(looking, host, 'failed', 'host');
}

async function breaksDown({ page }: Person): Promise<void> {
  await page.evaluate(() => {
    crypto.getRandomValues = () => {
      throw new Error('There is no randomness any more.');
    };
  });
}

/** When the page has seen it, so that whoever looks at the page may have some. */
async function recovers(person: Person): Promise<void> {
  await person.sees(ends.failed.sentence);
  await person.page.evaluate(() => Reflect.deleteProperty(crypto, 'getRandomValues'));
}

async function otherPlaces(place: Place, looking: Looking): Promise<void> {
  const host = await Person.comes(place);
  await host.goes('/');
  const link = await host.invites();
  const second = await host.opensTab();
  await second.goes('/');
  await second.sees('common_open_elsewhere');
  await looking.take(second.page, '08-open-in-another-tab');

  for (const [name, userAgent] of Object.entries(IN_APP)) {
    const reader = await Person.comes(place, { userAgent });
    await reader.page.goto(link);
    await reader.sees('door_in_app');
    await looking.take(reader.page, name);
    await reader.leaves();
  }
}

const IN_APP = {
  '45-in-app':
    'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/21F90 Instagram 334.0.4.32.98',
  '46-in-app-android':
    'Mozilla/5.0 (Linux; Android 14; SM-S911B; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/125.0.6422.165 Mobile Safari/537.36 [FB_IAB/FB4A;FBAV/467.0.0.49.85;]',
} as const;

/** Looks at an end when it is there, with its own sentence, or another one of its. */
async function seeEnd(
  looking: Looking,
  person: Person,
  reason: Reason,
  role: Role = 'guest',
  sentence: string = ends[reason].sentence,
): Promise<void> {
  await person.sees(sentence);
  await looking.take(person.page, `end-${nameOf(reason, role)}`);
}

function nameOf(reason: Reason, role: Role): Ending {
  return role === 'host' ? `${reason}-host` : reason;
}

/** One person by each of these names. */
async function people<Name extends string>(place: Place, ...names: Name[]): Promise<Record<Name, Person>> {
  const come = await Promise.all(names.map(async (name) => [name, await Person.comes(place)] as const));
  return Object.fromEntries(come) as Record<Name, Person>;
}

/** A story behind a server that may lie. Nobody else hears its lies. */
function onServer(tell: (place: Place, looking: Looking, server: LyingServer) => Promise<void>): EndingStory['tell'] {
  return async (place, looking) => {
    const server = await startLyingServer();
    place.servers.push(server);
    await tell({ ...place, origin: server.origin }, looking, server);
  };
}

/** The place with the real server, told this. */
async function serverWith(place: Place, environment: Readonly<Record<string, string>>): Promise<Place> {
  const server = await startProcess({ env: { ...process.env, PORT: '0', ...environment } });
  place.servers.push({ close: () => server.stop() });
  return { ...place, origin: server.origin };
}
