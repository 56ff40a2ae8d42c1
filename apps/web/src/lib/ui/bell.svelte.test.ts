import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import type { State } from '#lib/session/state.ts';

import { Bell } from './bell.svelte.ts';
import type { Watched } from './notify.ts';

let made: FakeNotification[] = [];

/** What the browser was asked to show; a tag that is there already takes the place of the one before. */
class FakeNotification {
  static readonly permission = 'granted';
  readonly tag: string;
  closed = false;
  onclick: (() => void) | null = null;
  onclose: (() => void) | null = null;

  constructor(_title: string, { tag = '' }: NotificationOptions) {
    this.tag = tag;
    made.push(this);
  }
  close(): void {
    this.closed = true;
  }
}

const chatting: State = { role: 'host', phase: 'chatting', epoch: 0, path: 'direct' };
const chat = (key: string, unread: number): Watched => ({ key, state: chatting, unread, muted: false });

let bell: Bell;

beforeEach(async () => {
  made = [];
  vi.useFakeTimers();
  vi.stubGlobal('window', { Notification: FakeNotification, focus: () => undefined });
  vi.stubGlobal('Notification', FakeNotification);
  vi.stubGlobal('localStorage', { getItem: () => null, setItem: () => undefined });
  bell = new Bell(() => undefined);
  await bell.answer(true);
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** So many messages come in each chat, far enough from each other to be rung for. */
function messages(count: number, ...keys: string[]): void {
  for (let unread = 0; unread <= count; unread += 1) {
    bell.hear(
      keys.map((key) => chat(key, unread)),
      true,
    );
    vi.advanceTimersByTime(20_000);
  }
}

const open = () => made.filter(({ closed }) => !closed);

describe('the bell', () => {
  it('rings later for a knock that came too soon after another one', () => {
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
    for (const state of [waiting, knocked, waiting, knocked])
      bell.hear([{ key: 'a', state, unread: 0, muted: false }], true);
    expect(made).toHaveLength(1);
    vi.advanceTimersByTime(10_000);
    expect(made).toHaveLength(2);
    vi.advanceTimersByTime(60_000);
    expect(made).toHaveLength(2);
  });

  it('closes what it showed when the person is back', () => {
    messages(1, 'a', 'b');
    expect(open().map(({ tag }) => tag)).toEqual(['a', 'b']);
    bell.hear([chat('a', 1), chat('b', 1)], false);
    expect(open()).toEqual([]);
  });

  it('shows one notification for a chat, and holds on to no other, however long nobody looks', () => {
    messages(100, 'a');
    expect(new Set(made.map(({ tag }) => tag))).toEqual(new Set(['a']));
    bell.hear([chat('a', 100)], false);
    expect(made.filter(({ closed }) => closed)).toEqual(made.slice(-1));
  });

  it('takes away what it showed of a chat that is gone', () => {
    messages(1, 'a', 'b');
    bell.hear([chat('b', 1)], true);
    expect(open().map(({ tag }) => tag)).toEqual(['b']);
  });
});
