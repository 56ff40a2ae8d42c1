// npm run test:nat [-- part of a row's name]: two browsers behind real NATs. Needs root on Linux, and says so where it cannot run.
import { existsSync } from 'node:fs';

import { ensureBrowsers } from './browsers.js';
import { ensureBuilt } from './build.js';
import { ensureInstalled } from './install.js';
import { at, node } from './places.js';
import { inForeground, main, quietly } from './step.js';

/** A program and the Debian package that brings it. */
const PROGRAMS = {
  ip: 'iproute2',
  iptables: 'iptables',
  turnserver: 'coturn',
  tcpdump: 'tcpdump',
  certutil: 'libnss3-tools',
  openssl: 'openssl',
};
const PACKAGES_LIMIT_MS = 900_000;

await main(async () => {
  if (process.platform !== 'linux') return skipped('network namespaces are of Linux.');
  if (process.getuid?.() !== 0) return skipped('only root may make network namespaces.');
  const missing = await installPrograms();
  if (missing.length > 0) return skipped(`not on this machine, and not to be installed: ${missing.join(', ')}.`);
  const iptables = await workingIptables();
  if (!iptables.ok) return skipped(iptables.why);

  await ensureInstalled();
  const { found, missing: without } = await ensureBrowsers();
  if (!found.chromium) return skipped(`Chromium: ${without.chromium ?? 'not found'}.`);
  await ensureBuilt();
  return inForeground(node, [at('nat', 'main.ts'), ...process.argv.slice(2)], { PORCHLIGHT_IPTABLES: iptables.name });
});

/** @param {string} why */
function skipped(why) {
  console.log(`skipped: ${why}`);
  return 0;
}

/** Installs what is missing from the system's packages. @returns {Promise<string[]>} packages that could not be had */
async function installPrograms() {
  const wanted = await missingPackages();
  if (wanted.length === 0 || !existsSync('/usr/bin/apt-get')) return wanted;
  console.log(`The NAT lab needs ${wanted.join(', ')}: installing …`);
  const options = { limitMs: PACKAGES_LIMIT_MS, env: { DEBIAN_FRONTEND: 'noninteractive' } };
  // Lists that cannot be refreshed may still be good enough.
  await quietly('apt-get', ['update'], options);
  await quietly('apt-get', ['install', '-y', '--no-install-recommends', ...wanted], options);
  return missingPackages();
}

async function missingPackages() {
  const found = await Promise.all(Object.keys(PROGRAMS).map((program) => quietly('which', [program])));
  return Object.values(PROGRAMS).filter((_, place) => found[place]?.ok !== true);
}

/**
 * The iptables that this kernel understands, tried out in a namespace with the rules that a symmetric NAT needs.
 * @returns {Promise<{ ok: true, name: string } | { ok: false, why: string }>}
 */
async function workingIptables() {
  const place = `porchnat-${String(process.pid)}-probe`;
  const made = await quietly('ip', ['netns', 'add', place]);
  try {
    if (!made.ok) return { ok: false, why: `no network namespace can be made here (${made.output.trim()}).` };
    let said = '';
    for (const name of ['iptables', 'iptables-legacy']) {
      const rule = ['-t', 'nat', '-A', 'POSTROUTING', '-j', 'MASQUERADE', '--random-fully'];
      const tried = await quietly('ip', ['netns', 'exec', place, name, ...rule]);
      if (tried.ok) return { ok: true, name };
      said ||= tried.output.trim();
    }
    return { ok: false, why: `this kernel has no NAT for namespaces (${said}).` };
  } finally {
    await quietly('ip', ['netns', 'delete', place]);
  }
}
