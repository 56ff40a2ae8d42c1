import { equal, parseLink } from '@porchlight/invite';

import { openTab, type Cabinet } from '../vault/cabinet.ts';
import { forgetTabKey } from '../vault/tab.ts';
import type { Kept } from '../vault/vault.ts';

import type { Ports } from './ports.ts';
import type { RunnerInput } from './runner.ts';
import { GUEST, linkOf, recall } from './saved.ts';
import type { Shelf } from './saving.ts';
import { Session } from './session.svelte.ts';
import { beforeGoing, openWorld, warmUp } from './world.ts';

/** The guest's side of a link. Opening it opens the line to the server; nothing is claimed by that. */
export class GuestDoor {
  readonly session: Session;
  readonly #world: Ports;

  private constructor(world: Ports, session: Session) {
    this.#world = world;
    this.session = session;
    beforeGoing(() => {
      session.keepDraft();
    });
    addEventListener('pagehide', () => {
      this.session.goodbye();
    });
  }

  /**
   * Opens the door for what a link says behind its #, or, without one, where this tab was before it was loaded again.
   * `elsewhere`: another tab goes on with that. `missing`: there is nothing to go on with.
   */
  static async open(fragment: string): Promise<GuestDoor | 'elsewhere' | 'missing'> {
    const link = parseLink(fragment);
    const cabinet = await cabinetOfThisTab(link.ok);
    if (cabinet === 'elsewhere') return cabinet;
    const before = await lastOf(cabinet);
    // What could not be read is still there, and must not be mixed with anything new.
    const shelf = before === 'unread' ? null : shelfOf(cabinet);
    const saved = before === null || before === 'unread' ? null : recall(before);
    if (saved !== null && (!link.ok || equal(saved.core.keys.hostPublicKey, link.invite.hostPublicKey)))
      return GuestDoor.#with({ link: linkOf(saved.core), nickname: saved.core.nickname, saved, shelf });
    if (before !== null) await shelf?.forget().catch(() => undefined);
    if (!link.ok) return 'missing';
    return GuestDoor.#with({ link: { role: 'guest', invite: link.invite }, nickname: '', saved: null, shelf });
  }

  static #with(input: Pick<RunnerInput, 'link' | 'nickname' | 'saved' | 'shelf'>): GuestDoor {
    const world = openWorld();
    return new GuestDoor(world, new Session(GUEST, null, { ...input, expiresAt: null, ports: world }));
  }

  /** Gets ready ahead of time what a chat will need. */
  warm(): void {
    warmUp(this.#world);
  }
}

/** Null where the browser keeps nothing. A tab that was duplicated is a new one as soon as it opens a link. */
async function cabinetOfThisTab(withLink: boolean): Promise<Cabinet | null | 'elsewhere'> {
  let opening = await openTab();
  if (!opening.ok && opening.problem === 'elsewhere') {
    if (!withLink) return 'elsewhere';
    forgetTabKey();
    opening = await openTab();
  }
  return opening.ok ? opening.cabinet : null;
}

/** What this tab was in. */
async function lastOf(cabinet: Cabinet | null): Promise<Kept | null | 'unread'> {
  try {
    const kept = await cabinet?.vault.load();
    return kept?.find(({ id }) => id === GUEST) ?? null;
  } catch {
    return 'unread';
  }
}

const shelfOf = (cabinet: Cabinet | null): Shelf | null =>
  cabinet === null
    ? null
    : { keep: (change) => cabinet.vault.keep(GUEST, change), forget: () => cabinet.vault.forget(GUEST) };
