import { setTimeout as pause } from 'node:timers/promises';

import type { Page } from 'playwright';
import { expect } from 'playwright/test';

import { reasons } from '../apps/web/src/lib/session/reasons.ts';
import { timing } from '../apps/web/src/lib/session/timing.ts';
import { Guest, Host } from '../e2e/people.ts';
import { addressesOf, shownAt, rungOf, sendsAtOnce, type Addresses, type Rung } from './page.ts';
import { ORIGIN } from './server.ts';

/** What came of two people who want to meet. `ms`: from the click on **Let in** to the first message at the guest's. */
export type Meeting =
  | { connected: true; ms: number; path: 'direct' | 'relay'; rungs: { host: Rung; guest: Rung }; known: Known }
  | { connected: false; ms: number };

/** What each page's connections know of addresses. */
interface Known {
  host: Addresses;
  guest: Addresses;
}

const NAME = 'Mia Lindqvist';
const FIRST = 'The kettle is on.';
const ANSWER = 'I brought the cake.';

/** The pages count to the limit themselves, each from when it knows of **Let in**; a busy machine is late to show it. */
const MOMENT_MS = 5_000;

/** From nothing to two people who have heard each other. Throws where a page does not do what it must. */
export async function meetOrThrow(pages: { host: Page; guest: Page }): Promise<Meeting> {
  const { host, guest } = await toTheDoor(pages);
  const sent = sendsAtOnce(host.page, FIRST);
  const heard = shownAt(guest.page, '[role="log"]', FIRST);
  await host.letsIn();
  const [letInAt, firstAt] = await Promise.all([sent, heard]);

  await guest.says(ANSWER);
  await host.hears(ANSWER);
  await host.isConnected();
  await guest.isConnected();
  const [hostPath, guestPath] = [await pathOf(host), await pathOf(guest)];
  expect(guestPath, 'what the guest is told of the way, beside what the host is told').toBe(hostPath);
  return {
    connected: true,
    ms: firstAt - letInAt,
    path: hostPath,
    rungs: await settledRungs(host.page, guest.page),
    known: { host: await addressesOf(host.page), guest: await addressesOf(guest.page) },
  };
}

/** From nothing to two people who are told in time that there is no way. `ms`: from **Let in** until both are. */
export async function missOrThrow(pages: { host: Page; guest: Page }): Promise<Meeting> {
  const { host, guest } = await toTheDoor(pages);
  const { heading, sentence } = reasons['could-not-connect'];
  const letInAt = Date.now();
  await host.letsIn();
  const toldAt = await Promise.all([host, guest].map(({ page }) => shownAt(page, 'main', sentence)));
  for (const person of [host, guest]) await person.sees(heading);
  const ms = Math.max(...toldAt) - letInAt;
  expect(ms, 'how long they were left waiting').toBeLessThan(timing.connect + MOMENT_MS);
  return { connected: false, ms };
}

async function toTheDoor(pages: { host: Page; guest: Page }): Promise<{ host: Host; guest: Guest }> {
  const story = { origin: ORIGIN, private: new Set<string>() };
  const [host, guest] = [new Host(pages.host, story), new Guest(pages.guest, story)];
  await guest.opens(await host.invites());
  await guest.asks(NAME);
  await host.hearsKnock(NAME);
  return { host, guest };
}

async function pathOf(person: Host | Guest): Promise<'direct' | 'relay'> {
  const relayed = person.page.getByRole('status', { name: 'Connected through a relay' });
  return (await relayed.isVisible()) ? 'relay' : 'direct';
}

/**
 * Where the two stand once ICE has come to rest: it may still go on to a better way. The two need not use the same one,
 * for each chooses how to send.
 */
async function settledRungs(host: Page, guest: Page): Promise<{ host: Rung; guest: Rung }> {
  let before = '';
  for (const limit = Date.now() + SETTLE_LIMIT_MS; Date.now() < limit;) {
    const [one, other] = [await rungOf(host), await rungOf(guest)];
    const known = JSON.stringify([one, other]);
    if (one !== null && other !== null && known === before) return { host: one, guest: other };
    before = known;
    await pause(SETTLE_MS);
  }
  throw new Error(`The browsers settle on no way: ${before}`);
}

/** A way that has been the same for so long is taken to stay. */
const SETTLE_MS = 1_000;
const SETTLE_LIMIT_MS = 20_000;
