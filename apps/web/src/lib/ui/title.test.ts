import { describe, expect, it } from 'vitest';

import { pageTitle } from './title.ts';

describe('the title of the tab', () => {
  it('names the one who knocks', () => {
    expect(pageTitle({ place: null, knocks: ['Mia'], unread: 0 })).toBe('● Mia is asking to come in – Porchlight');
  });

  it('counts several who knock', () => {
    expect(pageTitle({ place: null, knocks: ['Mia', 'Noor'], unread: 0 })).toBe(
      '● 2 guests are asking to come in – Porchlight',
    );
  });

  it('lets a knock go before unread messages', () => {
    expect(pageTitle({ place: 'Ada', knocks: ['Mia'], unread: 4 })).toContain('Mia is asking');
  });

  it('counts unread messages, one or many', () => {
    expect(pageTitle({ place: 'Ada', knocks: [], unread: 1 })).toBe('● 1 new message – Porchlight');
    expect(pageTitle({ place: 'Ada', knocks: [], unread: 12 })).toBe('● 12 new messages – Porchlight');
  });

  it('is the place otherwise, and just the name on the start page', () => {
    expect(pageTitle({ place: 'Chat with Ada', knocks: [], unread: 0 })).toBe('Chat with Ada – Porchlight');
    expect(pageTitle({ place: null, knocks: [], unread: 0 })).toBe('Porchlight');
  });
});
