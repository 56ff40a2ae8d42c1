import { describe, expect, it } from 'vitest';

import { pageTitle } from './title.ts';

describe('the title of the tab', () => {
  it('says that someone knocks, and not who', () => {
    expect(pageTitle({ place: null, knocks: 1, unread: 0 })).toBe('● A guest is asking to come in – Porchlight');
  });

  it('counts several who knock', () => {
    expect(pageTitle({ place: null, knocks: 2, unread: 0 })).toBe('● 2 guests are asking to come in – Porchlight');
  });

  it('lets a knock go before unread messages', () => {
    expect(pageTitle({ place: 'Private chat', knocks: 1, unread: 4 })).toContain('A guest is asking');
  });

  it('counts unread messages, one or many', () => {
    expect(pageTitle({ place: 'Private chat', knocks: 0, unread: 1 })).toBe('● 1 new message – Porchlight');
    expect(pageTitle({ place: 'Private chat', knocks: 0, unread: 12 })).toBe('● 12 new messages – Porchlight');
  });

  it('is the place otherwise, and just the name on the start page', () => {
    expect(pageTitle({ place: 'Private chat', knocks: 0, unread: 0 })).toBe('Private chat – Porchlight');
    expect(pageTitle({ place: null, knocks: 0, unread: 0 })).toBe('Porchlight');
  });
});
