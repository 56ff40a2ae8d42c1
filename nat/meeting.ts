import { setTimeout as pause } from 'node:timers/promises';

import type { Page } from 'playwright';
import { expect } from 'playwright/test';

import { inEnglish } from '../e2e/english.ts';
import { Guest, Host } from '../e2e/people.ts';
import { cut as cutOff, restore } from './namespaces.ts';
import { misfits } from './outcome.ts';
import { addressesOf, pressedLetInAt, saysAtOnce, shownAt, standingOf, type Addresses } from './page.ts';
import { CUT_MS, type Expected, type Row } from './rows.ts';
import type { Standing } from './rung.ts';
import { ORIGIN } from './server.ts';

/**
 * What came of two people who want to meet. `ms`: from the click on **Let in** to the first message at the guest's, or until
 * both are told that there is no way. `goesOnMs`: from the end of a cut until both have what was written meanwhile; null
 * without a cut.
 */
export type Meeting =
  | {
      connected: true;
      ms: number;
      goesOnMs: number | null;
      standing: { host: Standing; guest: Standing };
      known: Known;
    }
  | { connected: false; ms: number };

/** What each page's connections know of addresses. */
interface Known {
  host: Addresses;
  guest: Addresses;
}

const NAME = 'Mia Lindqvist';
const FIRST = 'The kettle is on.';
const ANSWER = 'I brought the cake.';
const MEANWHILE = { host: 'Is the line gone?', guest: 'Can you hear me?' };

/**
 * From nothing to two people who have heard each other, and again after their line was cut where the row says so. Throws
 * where a page does not do what it must.
 */
export async function meetOrThrow(pages: { host: Page; guest: Page }, { expected, cut }: Row): Promise<Meeting> {
  const { host, guest } = await toTheDoor(pages);
  const [letInAt, firstAt] = await Promise.all([
    pressedLetInAt(host.page),
    shownAt(guest.page, '[role="log"]', FIRST),
    saysAtOnce(host.page, FIRST),
    host.letsIn(),
  ]);

  await guest.says(ANSWER);
  await host.hears(ANSWER);
  const goesOnMs = cut === true ? await goesOn(host, guest) : null;
  return {
    connected: true,
    ms: firstAt - letInAt,
    goesOnMs,
    standing: await settled(expected, host.page, guest.page),
    known: { host: await addressesOf(host.page), guest: await addressesOf(guest.page) },
  };
}

/** Cuts the guest's line, lets both write, and waits until each has what the other wrote; gives the ms from the cut's end. */
async function goesOn(host: Host, guest: Guest): Promise<number> {
  const [restoredAt, ...heardAt] = await Promise.all([
    writeCutOff(host, guest),
    shownAt(guest.page, '[role="log"]', MEANWHILE.host),
    shownAt(host.page, '[role="log"]', MEANWHILE.guest),
  ]);
  return Math.max(...heardAt) - restoredAt;
}

/** Gives the time at which the line was restored. */
async function writeCutOff(host: Host, guest: Guest): Promise<number> {
  cutOff('B');
  await host.says(MEANWHILE.host);
  await guest.says(MEANWHILE.guest);
  await pause(CUT_MS);
  const restoredAt = Date.now();
  restore('B');
  return restoredAt;
}

/** From nothing to two people who are told in time that there is no way, and offered to find out why. */
export async function missOrThrow(pages: { host: Page; guest: Page }): Promise<Meeting> {
  const { host, guest } = await toTheDoor(pages);
  const { heading, sentence } = inEnglish('could-not-connect');
  const [letInAt, hostAt, guestAt] = await Promise.all([
    pressedLetInAt(host.page),
    shownAt(host.page, 'main', sentence),
    shownAt(guest.page, 'main', sentence),
    host.letsIn(),
  ]);
  for (const { page } of [host, guest]) {
    await expect(page.getByRole('heading', { name: heading, exact: true })).toBeVisible();
    await expect(page.getByRole('link', { name: 'Find out why' })).toHaveAttribute('href', '/doctor');
  }
  const ms = Math.max(hostAt, guestAt) - letInAt;
  expect(ms, 'how long they were left waiting').toBeLessThan(TOLD_WITHIN_MS);
  return { connected: false, ms };
}

/** Nobody looks longer than this at a page that does not connect. */
const TOLD_WITHIN_MS = 20_000;

async function toTheDoor(pages: { host: Page; guest: Page }): Promise<{ host: Host; guest: Guest }> {
  const story = { origin: ORIGIN, private: new Set<string>() };
  const [host, guest] = [new Host(pages.host, story), new Guest(pages.guest, story)];
  await guest.opens(await host.invites());
  await guest.asks(NAME);
  await host.hearsKnock(NAME);
  return { host, guest };
}

/**
 * Where the two stand once ICE has come to rest: it may begin with a relay and go on to a better way some seconds later, and
 * a page looks only now and then. The two need not use the same one, for each chooses how to send.
 */
async function settled(expected: Expected, host: Page, guest: Page): Promise<{ host: Standing; guest: Standing }> {
  let before = '';
  for (const limit = Date.now() + SETTLE_LIMIT_MS; ;) {
    const standing = { host: await standingOf(host), guest: await standingOf(guest) };
    const known = JSON.stringify(standing);
    const late = Date.now() > limit;
    // What still does not fit at the limit is for the row to complain about.
    if (isWhole(standing) && known === before && (late || misfits(expected, standing).length === 0)) return standing;
    if (late) throw new Error(`The browsers settle on no way: ${known}`);
    before = known;
    await pause(SETTLE_MS);
  }
}

const isWhole = (both: {
  host: Standing | null;
  guest: Standing | null;
}): both is { host: Standing; guest: Standing } => both.host !== null && both.guest !== null;

/** A way that has been the same for so long is taken to stay. */
const SETTLE_MS = 1_000;
const SETTLE_LIMIT_MS = 20_000;
