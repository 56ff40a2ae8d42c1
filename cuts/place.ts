import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { chromium, type Browser } from 'playwright';

import { attempt } from '../nat/command.ts';
import { setNat } from '../nat/kinds.ts';
import {
  addresses,
  cut,
  inside,
  makePlaces,
  removeLeftovers,
  removePlaces,
  restore,
  runIn,
  type Side as LabSide,
} from '../nat/namespaces.ts';
import { CHROMIUM_FLAGS, knownBrowsers } from '../scripts/browsers.js';
import { otherSide, type Side } from './plan.ts';
import { startServer, type Server } from './server.ts';

/** Where a conversation takes place: the server, a browser for each side, and what is between them. */
export interface Place {
  readonly origin: string;
  readonly server: Server;
  readonly browsers: Readonly<Record<Side, Browser>>;
  /** What can be done to the network; null where there is none to do it to. */
  readonly network: Network | null;
  /** Ends everything that was started. */
  close: () => Promise<void>;
}

/** What can happen to the network of one side. */
export interface Network {
  /** The machine of this side has no link, and has one again. */
  unplug: (side: Side) => void;
  plug: (side: Side) => void;
  /** No packet of this side comes through in either direction, and nobody is told. */
  silence: (side: Side) => void;
  restore: (side: Side) => void;
}

/** Why there can be no network of our own here, in words; null where there can. */
export function whyNoNetwork(): string | null {
  if (process.platform !== 'linux') return 'network namespaces are of Linux';
  if (process.getuid?.() !== 0) return 'only root may make network namespaces';
  const probe = `porchnat-${String(process.pid)}-probe`;
  if (attempt('ip', 'netns', 'add', probe) === null) return 'no network namespace can be made here';
  attempt('ip', 'netns', 'delete', probe);
  return null;
}

/** On this machine: two browsers, and a server on a free port. */
export async function onThisMachine(): Promise<Place> {
  const port = await freePort();
  const server = await startServer([], 'localhost', port);
  const browsers = { host: await launch(chromiumPath()), guest: await launch(chromiumPath()) };
  return {
    origin: `http://localhost:${port}`,
    server,
    browsers,
    network: null,
    close: async () => {
      for (const browser of Object.values(browsers)) await browser.close();
      await server.kill();
    },
  };
}

/** Each browser and the server on a machine of its own, made of network namespaces. Needs root. */
export async function onThreeMachines(): Promise<Place> {
  const folder = mkdtempSync(join(tmpdir(), 'porchlight-cuts-'));
  const undo: (() => unknown)[] = [() => rmSync(folder, { recursive: true, force: true }), removePlaces];
  const close = async (): Promise<void> => {
    const failures: unknown[] = [];
    for (const step of undo.splice(0).reverse()) {
      try {
        await step();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, 'Not everything that was started could be ended.');
  };
  try {
    removeLeftovers();
    makePlaces();
    // Both machines are to be reached by their own addresses, so no program for NAT is needed.
    setNat('A', 'open', '');
    setNat('B', 'open', '');
    const server = await startServer(inside('pub'), addresses.server, PORT);
    undo.push(() => server.kill());
    const origin = `http://${addresses.server}:${PORT}`;
    const flags = [`--unsafely-treat-insecure-origin-as-secure=${origin}`, NO_MDNS];
    const launchAt = async (side: Side): Promise<Browser> => {
      const path = join(folder, `chromium-${side}`);
      writeFileSync(path, `#!/bin/sh\nexec ${inside(`host${LAB[side]}`).join(' ')} '${chromiumPath()}' "$@"\n`);
      chmodSync(path, 0o755);
      const browser = await launch(path, flags);
      undo.push(() => browser.close());
      return browser;
    };
    return {
      origin,
      server,
      browsers: { host: await launchAt('host'), guest: await launchAt('guest') },
      network,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

const PORT = 443;
const LAB: Record<Side, LabSide> = { host: 'A', guest: 'B' };

/** There is no multicast between the machines, by which browsers on one network find each other's hidden addresses. */
const NO_MDNS = '--disable-features=WebRtcHideLocalIpsWithMdns';

const network: Network = {
  unplug: (side) => {
    cut(LAB[side]);
  },
  plug: (side) => {
    restore(LAB[side]);
  },
  silence: (side) => {
    for (const way of waysOf(side)) runIn(`nat${LAB[side]}`, 'ip', 'route', 'add', 'blackhole', way);
  },
  restore: (side) => {
    for (const way of waysOf(side)) runIn(`nat${LAB[side]}`, 'ip', 'route', 'delete', 'blackhole', way);
  },
};

/** Where the router of this side sends packets: to its own machine, and out to the server and the other machine. */
const waysOf = (side: Side): string[] =>
  [addresses.host[LAB[side]], addresses.server, addresses.host[LAB[otherSide(side)]]].map((address) => `${address}/32`);

function chromiumPath(): string {
  const path = knownBrowsers().found.chromium?.path;
  if (path === undefined) throw new Error('Chromium is not to be had on this machine.');
  return path;
}

/** Who interrupts is answered by whoever made the place: Playwright alone would leave at once, and the network behind. */
const launch = (executablePath: string, flags: readonly string[] = []): Promise<Browser> =>
  chromium.launch({
    executablePath,
    args: [...CHROMIUM_FLAGS, ...flags],
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  });

/** The server must come back at the same place, so it cannot be left to choose one each time. */
async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((done) => probe.listen(0, 'localhost', done));
  const address = probe.address();
  await new Promise((done) => probe.close(done));
  if (address === null || typeof address === 'string') throw new Error('There is no free port.');
  return address.port;
}
