import type { Browser, Page } from 'playwright';

import { watchPage } from '../e2e/watch.ts';
import { launchIn } from './browser.ts';
import { capture } from './capture.ts';
import type { Certificate } from './certificate.ts';
import { setNat } from './kinds.ts';
import { meetOrThrow, missOrThrow } from './meeting.ts';
import { makePlaces, removePlaces } from './namespaces.ts';
import type { Seen } from './outcome.ts';
import type { Row, Setup } from './rows.ts';
import { startServer } from './server.ts';
import { startTurnServer, STUN_URL, TURN_TLS_URL, TURN_URLS, turnSecret } from './turn-server.ts';

/** What every row uses. */
export interface Tools {
  /** Programs that work here. */
  readonly chromiumPath: string;
  readonly iptables: string;
  /** For the files of this run; each row writes over those of the one before. */
  readonly folder: string;
  readonly certificate: Certificate;
}

/** Makes a lab for this row alone, lets two people meet in it and takes it down, whatever happens. Throws what went wrong. */
export async function play(row: Row, { chromiumPath, iptables, folder, certificate }: Tools): Promise<Seen> {
  const undo: (() => unknown)[] = [removePlaces];
  try {
    makePlaces();
    setNat('A', row.host, iptables);
    setNat('B', row.guest, iptables);
    undo.push((await startTurnServer(folder, certificate)).stop);
    undo.push((await startServer(ICE[row.setup])).stop);
    const browser = { chromiumPath, folder, home: certificate.home };
    const host = await launchIn('A', browser);
    undo.push(() => host.close());
    const guest = await launchIn('B', browser);
    undo.push(() => guest.close());

    const packets = await capture(folder);
    const pages = { host: await newPage(host), guest: await newPage(guest) };
    const meeting = await (row.expected.outcome === 'none' ? missOrThrow(pages) : meetOrThrow(pages, row));
    return { meeting, traffic: await packets.end() };
  } finally {
    for (const step of undo.reverse()) await step();
  }
}

const turn = (urls: readonly string[]): Record<string, string> => ({
  STUN_URLS: STUN_URL,
  TURN_URLS: urls.join(','),
  TURN_SECRET: turnSecret,
});

/** What the server is told, as its operator would. */
const ICE: Record<Setup, Record<string, string>> = {
  stun: { STUN_URLS: STUN_URL },
  turn: turn(TURN_URLS),
  tls: turn([...TURN_URLS, TURN_TLS_URL]),
  hide: { ...turn(TURN_URLS), HIDE_ADDRESS: 'default' },
};

async function newPage(browser: Browser): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce' });
  await context.addInitScript(watchPage);
  return context.newPage();
}
