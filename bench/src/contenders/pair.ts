import { randomUUID } from 'node:crypto';

import type { Browser, BrowserContext, Page } from 'playwright';

import { bundleOf } from '../bundles.ts';
import { openTcpPath } from '../delay/tcp.ts';
import { openUdpPaths, type UdpPaths } from '../delay/udp.ts';
import type { ProbeConfig } from '../pages/probe.ts';

/** Two fresh pages of one browser, each in its own context, with the probe inside. */
export interface Pair {
  readonly host: Page;
  readonly guest: Page;
  /** The text of the first message, different for every pair. */
  readonly message: string;
  /** The port on which the server at `port` is reached over this pair's path; the same port when it is direct. */
  serverPort(port: number): Promise<number>;
  close(): Promise<void>;
}

/** Host candidates of one browser: one per network interface, so this is ample. */
const DOORS_PER_SIDE = 8;

/** Opens a pair whose way to servers and to each other takes `oneWayMs` in each direction; 0 is the direct way. */
export async function openPair(browser: Browser, oneWayMs: number): Promise<Pair> {
  const message = `hello ${randomUUID()}`;
  const closing: (() => Promise<void> | void)[] = [];
  const paths = oneWayMs === 0 ? null : await openUdpPaths(2 * DOORS_PER_SIDE, oneWayMs);
  if (paths !== null) {
    closing.push(() => {
      paths.close();
    });
  }

  const open = async (first: number): Promise<Page> => {
    const doors = paths?.ports.slice(first, first + DOORS_PER_SIDE) ?? null;
    const context = await browser.newContext();
    closing.push(() => context.close());
    await installProbe(context, { doors, message }, paths);
    return context.newPage();
  };
  return {
    host: await open(0),
    guest: await open(DOORS_PER_SIDE),
    message,
    async serverPort(port) {
      if (oneWayMs === 0) return port;
      const path = await openTcpPath(port, oneWayMs);
      closing.push(() => path.close());
      return path.port;
    },
    async close() {
      for (const close of closing.reverse()) await close();
    },
  };
}

async function installProbe(context: BrowserContext, config: ProbeConfig, paths: UdpPaths | null): Promise<void> {
  if (paths !== null) {
    await context.exposeFunction('routeDoor', (door: number, address: string, port: number) => {
      paths.route(door, { address, port });
    });
  }
  await context.addInitScript((given) => {
    window.probeConfig = given;
  }, config);
  await context.addInitScript({ path: bundleOf('probe') });
}

/** When a page first saw something happen, in milliseconds on the machine's clock. Waits for it; throws after 30 s. */
export async function markOf(page: Page, name: string): Promise<number> {
  const handle = await page.waitForFunction((wanted) => window.probe.marks[wanted]?.[0], name, { timeout: 30_000 });
  const at = await handle.jsonValue();
  if (at === undefined) throw new Error(`the page never saw: ${name}`);
  return at;
}
