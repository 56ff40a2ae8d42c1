import { describe, expect, it } from 'vitest';

import { entryOf, type Listed } from './entry.ts';

const LINK = 'https://porchlight.example/j#AQIDBAUGBwgJx7Qa';
const waiting: Listed = {
  key: 'a',
  state: { role: 'host', phase: 'waiting', strikes: 0, notice: null },
  peerName: null,
  link: LINK,
  unread: 0,
};

describe('a line in the list of invites and chats', () => {
  it('tells waiting invites apart by the end of their links', () => {
    expect(entryOf(waiting)).toEqual({
      key: 'a',
      title: 'Invite …x7Qa',
      words: 'Not answered yet',
      unread: 0,
      urgent: false,
    });
  });

  it('has a title before the link is made', () => {
    expect(entryOf({ ...waiting, state: { role: 'host', phase: 'opening', strikes: 0 }, link: null }).title).toBe(
      'Invite',
    );
  });

  it('is urgent and named after the guest while the guest knocks', () => {
    const knocked = entryOf({
      ...waiting,
      state: { role: 'host', phase: 'knocked', strikes: 0, seat: 's', handshakes: 1, nickname: 'Mia', away: false },
    });
    expect(knocked).toMatchObject({ title: 'Mia', words: 'Wants to come in', urgent: true });
  });

  it('shows the name of the guest and what is unread during a chat', () => {
    const chatting = entryOf({
      ...waiting,
      state: { role: 'host', phase: 'chatting', epoch: 0, path: 'direct' },
      peerName: 'Mia',
      link: null,
      unread: 3,
    });
    expect(chatting).toMatchObject({ title: 'Mia', words: 'In the chat', unread: 3, urgent: false });
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
