import { describe, expect, it } from 'vitest';

import type { State } from '#lib/session/state.ts';

import { meansOf, NOTHING_YET, notice, QUIET_MS, unseen, type Watched } from './notify.ts';

const waiting: State = { role: 'host', phase: 'waiting', strikes: 0, notice: null };
const knocked: State = {
  role: 'host',
  phase: 'knocked',
  strikes: 0,
  seat: 's',
  handshakes: 1,
  nickname: 'Mia',
  away: false,
};
const chatting: State = { role: 'host', phase: 'chatting', epoch: 0, path: 'direct' };
const reconnecting: State = {
  role: 'host',
  phase: 'reconnecting',
  epoch: 0,
  attempts: 0,
  hastened: 0,
  farewell: false,
};

const chat = (state: State, unread = 0, muted = false): Watched => ({ key: 'a', state, unread, muted });

/** Looks at one chat as it changes, a second between two looks, or as many as said; gives what rang each time. */
function look(...looks: readonly { at: Watched; hidden?: boolean; afterMs?: number }[]): string[] {
  let noticed = NOTHING_YET;
  let now = 1_700_000_000_000;
  return looks.map(({ at, hidden = true, afterMs = 1000 }) => {
    now += afterMs;
    const seen = notice(noticed, [at], { hidden, now });
    noticed = seen.noticed;
    return seen.rings.map(({ news }) => news).join();
  });
}

describe('what is rung for', () => {
  it('is a knock, once, whether the page is hidden or not', () => {
    const away: State = { ...knocked, away: true };
    expect(look({ at: chat(waiting) }, { at: chat(knocked) }, { at: chat(away) })).toEqual(['', 'knock', '']);
    expect(look({ at: chat(waiting) }, { at: chat(knocked), hidden: false })).toEqual(['', 'knock']);
  });

  it('is a knock again by the next guest', () => {
    const looks = [waiting, knocked, waiting, knocked].map((state) => ({ at: chat(state), afterMs: QUIET_MS / 2 }));
    expect(look(...looks)).toEqual(['', 'knock', '', 'knock']);
  });

  it('is a knock once for a while, however often it comes and goes', () => {
    const looks = Array.from({ length: 24 }, (_, nth) => ({ at: chat(nth % 2 === 0 ? waiting : knocked) }));
    const rang = look(...looks).flatMap((news, second) => (news === 'knock' ? [second] : []));
    expect(rang).toEqual([1, 11, 21]);
  });

  it('is a knock that came too soon after another, when it still waits a while later', () => {
    const soon = [waiting, knocked, waiting, knocked].map((state) => ({ at: chat(state) }));
    expect(look(...soon, { at: chat(knocked), afterMs: QUIET_MS })).toEqual(['', 'knock', '', '', 'knock']);
  });

  it('is a knock in one invite right behind one in another', () => {
    const others = (a: State, b: State): Watched[] => [
      { ...chat(a), key: 'a' },
      { ...chat(b), key: 'b' },
    ];
    let { noticed } = notice(NOTHING_YET, others(waiting, waiting), { hidden: true, now: 0 });
    ({ noticed } = notice(noticed, others(knocked, waiting), { hidden: true, now: 1 }));
    expect(notice(noticed, others(knocked, knocked), { hidden: true, now: 2 }).rings).toEqual([
      { key: 'b', news: 'knock' },
    ]);
  });

  it('is rung for also after the clock was set back', () => {
    const back = { afterMs: -86_400_000 };
    expect(
      look({ at: chat(waiting) }, { at: chat(knocked) }, { at: chat(waiting) }, { at: chat(knocked), ...back }),
    ).toEqual(['', 'knock', '', 'knock']);
    expect(look({ at: chat(chatting) }, { at: chat(chatting, 1) }, { at: chat(chatting, 2), ...back })).toEqual([
      ...['', 'message', 'message'],
    ]);
  });

  it('is a message while the page is hidden, and none in front of the person', () => {
    expect(look({ at: chat(chatting) }, { at: chat(chatting, 1) })).toEqual(['', 'message']);
    expect(look({ at: chat(chatting) }, { at: chat(chatting, 1), hidden: false })).toEqual(['', '']);
  });

  it('is a message once for a while, and again after that', () => {
    const burst = look(
      { at: chat(chatting) },
      { at: chat(chatting, 1) },
      { at: chat(chatting, 2) },
      { at: chat(chatting, 3), afterMs: QUIET_MS },
    );
    expect(burst).toEqual(['', 'message', '', 'message']);
  });

  it('is nothing when messages were read or taken back', () => {
    expect(look({ at: chat(chatting, 0) }, { at: chat(chatting, 2) }, { at: chat(chatting, 1) })).toEqual([
      '',
      'message',
      '',
    ]);
  });

  it('is a guest who came in without being asked about, but not one whom the person let in', () => {
    expect(look({ at: chat(waiting) }, { at: chat(chatting) })).toEqual(['', 'guest-in']);
    expect(look({ at: chat(waiting) }, { at: chat(chatting), hidden: false })).toEqual(['', '']);
    expect(look({ at: chat(chatting) }, { at: chat(reconnecting) }, { at: chat(chatting) })).toEqual(['', '', '']);
  });

  it('is, for a guest who waits elsewhere, that it was let in', () => {
    const knocking: State = { role: 'guest', phase: 'knocking', nickname: 'Mia', hostAway: false };
    expect(look({ at: chat(knocking) }, { at: chat({ ...chatting, role: 'guest' }) })).toEqual(['', 'let-in']);
  });

  it('is nothing of what is muted', () => {
    expect(look({ at: chat(waiting, 0, true) }, { at: chat(knocked, 0, true) })).toEqual(['', '']);
    expect(look({ at: chat(chatting, 0, true) }, { at: chat(chatting, 1, true) })).toEqual(['', '']);
  });

  it('is nothing of what was there before', () => {
    expect(look({ at: chat(chatting, 7) })).toEqual(['']);
  });

  it('says in which chat', () => {
    const others: Watched[] = [
      { ...chat(chatting), key: 'a' },
      { ...chat(chatting), key: 'b' },
    ];
    const { noticed } = notice(NOTHING_YET, others, { hidden: true, now: 0 });
    const after = others.map((one) => (one.key === 'b' ? { ...one, unread: 1 } : one));
    expect(notice(noticed, after, { hidden: true, now: 0 }).rings).toEqual([{ key: 'b', news: 'message' }]);
  });
});

describe('the means of ringing', () => {
  it('are none before the person said yes', () => {
    for (const wanted of [null, false])
      expect(meansOf({ wanted, hidden: true, permission: 'granted' })).toEqual({ sound: false, notification: false });
  });

  it('are a sound, and a notification where the browser and the person allow it and the page is hidden', () => {
    const rung = (hidden: boolean, permission: NotificationPermission | 'unsupported') =>
      meansOf({ wanted: true, hidden, permission });
    expect(rung(true, 'granted')).toEqual({ sound: true, notification: true });
    expect(rung(false, 'granted')).toEqual({ sound: true, notification: false });
    for (const permission of ['default', 'denied', 'unsupported'] as const)
      expect(rung(true, permission)).toEqual({ sound: true, notification: false });
  });
});

describe('the numbers in the title and on the icon', () => {
  it('leave out what is muted', () => {
    const chats = [chat(knocked), chat(chatting, 2), chat(chatting, 5, true), chat(knocked, 0, true)];
    expect(unseen(chats)).toEqual({ knocks: 1, messages: 2 });
  });
});
