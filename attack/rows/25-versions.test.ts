import { readFileSync } from 'node:fs';

import { expect, it } from 'vitest';

import { at } from '../../scripts/places.js';
import { title } from '../table.ts';

/**
 * The lowest version of each package that may be installed, wherever in the tree. Below the first four sit the denials of
 * service by a websocket packet that were found in 2026; the others are what the product was built and attacked with.
 */
const FLOORS: Readonly<Record<string, string>> = {
  'socket.io': '4.8.4',
  'socket.io-parser': '4.2.7',
  'engine.io': '6.6.12',
  ws: '8.21.0',
  'engine.io-client': '6.6.8',
  'engine.io-parser': '5.2.3',
  'socket.io-adapter': '2.5.8',
  'socket.io-client': '4.8.4',
  'simple-peer': '9.11.1',
  '@sveltejs/adapter-static': '4.0.1',
  '@sveltejs/kit': '3.2.0',
  svelte: '5.57.3',
  valibot: '1.5.0',
  vite: '8.3.8',
  node: '24.21.0',
};

/** All cryptography that is not the browser's own: exactly these, upgraded together and by hand. */
const EXACTLY: Readonly<Record<string, string>> = {
  '@noble/ciphers': '2.4.0',
  '@noble/curves': '2.4.0',
  '@noble/ed25519': '3.2.0',
  '@noble/hashes': '2.4.0',
  '@noble/post-quantum': '0.7.1',
};

/** What of package-lock.json this row reads. Places are like `node_modules/a/node_modules/b`. */
interface Lock {
  packages: Readonly<Record<string, Package>>;
}
interface Package {
  name?: string;
  version?: string;
  resolved?: string;
  integrity?: string;
  link?: boolean;
  hasInstallScript?: boolean;
  dependencies?: Readonly<Record<string, string>>;
  devDependencies?: Readonly<Record<string, string>>;
}

it(title(25), ({ task }) => {
  const lock = JSON.parse(readFileSync(at('package-lock.json'), 'utf8')) as Lock;
  const { allowScripts } = JSON.parse(readFileSync(at('package.json'), 'utf8')) as {
    allowScripts: Readonly<Record<string, boolean>>;
  };

  expect(findings(lock, allowScripts), 'what is wrong in the lockfile').toEqual([]);
  const names = new Set(installed(lock).map(({ name }) => name));
  const absent = [...Object.keys(FLOORS), ...Object.keys(EXACTLY)].filter((name) => !names.has(name));
  expect(absent, 'packages with a floor that are not there: the floor guards nothing').toEqual([]);

  // A second, older copy deep in the tree is what an override prevents and a look at the top level misses.
  const nested = 'node_modules/engine.io-client/node_modules/ws';
  expect(findings(including(lock, nested, { version: '8.20.1', integrity: 'sha512-x' }), allowScripts)).toEqual([
    `${nested} is 8.20.1, below 8.21.0`,
  ]);
  expect(findings(including(lock, nested, { version: '8.21.0-rc.1', integrity: 'sha512-x' }), allowScripts)).toEqual([
    `${nested} is 8.21.0-rc.1, below 8.21.0`,
  ]);

  Object.assign(task.meta, {
    figure: `${installed(lock).length} packages, ${Object.keys({ ...FLOORS, ...EXACTLY }).length} floors`,
  });
});

/** Everything in a lockfile that must not be there, one sentence each. */
function findings(lock: Lock, allowedScripts: Readonly<Record<string, boolean>>): string[] {
  const packages = installed(lock);
  return [
    ...packages.flatMap(({ place, name, version }) => {
      const floor = FLOORS[name];
      return floor !== undefined && isBelow(version, floor) ? [`${place} is ${version}, below ${floor}`] : [];
    }),
    ...packages.flatMap(({ place, name, version }) => {
      const wanted = EXACTLY[name];
      return wanted !== undefined && version !== wanted ? [`${place} is ${version}, not ${wanted}`] : [];
    }),
    ...Object.entries(lock.packages).flatMap(([place, { dependencies, devDependencies }]) =>
      place.includes('node_modules/')
        ? []
        : Object.entries({ ...dependencies, ...devDependencies }).flatMap(([name, range]) => {
            const wanted = EXACTLY[name];
            return wanted !== undefined && range !== wanted
              ? [`${place} asks for ${name} ${range}, not ${wanted}`]
              : [];
          }),
    ),
    ...packages.flatMap(({ place, integrity }) => (integrity === undefined ? [`${place} has no checksum`] : [])),
    // An address of one machine's registry: another machine would download from there, or not at all.
    ...packages.flatMap(({ place, resolved }) => (resolved === undefined ? [] : [`${place} has a download address`])),
    ...packages.flatMap(({ place, name, hasInstallScript }) =>
      hasInstallScript === true && allowedScripts[name] !== true ? [`${place} runs a script when installed`] : [],
    ),
  ];
}

/** Every copy of every package of others, nested ones included, with the name under which it is published. */
function installed({ packages }: Lock): (Package & { place: string; name: string; version: string })[] {
  return Object.entries(packages)
    .filter(([place, { link }]) => place.includes('node_modules/') && link !== true)
    .map(([place, found]) => ({
      ...found,
      place,
      // An alias has its true name beside it.
      name: found.name ?? place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length),
      version: found.version ?? '0',
    }));
}

function including(lock: Lock, place: string, found: Package): Lock {
  return { packages: { ...lock.packages, [place]: found } };
}

/** Versions by number, so that 4.10 is not below 4.9; a pre-release is below its release. */
function isBelow(version: string, floor: string): boolean {
  const [mine, its] = [version, floor].map((text) => (text.split(/[-+]/, 1)[0] ?? '').split('.').map(Number));
  for (let place = 0; place < 3; place += 1) {
    const difference = (mine?.[place] ?? 0) - (its?.[place] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return version.includes('-');
}
