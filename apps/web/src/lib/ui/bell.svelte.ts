import { m } from '#lib/words/words.svelte.ts';

import {
  meansOf,
  NOTHING_YET,
  notice,
  QUIET_MS,
  unseen,
  type Circumstances,
  type News,
  type Noticed,
  type Watched,
} from './notify.ts';
import { playChime, playKnock } from './sounds.ts';

/** In localStorage: whether the person wants to be rung for, `yes` or `no`; absent until it was asked. */
const ITEM = 'porchlight.ring';

/**
 * Tells a person who is elsewhere that somebody knocks or writes: by a sound, a notification and a number on the app's
 * icon. Who it is and what they write is never shown. One for a page; `onShow` is told which chat was pressed.
 */
export class Bell {
  #wanted: boolean | null = $state(recalled());
  #permission: Circumstances['permission'] = $state(permissionNow());
  #noticed: Noticed = NOTHING_YET;
  /** The latest notification of each chat, as far as nobody has looked since. */
  #shown: readonly { key: string; notification: Notification }[] = [];
  #again: ReturnType<typeof setTimeout> | undefined;
  readonly #onShow: (key: string) => void;

  constructor(onShow: (key: string) => void) {
    this.#onShow = onShow;
  }

  /** What the person answered; null: it was not asked yet. */
  get wanted(): boolean | null {
    return this.#wanted;
  }

  /** The browser shows no notifications, so that only a sound is left. */
  get onlySounds(): boolean {
    return this.#permission !== 'granted';
  }

  /** Keeps the answer for the next time. To be called from a press: then the browser may ask for its own part too. */
  async answer(wanted: boolean): Promise<void> {
    this.#wanted = wanted;
    try {
      localStorage.setItem(ITEM, wanted ? 'yes' : 'no');
    } catch {
      // Storage is switched off: it is asked again next time.
    }
    if (!wanted || this.#permission !== 'default') return;
    try {
      this.#permission = await Notification.requestPermission();
    } catch {
      // It was not to be asked here: the sound is left.
    }
  }

  /** Looks at the chats, and rings for what is new in them. `hidden`: nobody has the page in front. */
  hear(chats: readonly Watched[], hidden: boolean): void {
    clearTimeout(this.#again);
    this.#hushAllBut(hidden ? chats.map(({ key }) => key) : []);
    const { noticed, rings, oneLeft } = notice(this.#noticed, chats, { hidden, now: Date.now() });
    this.#noticed = noticed;
    const means = meansOf({ wanted: this.#wanted, hidden, permission: this.#permission });
    for (const { key, news } of rings) {
      if (means.sound) play(news);
      if (means.notification) this.#notify(key, news);
    }
    const { knocks, messages } = unseen(chats);
    showOnIcon(knocks + (hidden ? messages : 0));
    if (!oneLeft) return;
    this.#again = setTimeout(() => {
      this.hear(chats, hidden);
    }, QUIET_MS);
  }

  #notify(key: string, news: News): void {
    try {
      // Silent, because the page makes the sound. One per chat: a newer one takes the place of the one before.
      const notification = new Notification(sentence(news), { tag: key, silent: true });
      notification.onclick = () => {
        window.focus();
        this.#hushAllBut([]);
        this.#onShow(key);
      };
      this.#shown = [...this.#shown.filter((shown) => shown.key !== key), { key, notification }];
    } catch {
      // Chromium on Android knows the name and shows none for a page: the sound is left.
      this.#permission = 'unsupported';
    }
  }

  /** The person is back, or a chat is gone: what was to call the person back goes away. */
  #hushAllBut(keys: readonly string[]): void {
    for (const { key, notification } of this.#shown) if (!keys.includes(key)) notification.close();
    this.#shown = this.#shown.filter(({ key }) => keys.includes(key));
  }
}

function sentence(news: News): string {
  switch (news) {
    case 'knock':
      return m().host_ring_knock();
    case 'guest-in':
      return m().host_ring_guest_in();
    case 'let-in':
      return m().host_ring_let_in();
    case 'message':
      return m().host_ring_message();
  }
}

function play(news: News): void {
  if (news === 'knock') playKnock();
  else playChime();
}

/** Puts a number on the icon of the installed app, where there is one; 0 takes it away. */
function showOnIcon(count: number): void {
  // Not every browser has it, whatever the types say.
  if (!('setAppBadge' in navigator)) return;
  navigator.setAppBadge(count).catch(() => undefined);
}

function recalled(): boolean | null {
  try {
    const kept = localStorage.getItem(ITEM);
    return kept === 'yes' ? true : kept === 'no' ? false : null;
  } catch {
    return null; // Storage is switched off.
  }
}

function permissionNow(): Circumstances['permission'] {
  return 'Notification' in window ? Notification.permission : 'unsupported';
}
