import { describe, expect, it } from 'vitest';

import { byUrgency, entryOf, type Listed } from './entry.ts';

const LINK = 'https://porchlight.example/j#AQIDBAUGBwgJx7Qa';
const waiting: Listed = {
  key: 'a',
  state: { role: 'host', phase: 'waiting', strikes: 0, notice: null },
  peerName: null,
  link: LINK,
  label: '',
  unread: 0,
  muted: false,
};
const knocked: Listed = {
  ...waiting,
  state: { role: 'host', phase: 'knocked', strikes: 0, seat: 's', handshakes: 1, nickname: 'Mia', away: false },
};
const chatting: Listed = {
  ...waiting,
  state: { role: 'host', phase: 'chatting', epoch: 0, path: 'direct' },
  peerName: 'Mia',
  link: null,
};

describe('a line in the list of invites and chats', () => {
  it('tells waiting invites apart by the end of their links', () => {
    expect(entryOf(waiting)).toEqual({
      key: 'a',
      title: 'Invite …x7Qa',
      guest: null,
      words: 'Not answered yet',
      unread: 0,
      urgent: false,
      muted: false,
    });
  });

  it('has a title before the link is made', () => {
    expect(entryOf({ ...waiting, state: { role: 'host', phase: 'opening', strikes: 0 }, link: null }).title).toBe(
      'Invite',
    );
  });

  it('is urgent and named after the guest while the guest knocks', () => {
    expect(entryOf(knocked)).toMatchObject({ title: 'Mia', words: 'Wants to come in', urgent: true });
  });

  it('shows the name of the guest and how many messages are new during a chat', () => {
    expect(entryOf(chatting)).toMatchObject({ title: 'Mia', words: 'In the chat', unread: 0, urgent: false });
    expect(entryOf({ ...chatting, unread: 1 })).toMatchObject({ words: '1 new message', unread: 1 });
    expect(entryOf({ ...chatting, unread: 3 })).toMatchObject({ words: '3 new messages', unread: 3 });
  });

  it('bears its label, and the guest’s name below that', () => {
    const label = 'Flat viewing, Friday';
    expect(entryOf({ ...waiting, label })).toMatchObject({ title: label, guest: null });
    expect(entryOf({ ...knocked, label })).toMatchObject({ title: label, guest: 'Mia' });
    expect(entryOf({ ...chatting, label })).toMatchObject({ title: label, guest: 'Mia' });
  });

  it('says that an ended one is over', () => {
    const ended = entryOf({
      ...waiting,
      state: { role: 'host', phase: 'ended', reason: 'invite-expired' },
      link: null,
    });
    expect(ended).toMatchObject({ title: 'Invite', words: 'Over', urgent: false });
  });
});

describe('the order of the list', () => {
  it('has who knocks first, then what was not read, and the rest as it was', () => {
    const lines = [
      { ...waiting, key: 'newest' },
      { ...chatting, key: 'unread', unread: 2 },
      { ...chatting, key: 'read' },
      { ...knocked, key: 'knocks' },
      { ...chatting, key: 'unread too', unread: 9 },
    ];
    expect(byUrgency(lines.map(entryOf)).map(({ key }) => key)).toEqual([
      'knocks',
      'unread',
      'unread too',
      'newest',
      'read',
    ]);
  });
});
